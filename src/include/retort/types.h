#pragma once

#include <initializer_list>

#include <retort/text.h>

namespace retort {
inline namespace abi_1 {

/// A column type as an author writes it. Each dialect spells it in its own words; the table is in
/// `src/dialect/README.md`. `raw` passes a database's own name through unchanged.
struct column_type {
  enum class kind : unsigned char {
    boolean,
    smallint,
    integer,
    bigint,
    real,
    double_precision,
    numeric,
    text,
    varchar,
    character,
    bytes,
    date,
    time,
    timestamp,
    timestamptz,
    interval,
    json,
    jsonb,
    uuid,
    inet,
    enumeration,
    raw,
  };
  kind what = kind::text;
  /// Length of varchar and character, precision of numeric; negative: none.
  int size = -1;
  /// Scale of numeric; negative: none.
  int scale = -1;
  /// The type's own name, for `kind::raw` and `kind::enumeration` only.
  retort::text name = {};
  /// PostgreSQL: an array of it.
  bool is_array = false;
  /// Of an enumeration.
  std::initializer_list<retort::text> values = {};
};

/// What happens to the referencing row (SQL: "referential action").
enum class referential_action : unsigned char {
  no_action,
  restrict,
  cascade,
  set_null,
  set_default
};
using enum referential_action;

namespace types {
using kind = column_type::kind;

inline constexpr column_type boolean{kind::boolean};
inline constexpr column_type smallint{kind::smallint};
inline constexpr column_type integer{kind::integer};
inline constexpr column_type bigint{kind::bigint};
inline constexpr column_type real{kind::real};
inline constexpr column_type double_precision{kind::double_precision};
inline constexpr column_type text{kind::text};
inline constexpr column_type bytes{kind::bytes};
inline constexpr column_type date{kind::date};
inline constexpr column_type time{kind::time};
/// Without a time zone.
inline constexpr column_type timestamp{kind::timestamp};
/// With a time zone. SQLite has no such type: the application stores what it likes.
inline constexpr column_type timestamptz{kind::timestamptz};
inline constexpr column_type interval{kind::interval};
inline constexpr column_type json{kind::json};
inline constexpr column_type jsonb{kind::jsonb};
inline constexpr column_type uuid{kind::uuid};
inline constexpr column_type inet{kind::inet};

/// VARCHAR(length). SQLite keeps the length as documentation and does not enforce it.
constexpr column_type varchar(int length) { return {kind::varchar, length}; }
constexpr column_type character(int length) { return {kind::character, length}; }
constexpr column_type numeric(int precision, int scale = 0) {
  return {kind::numeric, precision, scale};
}
/// The database's own name of a type, passed through as written.
constexpr column_type raw(retort::text name) { return {kind::raw, -1, -1, name}; }
/// One of some strings. PostgreSQL: the enum type of this name, which `op.create_enum` makes;
/// SQLite: text with a CHECK "<name>.<column>", which `op.add_enum_value` and
/// `op.rename_enum_value` know.
constexpr column_type enumeration(retort::text name, std::initializer_list<retort::text> values) {
  return {kind::enumeration, -1, -1, name, false, values};
}

// PostgreSQL alone has these.

constexpr column_type array(column_type of) {
  of.is_array = true;
  return of;
}
inline constexpr column_type serial = raw("serial");
inline constexpr column_type bigserial = raw("bigserial");
inline constexpr column_type smallserial = raw("smallserial");
inline constexpr column_type int4range = raw("int4range");
inline constexpr column_type int8range = raw("int8range");
inline constexpr column_type numrange = raw("numrange");
inline constexpr column_type daterange = raw("daterange");
inline constexpr column_type tsrange = raw("tsrange");
inline constexpr column_type tstzrange = raw("tstzrange");
inline constexpr column_type cidr = raw("cidr");
inline constexpr column_type macaddr = raw("macaddr");
inline constexpr column_type tsvector = raw("tsvector");
}  // namespace types

}  // namespace abi_1
}  // namespace retort
