#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "dialect/quoting.h"
#include "postgres/catalogue.h"
#include "postgres/dialect.h"
#include "postgres/types.h"

namespace retort::postgres {
namespace {

/// The constants of one type: smallest, largest, and two ordinary ones in which `{0}` and `{1}`
/// stand for numbers that depend on the salt.
struct type_samples {
  std::string_view type;
  std::string_view smallest;
  std::string_view largest;
  std::string_view first;
  std::string_view second;
};

/// Dates keep to the years 1 to 9999, which every type of date and every client can hold: a
/// migration from date to timestamp is not wrong because date reaches further.
constexpr auto by_type = std::to_array<type_samples>({
    {"boolean", "false", "true", "false", "true"},
    {"smallint", "-32768", "32767", "{2}", "{3}"},
    {"integer", "-2147483648", "2147483647", "{0}", "{1}"},
    {"bigint", "-9223372036854775808", "9223372036854775807", "{0}", "{1}"},
    {"oid", "0", "4294967295", "{0}", "{1}"},
    {"real", "-3.4028235e38", "3.4028235e38", "{2}.5", "{3}.25"},
    {"double precision", "-1.7976931348623157e308", "1.7976931348623157e308", "{0}.5", "{1}.25"},
    {"money", "'-92233720368547758.08'", "'92233720368547758.07'", "'{0}.25'", "'{1}.5'"},
    {"text", "''", "'Zoë \"quoted\" \\ back, tab\t, line\nand 漢字 😀'", "'text {0}'", "'Text {1}'"},
    {"citext", "''", "'Zoë \"quoted\" \\ 漢字'", "'text {0}'", "'Text {1}'"},
    {"name", "''", "'Zoë'", "'name {0}'", "'Name {1}'"},
    {"bytea", R"('\x')", R"('\x00ff27005c')", R"('\x{0:08x}')", R"('\x{1:08x}00')"},
    {"date", "'0001-01-01'", "'9999-12-31'", "date '2024-02-29' + {2}", "date '1999-12-31' - {3}"},
    {"time without time zone", "'00:00:00'", "'23:59:59.999999'",
     "time '12:34:56' + {2} * interval '1 s'", "time '01:02:03' + {3} * interval '1 s'"},
    {"time with time zone", "'00:00:00+00'", "'23:59:59.999999+00'",
     "timetz '12:34:56+00' + {2} * interval '1 s'", "timetz '01:02:03+00' + {3} * interval '1 s'"},
    {"timestamp without time zone", "'0001-01-01 00:00:00'", "'9999-12-31 23:59:59.999999'",
     "timestamp '2024-02-29 12:34:56.789' + {0} * interval '1 s'",
     "timestamp '1999-12-31 23:59:59' - {1} * interval '1 s'"},
    {"timestamp with time zone", "'0001-01-01 00:00:00+00'", "'9999-12-31 23:59:59.999999+00'",
     "timestamptz '2024-02-29 12:34:56.789+00' + {0} * interval '1 s'",
     "timestamptz '1999-12-31 23:59:59+00' - {1} * interval '1 s'"},
    {"interval", "'-9999 years'", "'9999 years 11 months 30 days 23:59:59.999999'", "'{0} seconds'",
     "'1 month {1} seconds'"},
    {"json", "'null'", R"('{{"k": [1, "ë", null, {{}}], "k": 2}}')", R"('{{"n": {0}}}')",
     "'[{1}]'"},
    {"jsonb", "'null'", R"('{{"k": [1, "ë", null, {{}}]}}')", R"('{{"n": {0}}}')", "'[{1}]'"},
    {"uuid", "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
     "'{0:08x}-0000-4000-8000-000000000001'", "'{1:08x}-0000-4000-8000-000000000002'"},
    {"inet", "'0.0.0.0/0'", "'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'", "inet '10.0.0.1' + {2}",
     "inet '2001:db8::1' + {3}"},
    {"cidr", "'0.0.0.0/0'", "'255.255.255.255/32'", "set_masklen(inet '10.0.0.0' + {2}, 32)::cidr",
     "set_masklen(inet '2001:db8::' + {3}, 128)::cidr"},
    {"macaddr", "'00:00:00:00:00:00'", "'ff:ff:ff:ff:ff:ff'", "'08:00:2b:01:{4:02x}:{5:02x}'",
     "'08:00:2b:02:{4:02x}:{5:02x}'"},
    {"macaddr8", "'00:00:00:00:00:00:00:00'", "'ff:ff:ff:ff:ff:ff:ff:ff'",
     "'08:00:2b:01:02:03:{4:02x}:{5:02x}'", "'08:00:2b:02:02:03:{4:02x}:{5:02x}'"},
    {"pg_lsn", "'0/0'", "'FFFFFFFF/FFFFFFFF'", "'1/{0:X}'", "'2/{1:X}'"},
    {"jsonpath", "'$'", R"('strict $."ë"[*] ? (@ > 1)')", "'$[{0}]'", "'$.k[{1}]'"},
    {"xid", "'0'", "'4294967295'", "'{0}'", "'{1}'"},
    {"xid8", "'0'", "'18446744073709551615'", "'{0}'", "'{1}'"},
    {"\"char\"", "''", "'~'", "'a'", "'b'"},
    {"regclass", "'pg_class'", "'pg_type'", "'pg_proc'", "'pg_index'"},
    {"regtype", "'integer'", "'text'", "'bigint'", "'boolean'"},
    {"xml", "'<a/>'", "'<a b=\"1\">ë &amp; x</a>'", "'<n>{0}</n>'", "'<m>{1}</m>'"},
    {"tsvector", "''", "'''a'':1A ''b'':2'", "'w{0}'", "'v{1}'"},
    {"tsquery", "''", "'a & !b'", "'w{0}'", "'v{1}'"},
    {"point", "'(-1e300,-1e300)'", "'(1e300,1e300)'", "'({0},1)'", "'(1,{1})'"},
    {"line", "'{{1,0,0}}'", "'{{0,1,1e300}}'", "'{{1,-1,{0}}}'", "'{{1,1,{1}}}'"},
    {"lseg", "'[(0,0),(0,0)]'", "'[(-1e300,-1e300),(1e300,1e300)]'", "'[({0},0),(1,1)]'",
     "'[(0,{1}),(1,1)]'"},
    {"box", "'(0,0),(0,0)'", "'(1e300,1e300),(-1e300,-1e300)'", "'({0},1),(0,0)'",
     "'(1,{1}),(0,0)'"},
    {"path", "'[(0,0)]'", "'((0,0),(1e300,1e300),(2,0))'", "'[({0},0),(1,1)]'",
     "'((0,{1}),(1,1))'"},
    {"polygon", "'((0,0))'", "'((0,0),(1e300,1e300),(2,0))'", "'((0,0),({0},1),(1,0))'",
     "'((0,0),(1,{1}),(1,0))'"},
    {"circle", "'<(0,0),0>'", "'<(0,0),1e300>'", "'<({0},0),1>'", "'<(0,{1}),2>'"},
    {"int4range", "'empty'", "'(,)'", "'[{0},{1})'", "'[{1},)'"},
    {"int8range", "'empty'", "'(,)'", "'[{0},{1})'", "'[{1},)'"},
    {"numrange", "'empty'", "'(,)'", "'[{0},{1})'", "'[{1},)'"},
    {"daterange", "'empty'", "'(,)'", "daterange('2024-01-01', date '2024-02-29' + {2})",
     "daterange(date '2024-01-01' + {3}, NULL)"},
    {"tsrange", "'empty'", "'(,)'", "tsrange(timestamp '2024-01-01' + {2} * interval '1 s', NULL)",
     "tsrange(NULL, timestamp '2024-01-01' + {3} * interval '1 s')"},
    {"tstzrange", "'empty'", "'(,)'",
     "tstzrange(timestamptz '2024-01-01 00:00+00' + {2} * interval '1 s', NULL)",
     "tstzrange(NULL, timestamptz '2024-01-01 00:00+00' + {3} * interval '1 s')"},
});

std::string fill(std::string_view pattern, unsigned salt) {
  const unsigned number = 2 * (salt % 400'000'000);
  return fmt::format(fmt::runtime(pattern), number + 1, number + 2, number % 15'000 + 1,
                     number % 15'000 + 2, salt / 256 % 256, salt % 256);
}

/// The two numbers of `(12,2)`; -1 for one that is not there.
std::pair<int, int> modifiers(std::string_view type) {
  const auto open = type.find('(');
  if (open == std::string_view::npos) return {-1, -1};
  const auto comma = type.find(',', open);
  const int first = std::atoi(std::string(type.substr(open + 1)).c_str());
  if (comma == std::string_view::npos) return {first, -1};
  return {first, std::atoi(std::string(type.substr(comma + 1)).c_str())};
}

std::vector<std::string> numeric_samples(std::string_view type, unsigned salt) {
  const auto both = modifiers(type);
  const int precision = both.first;
  const int scale = both.second;
  if (precision < 0) return {"-1e100", "1e100", fill("{0}.5", salt), fill("{1}.125", salt)};
  if (scale < 0 || scale > precision) return {"0", "0", "0", "0"};
  const auto digits = static_cast<std::size_t>(precision - scale);
  std::string largest = digits > 0 ? std::string(digits, '9') : "0";
  if (scale > 0) largest += "." + std::string(static_cast<std::size_t>(scale), '9');
  // Whole numbers below 10^digits, or where there is no room for one, hundredths and the like.
  std::uint64_t room = 1;
  for (int i = 0; i < precision && room < 1'000'000'000; ++i) room *= 10;
  const auto unscaled = [&](std::uint64_t value) {
    auto text = std::to_string(value % room);
    if (scale == 0) return text;
    const auto places = static_cast<std::size_t>(scale);
    if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
    return text.insert(text.size() - places, ".");
  };
  return {"-" + largest, largest, unscaled(2ull * salt + 1), unscaled(2ull * salt + 2)};
}

/// Distinct strings that fit into `length` characters: the salt's digits come last, so that cutting
/// from the left keeps them apart.
std::vector<std::string> string_samples(int length, unsigned salt) {
  const auto limit = static_cast<std::size_t>(std::max(length, 1));
  const auto fitting = [&](unsigned number) {
    static constexpr std::string_view digits = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::string tail;
    for (auto rest = number; rest > 0 || tail.empty(); rest /= 36) {
      tail.insert(tail.begin(), digits[rest % 36]);
    }
    auto value = "text " + tail;
    return value.size() > limit ? value.substr(value.size() - limit) : value;
  };
  std::string longest;
  for (std::size_t i = 0; i < std::min<std::size_t>(limit, 10'000); ++i)
    longest += i == 0 ? "Ë" : "x";
  std::vector<std::string> values;
  for (const auto& value : {std::string(), longest, fitting(2 * salt), fitting(2 * salt + 1)}) {
    values.push_back(dialect::quote_literal(value));
  }
  return values;
}

std::vector<std::string> bit_samples(std::string_view type, unsigned salt) {
  const bool varies = type.starts_with("bit varying");
  const auto given = modifiers(type).first;
  const auto length = static_cast<std::size_t>(given > 0 ? given : varies ? 16 : 1);
  const auto number = [&](unsigned value) {
    std::string bits;
    for (std::size_t i = 0; i < length; ++i) {
      bits.insert(bits.begin(), i < 32 && ((value >> i) & 1u) != 0 ? '1' : '0');
    }
    return "B'" + bits + "'";
  };
  return {varies ? "B''" : number(0), "B'" + std::string(length, '1') + "'", number(2 * salt + 1),
          number(2 * salt + 2)};
}

std::vector<std::string> type_values(db::connection& connection, const std::string& type,
                                     unsigned salt);

std::vector<std::string> enum_samples(db::connection& connection, const db::cell& oid) {
  const auto found = query_catalogue(
      connection, fmt::format("SELECT enumlabel FROM pg_enum WHERE enumtypid = {}::oid ORDER BY "
                              "enumsortorder",
                              oid.value()));
  std::vector<std::string> labels;
  for (const auto& row : found.rows) {
    labels.push_back(dialect::quote_literal(text(row[0])));
  }
  if (labels.empty()) return {};
  const auto last = labels.back();
  std::vector<std::string> values = {labels.front(), last};
  values.insert(values.end(), labels.begin(), labels.end());
  if (values.size() == 3) values.push_back(last);
  return values;
}

/// Rows whose fields are samples of their types, at the same place of each list.
std::vector<std::string> composite_samples(db::connection& connection, const std::string& type,
                                           const db::cell& relation, unsigned salt) {
  const auto fields = query_catalogue(
      connection,
      fmt::format("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = "
                  "{}::oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
                  relation.value()));
  std::vector<std::string> rows(4);
  for (const auto& field : fields.rows) {
    const auto values = type_values(connection, text(field[0]), salt);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i] += rows[i].empty() ? "" : ", ";
      rows[i] += values.empty() ? "NULL" : values[std::min(i, values.size() - 1)];
    }
  }
  for (auto& row : rows) row = fmt::format("ROW({})::{}", row, type);
  return rows;
}

/// Ranges that hold one value of their subtype, and for multiranges the set of one such.
std::vector<std::string> range_samples(db::connection& connection, const std::string& type,
                                       const std::string& subtype, bool is_set, unsigned salt) {
  const auto values = type_values(connection, subtype, salt);
  if (values.size() < 4) return {fmt::format("'{}'::{}", is_set ? "{}" : "empty", type)};
  std::vector<std::string> ranges = {
      is_set ? fmt::format("'{{}}'::{}", type) : fmt::format("'empty'::{}", type),
      is_set ? fmt::format("'{{(,)}}'::{}", type) : fmt::format("'(,)'::{}", type)};
  for (std::size_t i = 2; i < 4; ++i) {
    const auto bound = fmt::format("CAST({} AS {})::text", values[i], subtype);
    // The bound between quotes, which are doubled in a range's text.
    const auto quoted =
        fmt::format("'\"' || replace(replace({}, '\\', '\\\\'), '\"', '\"\"') || '\"'", bound);
    ranges.push_back(fmt::format("('{}[' || {} || ',{}'){}", is_set ? "{" : "", quoted,
                                 is_set ? ")}" : ")", "::" + type));
  }
  return ranges;
}

/// The samples of a type that is described in the catalogues: labels of an enum, rows of a
/// composite type, ranges; a domain is as its base type.
std::vector<std::string> made_samples(db::connection& connection, const std::string& type,
                                      unsigned salt) {
  const auto described = query_catalogue(
      connection,
      fmt::format("SELECT t.typtype, format_type(t.typbasetype, t.typtypmod), t.oid, t.typrelid "
                  "FROM pg_type t WHERE t.oid = to_regtype({})",
                  dialect::quote_literal(type)));
  if (described.rows.empty()) return {};
  const auto& row = described.rows[0];
  const auto kind = text(row[0]);
  if (kind == "d") return type_values(connection, text(row[1]), salt);
  if (kind == "e") return enum_samples(connection, row[2]);
  if (kind == "c") return composite_samples(connection, type, row[3], salt);
  if (kind != "r" && kind != "m") return {};
  const auto subtype = query_catalogue(
      connection,
      fmt::format("SELECT format_type(rngsubtype, NULL) FROM pg_range WHERE {} = {}::oid",
                  kind == "r" ? "rngtypid" : "rngmultitypid", row[2].value()));
  return range_samples(connection, type, text(subtype.rows.at(0).at(0)), kind == "m", salt);
}

std::vector<std::string> type_values(db::connection& connection, const std::string& type,
                                     unsigned salt) {
  if (type.ends_with("[]")) {
    auto elements = type_values(connection, type.substr(0, type.size() - 2), salt);
    if (elements.empty()) return {"'{}'"};
    std::vector<std::string> arrays = {fmt::format("'{{}}'::{}", type)};
    for (std::size_t i = 1; i < elements.size(); ++i) {
      arrays.push_back(fmt::format("ARRAY[{}, NULL]::{}", elements[i], type));
    }
    return arrays;
  }
  auto bare = type.substr(0, type.find('('));
  // `timestamp(3) with time zone`
  if (const auto close = type.find(") "); close != std::string::npos)
    bare += type.substr(close + 1);
  if (bare == "numeric") return numeric_samples(type, salt);
  if (bare == "bit" || bare == "bit varying") return bit_samples(type, salt);
  if (bare == "character varying" || bare == "character") {
    const auto length = modifiers(type).first;
    return string_samples(length < 0 ? 200 : length, salt);
  }
  for (const auto& known : by_type) {
    if (known.type != bare) continue;
    return {fill(known.smallest, salt), fill(known.largest, salt), fill(known.first, salt),
            fill(known.second, salt)};
  }
  return made_samples(connection, type, salt);
}

}  // namespace

std::vector<std::string> postgres_dialect::samples(db::connection& connection,
                                                   const model::column& column,
                                                   unsigned salt) const {
  return type_values(connection, canonical_type(postgres::type_name(column.type)), salt);
}

}  // namespace retort::postgres
