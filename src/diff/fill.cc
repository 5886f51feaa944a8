#include "diff/fill.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text_tools.h"
#include "diff/constants.h"
#include "model/apply_objects.h"
#include "model/mentions.h"

namespace retort::diff {
namespace {

constexpr auto row_number = "row_number() OVER ()";

struct nothing_of {
  std::string_view type;
  std::string_view value;
};

/// By how a type's name begins, in lower case.
constexpr std::array postgres_values = {
    nothing_of{"smallint", "0"},
    nothing_of{"integer", "0"},
    nothing_of{"bigint", "0"},
    nothing_of{"numeric", "0"},
    nothing_of{"real", "0"},
    nothing_of{"double precision", "0"},
    nothing_of{"money", "0"},
    nothing_of{"character", "''"},
    nothing_of{"text", "''"},
    nothing_of{"citext", "''"},
    nothing_of{"name", "''"},
    nothing_of{"boolean", "false"},
    nothing_of{"date", "CURRENT_DATE"},
    nothing_of{"timestamp", "CURRENT_TIMESTAMP"},
    nothing_of{"time", "'00:00'"},
    nothing_of{"interval", "'0'"},
    nothing_of{"json", "'{}'"},
    nothing_of{"uuid", "gen_random_uuid()"},
    nothing_of{"bytea", "''"},
    nothing_of{"bit", "B'0'"},
    nothing_of{"inet", "'0.0.0.0'"},
    nothing_of{"cidr", "'0.0.0.0/0'"},
    nothing_of{"macaddr", "'00:00:00:00:00:00'"},
    nothing_of{"tsvector", "''"},
    nothing_of{"hstore", "''"},
    nothing_of{"oid", "0"},
    nothing_of{"point", "'(0,0)'"},
};

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Of a type in SQLite, in lower case.
bool is_blob_type(const std::string& type) { return type.empty() || has(type, "blob"); }

std::string nothing_in_sqlite(const std::string& type) {
  // "Datatypes In SQLite", "Determination Of Column Affinity".
  if (has(type, "bool")) return "0";
  if (has(type, "int")) return "0";
  if (type == "date") return "CURRENT_DATE";
  if (type == "time") return "CURRENT_TIME";
  if (has(type, "date") || has(type, "time")) return "CURRENT_TIMESTAMP";
  if (has(type, "char") || has(type, "clob") || has(type, "text")) return "''";
  if (is_blob_type(type)) return "x''";
  return has(type, "json") || has(type, "uuid") ? "''" : "0";
}

/// The first value of an enum type, or what is nothing in the type under a domain; none: it is no
/// user's type.
std::optional<std::string> nothing_in_user_type(const std::string& type, const model::schema& all,
                                                const dialect::dialect& target) {
  for (const auto& [key, object] : all.objects) {
    if (object.kind != "type" && object.kind != "domain") continue;
    if (target.quote(object.name) != type) continue;
    if (object.kind == "type" && has(object.definition, " AS ENUM (")) {
      const auto values = model::enum_literals(object.definition);
      return values.empty() ? std::string() : values.front();
    }
    if (object.kind == "domain") {
      const auto base = base::lower(object.definition.substr(object.definition.find(" AS ") + 4));
      for (const auto& [name, value] : postgres_values) {
        if (base.starts_with(name)) return std::string(value);
      }
    }
    return std::string();
  }
  return std::nullopt;
}

/// What a check may want a value's length to be.
std::vector<int> lengths_in(const std::vector<const model::check*>& checks,
                            const model::table& about, base::sql_flavour flavour) {
  constexpr std::size_t most_digits = 2;
  std::vector<int> found;
  for (const auto* check : checks) {
    for (const auto& constant : constants_in(check->expression, about, flavour)) {
      const bool is_whole = constant.find_first_not_of("0123456789") == std::string::npos;
      if (is_whole && constant.size() <= most_digits) found.push_back(std::stoi(constant));
    }
  }
  return found;
}

/// Whether a row of the table may have nothing to refer to in the column.
bool may_be_null(const model::table* table, const std::string& name) {
  const auto* column = table == nullptr ? nullptr : table->find_column(name);
  if (column == nullptr || !column->nullable) return false;
  const auto& key = table->primary_key;
  return !key || std::ranges::find(key->columns, name) == key->columns.end();
}

/// The n of `type(n)`.
std::size_t number_in(const std::string& type) {
  std::size_t number = 0;
  for (const char c : type.substr(type.find('(') + 1)) {
    if (c < '0' || c > '9') break;
    number = number * 10 + static_cast<std::size_t>(c - '0');
  }
  return number;
}

}  // namespace

bool has_default_value(const model::column& column) {
  return column.default_sql && *column.default_sql != "NULL" &&
         !column.default_sql->starts_with("NULL::");
}

std::string constant_default(const model::column& column) {
  if (!has_default_value(column)) return {};
  return column.default_sql->find('(') == std::string::npos ? *column.default_sql : std::string();
}

bool is_date(const std::string& type) { return has(type, "date") || has(type, "time"); }

std::string guess_text(const std::string& value, const std::string& column) {
  return fmt::format("rows without a value get {} in {}", value, column);
}

std::string filler::nothing_in(const model::column& column) const {
  const auto type = base::lower(column.type.raw);
  if (is_sqlite()) return nothing_in_sqlite(type);
  if (type.ends_with("[]")) return "'{}'";
  if (const auto own = nothing_in_user_type(column.type.raw, all_, target_)) return *own;
  if (type.ends_with("multirange")) return "'{}'";
  if (type.ends_with("range")) return "'empty'";
  // As many as it has: one more or less is none of its values.
  if (type.starts_with("bit(")) return fmt::format("B'{}'", std::string(number_in(type), '0'));
  for (const auto& [name, value] : postgres_values) {
    if (type.starts_with(name)) return std::string(value);
  }
  return {};
}

/// `n`: SQL for the row's number.
std::string filler::numbered(const model::column& column, const std::string& n) const {
  const auto type = base::lower(column.type.raw);
  if (is_sqlite()) {
    if (has(type, "int") || has(type, "char") || has(type, "text")) return n;
    if (is_date(type)) return fmt::format("datetime('now', '-' || {} || ' seconds')", n);
    return is_blob_type(type) ? "randomblob(16)" : n;
  }
  if (type == "uuid") return "gen_random_uuid()";
  if (type == "date") return fmt::format("CURRENT_DATE - {}::integer", n);
  if (type.starts_with("timestamp")) {
    return fmt::format("CURRENT_TIMESTAMP - {}::double precision * interval '1 second'", n);
  }
  const auto nothing = nothing_in(column);
  return nothing == "0" || nothing == "''" ? n : std::string();
}

/// The first of what differs from row to row that SQLite and the checks let pass.
std::string filler::distinct(const model::column& column, const std::string& n) const {
  if (column.default_sql && has(base::lower(*column.default_sql), "random")) {
    return "(" + *column.default_sql + ")";
  }
  if (!holds_ || passes(column, numbered(column, row_number))) return numbered(column, n);
  const bool is_blob = is_blob_type(base::lower(column.type.raw));
  for (const int length : lengths_in(checks_of(column), table_, target_.flavour())) {
    const auto shape = [&](const std::string& number) {
      return is_blob ? fmt::format("randomblob({})", length)
                     : fmt::format("printf('%0{}d', {})", length, number);
    };
    if (passes(column, shape(row_number))) return shape(n);
  }
  return numbered(column, n);
}

bool filler::is_unique(const model::column& column) const {
  const auto names_it = [&](const std::vector<std::string>& columns) {
    return std::ranges::find(columns, column.name) != columns.end();
  };
  if (table_.primary_key && names_it(table_.primary_key->columns)) return true;
  for (const auto& item : table_.uniques) {
    if (names_it(item.columns)) return true;
  }
  return std::ranges::any_of(table_.indexes, [&](const model::index& index) {
    return index.unique && model::uses(index, column.name);
  });
}

std::string filler::referred_row(const model::column& column) const {
  for (const auto& key : table_.foreign_keys) {
    const auto at = std::ranges::find(key.columns, column.name);
    if (at == key.columns.end()) continue;
    auto referred = key.referenced_columns;
    const auto* other = all_.find(key.table);
    const auto* other_before = before_ == nullptr ? nullptr : before_->find(key.table);
    if (referred.empty() && other != nullptr && other->primary_key) {
      referred = other->primary_key->columns;
    }
    if (referred.size() != key.columns.size()) continue;
    const auto& name = referred[static_cast<std::size_t>(at - key.columns.begin())];
    // A row may always refer to itself.
    if (key.table == table_.name) return target_.quote(name);
    // The same row for all columns of a key.
    std::vector<std::string> order;
    std::vector<std::string> filled;
    for (const auto& part : referred) {
      order.push_back(target_.quote(part));
      const bool may_be_nothing = may_be_null(other, part) || may_be_null(other_before, part);
      if (may_be_nothing) filled.push_back(target_.quote(part) + " IS NOT NULL");
    }
    return fmt::format(
        "(SELECT {} FROM {}{} ORDER BY {} LIMIT 1)", target_.quote(name), target_.quote(key.table),
        filled.empty() ? "" : " WHERE " + base::join(filled, " AND "), base::join(order, ", "));
  }
  return {};
}

std::vector<const model::check*> filler::checks_of(const model::column& column) const {
  std::vector<const model::check*> found;
  for (const auto& check : table_.checks) {
    bool is_alone = model::mentions(check.expression, column.name);
    for (const auto& other : table_.columns) {
      if (other.name == column.name) continue;
      is_alone = is_alone && !model::mentions(check.expression, other.name);
    }
    if (is_alone) found.push_back(&check);
  }
  return found;
}

bool filler::passes(const model::column& column, const std::string& value) const {
  const auto name = target_.quote(column.name);
  std::string conditions;
  for (const auto* check : checks_of(column)) {
    conditions +=
        fmt::format(" AND ({}) IS NOT {}", check->expression, is_sqlite() ? "0" : "FALSE");
  }
  const auto cast = is_sqlite() ? value : fmt::format("({})::{}", value, column.type.raw);
  // A value that nobody asks for is not computed.
  return holds_(fmt::format("SELECT {0} IS NOT NULL{1} FROM (SELECT {2} AS {0}) AS {3}", name,
                            conditions, cast, target_.quote(table_.name.name)));
}

/// The first of the constants that come to mind which the type and the checks let pass.
std::string filler::allowed(const model::column& column, const std::string& nothing) const {
  if (!holds_) return nothing;
  std::vector<std::string> candidates;
  if (!nothing.empty()) candidates.push_back(nothing);
  for (const auto* check : checks_of(column)) {
    append_constants(check->expression, table_, target_.flavour(), candidates);
  }
  if (const auto* domain = domain_of(column)) {
    append_constants(domain->definition, table_, target_.flavour(), candidates);
  }
  for (const char* usual : {"1", "'x'", "''", "'{}'", "'[]'", "0", "'0'"}) {
    candidates.emplace_back(usual);
  }
  for (const int length : lengths_in(checks_of(column), table_, target_.flavour())) {
    const bool is_blob = is_sqlite() && is_blob_type(base::lower(column.type.raw));
    candidates.push_back(is_blob ? fmt::format("zeroblob({})", length)
                                 : "'" + std::string(static_cast<std::size_t>(length), '0') + "'");
  }
  candidates.emplace_back("'00000000-0000-0000-0000-000000000000'");
  candidates.emplace_back(is_sqlite() ? "date('now')" : "CURRENT_DATE");
  candidates.emplace_back(is_sqlite() ? "hex(randomblob(16))" : "md5('')");
  const auto fits = std::ranges::find_if(
      candidates, [&](const std::string& value) { return passes(column, value); });
  return fits == candidates.end() ? nothing : *fits;
}

const model::object* filler::domain_of(const model::column& column) const {
  for (const auto& [key, object] : all_.objects) {
    if (object.kind == "domain" && target_.quote(object.name) == column.type.raw) return &object;
  }
  return nullptr;
}

bool filler::must_have_value(const model::column& column) const {
  const auto* domain = is_sqlite() ? nullptr : domain_of(column);
  return domain != nullptr && has(domain->definition, " NOT NULL") &&
         !has(domain->definition, " DEFAULT ");
}

bool filler::is_numbered(const model::column& column) const {
  return is_unique(column) && referred_row(column).empty() && !numbered(column, row_number).empty();
}

std::string filler::value(const model::column& column, bool among) const {
  if (auto row = referred_row(column); !row.empty()) return row;
  if (is_unique(column) && is_sqlite()) {
    if (!among) return distinct(column, row_number);
    return distinct(column, fmt::format("({} + {})", largest(column, " OVER ()"), row_number));
  }
  if (has_default_value(column)) {
    return is_sqlite() ? "(" + *column.default_sql + ")" : *column.default_sql;
  }
  return allowed(column, nothing_in(column));
}

/// Text that is a number counts as one: nothing else is equal to a number behind it.
std::string filler::largest(const model::column& column, const char* over) const {
  return fmt::format("coalesce(max(CAST({} AS INTEGER)){}, 0)", target_.quote(column.name), over);
}

std::string filler::value_of_many(const model::column& column) const {
  return is_numbered(column) ? distinct(column, row_number) : value(column);
}

std::string filler::integer(const model::column& column) const {
  // A comparison with an integer takes text for the number that it looks like ("Type Conversions
  // Prior To Comparison"), as the key does; CAST gives a number for all text.
  const auto name = target_.quote(column.name);
  return fmt::format(
      "CASE WHEN {0} = CAST({0} AS INTEGER) THEN {0} ELSE coalesce(max(CASE WHEN {0} = CAST({0} AS "
      "INTEGER) THEN CAST({0} AS INTEGER) END) OVER (), 0) + {1} END",
      name, row_number);
}

std::string filler::statement(const model::column& column) const {
  auto value = this->value(column);
  const auto name = target_.quote(column.name);
  const auto of = target_.quote(table_.name);
  if (is_numbered(column)) {
    if (!is_sqlite()) {
      return fmt::format(
          "UPDATE {0} SET {1} = {2} FROM (SELECT ctid AS place, row_number() OVER (ORDER BY ctid) "
          "AS n FROM {0}) numbered WHERE {0}.ctid = numbered.place AND {0}.{1} IS NULL",
          of, name, numbered(column, "numbered.n"));
    }
    // A window has no place in an UPDATE.
    value = distinct(column, fmt::format("((SELECT {} FROM {}) + rowid)", largest(column, ""), of));
  }
  if (value.empty()) return {};
  return fmt::format("UPDATE {0} SET {1} = {2} WHERE {1} IS NULL", of, name, value);
}

}  // namespace retort::diff
