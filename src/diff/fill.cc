#include "diff/fill.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/text_tools.h"
#include "diff/pattern.h"
#include "diff/plain_values.h"
#include "model/apply_objects.h"
#include "model/mentions.h"

namespace retort::diff {
namespace {

/// So many rows are tried. What differs in all of them is taken to do so in any number of rows.
constexpr std::size_t most_rows = 10'000;

/// Whether a row of the table may have nothing to refer to in the column.
bool may_be_null(const model::table* table, const std::string& name) {
  const auto* column = table == nullptr ? nullptr : table->find_column(name);
  if (column == nullptr || !column->nullable) return false;
  const auto& key = table->primary_key;
  return !key || std::ranges::find(key->columns, name) == key->columns.end();
}

/// Whether the one has all that is in the other.
bool includes(const std::vector<std::string>& all, const std::vector<std::string>& some) {
  return std::ranges::all_of(
      some, [&](const std::string& one) { return std::ranges::find(all, one) != all.end(); });
}

/// The columns that an index is over, among them one of which an expression speaks.
std::vector<std::string> columns_in(const model::index& index, const std::string& spoken_of) {
  std::vector<std::string> columns;
  for (const auto& key : index.keys) {
    if (!key.is_expression) {
      columns.push_back(key.what);
    } else if (model::mentions(key.what, spoken_of)) {
      columns.push_back(spoken_of);
    }
  }
  return columns;
}

/// The columns of each key of a table, and of each index by which all its rows differ.
std::vector<std::vector<std::string>> unique_keys(const model::table& table) {
  std::vector<std::vector<std::string>> keys;
  if (table.primary_key) keys.push_back(table.primary_key->columns);
  for (const auto& item : table.uniques) keys.push_back(item.columns);
  for (const auto& index : table.indexes) {
    if (!index.unique || !index.where.empty()) continue;
    const bool is_plain = std::ranges::none_of(index.keys, &model::index_key::is_expression);
    if (!is_plain) continue;
    auto& key = keys.emplace_back();
    for (const auto& part : index.keys) key.push_back(part.what);
  }
  return keys;
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

std::string guess_text(const std::string& value, const std::string& column) {
  return fmt::format("rows without a value get {} in {}", value, column);
}

value_rules filler::rules_of(const model::column& column) const {
  value_rules rules{table_, target_.flavour()};
  rules.type = column.type.raw;
  rules.nothing = nothing_in(column.type.raw, all_, target_);
  const auto below = base_type(column.type.raw);
  rules.base_type = base::lower(below);
  if (!is_sqlite() && below.ends_with("[]")) {
    rules.nothing_in_element = nothing_in(below.substr(0, below.size() - 2), all_, target_);
  }
  for (const auto& [key, object] : all_.objects) {
    if (object.kind != "type" || target_.quote(object.name) != below) continue;
    if (base::contains(object.definition, " AS ENUM (")) {
      rules.values = model::enum_literals(object.definition);
    }
  }
  for (const auto* check : checks_of(column)) rules.conditions.push_back(check->expression);
  if (const auto* domain = domain_of(column.type.raw)) {
    rules.conditions.push_back(domain->definition);
  }
  return rules;
}

filler::chosen_values& filler::chosen(const model::column& column) const {
  return chosen_[{column.name, column.default_sql.value_or("")}];
}

const filler::chosen_constant& filler::constant(const model::column& column) const {
  auto& found = chosen(column).constant;
  if (!found && !find_jointly(column)) found = find_constant(column);
  return *found;
}

const filler::chosen_number& filler::number(const model::column& column) const {
  auto& found = chosen(column).number;
  if (!found) found = find_number(column);
  return *found;
}

/// The first of what comes to mind that the type and the checks let pass.
filler::chosen_constant filler::find_constant(const model::column& column) const {
  const auto rules = rules_of(column);
  if (!holds_) return {rules.nothing};
  for (auto& value : constant_candidates(rules)) {
    if (passes(column, value)) return {std::move(value)};
  }
  return {rules.nothing, false};
}

/// The first of what comes to mind that the most rows may have.
filler::chosen_number filler::find_number(const model::column& column) const {
  if (column.default_sql && base::contains(base::lower(*column.default_sql), "random")) {
    return {"(" + *column.default_sql + ")", std::nullopt};
  }
  const auto rules = rules_of(column);
  const auto candidates = numbered_candidates(rules);
  if (candidates.empty() || !holds_) return {candidates.empty() ? "" : candidates.front(), {}};
  chosen_number best{candidates.front(), 0};
  for (const auto& pattern : candidates) {
    if (best.rows) improve(column, pattern, best);
  }
  if (!best.rows) return best;
  std::vector<std::string> constants;
  for (auto& value : constant_candidates(rules)) {
    if (passes(column, value)) constants.push_back(std::move(value));
  }
  improve(column, numbered_choice(constants, rules), best);
  return best;
}

/// Takes the pattern where more rows may have it.
void filler::improve(const model::column& column, const std::string& pattern,
                     chosen_number& best) const {
  if (!differ(column, pattern, *best.rows + 1)) return;
  best.pattern = pattern;
  if (differ(column, pattern, most_rows)) {
    best.rows.reset();
    return;
  }
  auto too_many = most_rows;
  best.rows = *best.rows + 1;
  while (*best.rows + 1 < too_many) {
    const auto between = *best.rows + (too_many - *best.rows) / 2;
    if (differ(column, pattern, between)) {
      best.rows = between;
    } else {
      too_many = between;
    }
  }
}

/// `n`: SQL for the row's number.
std::string filler::distinct(const model::column& column, const std::string& n) const {
  return put(number(column).pattern, n);
}

/// Null: it is new, or its rows have their values from elsewhere.
const model::table* filler::old_table() const {
  return before_ == nullptr ? nullptr : before_->find(table_.name);
}

/// The other columns of each key that the column is in, but for those that are a key already: by
/// them rows differ whatever is in this one.
std::vector<std::vector<std::string>> filler::keys_of(const model::column& column) const {
  std::vector<std::vector<std::string>> others;
  const auto* old = old_table();
  const auto old_keys = old == nullptr ? others : unique_keys(*old);
  const auto add = [&](std::vector<std::string> key) {
    std::erase(key, column.name);
    const bool is_settled = std::ranges::any_of(
        old_keys, [&](const auto& known) { return !known.empty() && includes(key, known); });
    if (!is_settled) others.push_back(std::move(key));
  };
  const auto add_if_in = [&](const std::vector<std::string>& key) {
    if (includes(key, {column.name})) add(key);
  };
  if (table_.primary_key) add_if_in(table_.primary_key->columns);
  for (const auto& item : table_.uniques) add_if_in(item.columns);
  for (const auto& index : table_.indexes) {
    if (index.unique) add_if_in(columns_in(index, column.name));
  }
  return others;
}

/// Rows that differ in the rest of the key may have the same number.
std::string filler::row_number(const model::column& column, const std::string& order) const {
  const auto keys = keys_of(column);
  const auto* old = old_table();
  std::vector<std::string> parts;
  for (const auto& known : old == nullptr ? std::vector<model::column>() : old->columns) {
    const auto* now = table_.find_column(known.name);
    const bool stays = now != nullptr && now->type == known.type && now->nullable == known.nullable;
    const bool is_in_all = std::ranges::all_of(
        keys, [&](const auto& others) { return includes(others, {known.name}); });
    if (stays && is_in_all && !keys.empty()) parts.push_back(target_.quote(known.name));
  }
  auto window = parts.empty() ? std::string() : "PARTITION BY " + base::join(parts, ", ");
  if (!order.empty()) window += (window.empty() ? "ORDER BY " : " ORDER BY ") + order;
  return fmt::format("row_number() OVER ({})", window);
}

std::vector<std::string> filler::referred_columns(const model::foreign_key& key) const {
  const auto* other = all_.find(key.table);
  const bool is_by_key = key.referenced_columns.empty() && other != nullptr && other->primary_key;
  return is_by_key ? other->primary_key->columns : key.referenced_columns;
}

std::string filler::referred_row(const model::column& column) const {
  for (const auto& key : table_.foreign_keys) {
    const auto at = std::ranges::find(key.columns, column.name);
    if (at == key.columns.end()) continue;
    const auto referred = referred_columns(key);
    const auto* other = all_.find(key.table);
    const auto* other_before = before_ == nullptr ? nullptr : before_->find(key.table);
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

/// Where no two rows may refer to the same one: that key; null: they may, or it is another table's
/// affair.
const model::foreign_key* filler::one_to_one(const model::column& column) const {
  const auto keys = keys_of(column);
  const bool differs_alone = std::ranges::any_of(keys, [](const auto& key) { return key.empty(); });
  if (!differs_alone) return nullptr;
  for (const auto& key : table_.foreign_keys) {
    const bool is_its_own = key.columns.size() == 1 && key.columns.front() == column.name;
    if (is_its_own && key.table != table_.name) return &key;
  }
  return nullptr;
}

/// The rows of the other table that may be referred to, in order: `SELECT id FROM t WHERE …`.
std::string filler::referred_rows(const model::foreign_key& key) const {
  const auto referred = referred_columns(key);
  if (referred.size() != 1) return {};
  const auto name = target_.quote(referred.front());
  return fmt::format("SELECT {0} AS value FROM {1} WHERE {0} IS NOT NULL ORDER BY {0}", name,
                     target_.quote(key.table));
}

/// Each row another one, as far as there are any. A window has no place in a subquery's LIMIT.
/// `among`: rows that refer to one already keep it to themselves.
std::string filler::own_referred_row(const model::column& column, bool among) const {
  const auto* key = one_to_one(column);
  const auto rows = key == nullptr ? std::string() : referred_rows(*key);
  if (rows.empty()) return {};
  const auto name = target_.quote(column.name);
  const auto free = among
                        ? fmt::format(" WHERE value NOT IN (SELECT {0} FROM {1} WHERE {0} NOTNULL)",
                                      name, target_.quote(table_.name))
                        : std::string();
  const auto window = among ? fmt::format("PARTITION BY {} ISNULL", name) : std::string();
  return fmt::format(
      "json_extract((SELECT json_group_array(value) FROM ({}){}), '$[' || (row_number() OVER ({}) "
      "- 1) || ']')",
      rows, free, window);
}

std::string filler::referring_statement(const model::column& column) const {
  const auto* key = one_to_one(column);
  const auto rows = key == nullptr ? std::string() : referred_rows(*key);
  return rows.empty() ? rows : in_order(column, rows);
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

/// What the checks say, each behind AND. `in_all`: a function that tells whether it holds in all
/// rows; empty: there is one row.
std::string filler::conditions(const model::column& column, std::string_view in_all) const {
  const auto* no = is_sqlite() ? "0" : "FALSE";
  std::string text;
  for (const auto* check : checks_of(column)) {
    const auto condition = fmt::format("({}) IS NOT {}", check->expression, no);
    text += " AND " + (in_all.empty() ? condition : fmt::format("{}({})", in_all, condition));
  }
  return text;
}

/// As the table would hold it. A cast cuts what is too long for a type, and a table refuses it.
std::string filler::trial_value(const model::column& column, const std::string& value) const {
  if (is_sqlite()) return value;
  const auto type = base::lower(base_type(column.type.raw));
  const auto length = type.starts_with("character") ? number_in(type) : 0;
  if (length == 0) return fmt::format("({})::{}", value, column.type.raw);
  return fmt::format("CASE WHEN length(({0})::text) <= {1} THEN ({0})::{2} END", value, length,
                     column.type.raw);
}

bool filler::passes(const model::column& column, const std::string& value) const {
  const auto name = target_.quote(column.name);
  // A value that nobody asks for is not computed. A row of nothing is NULL, and is a value.
  return holds_(fmt::format("SELECT {0} {4}{1} FROM (SELECT {2} AS {0}) AS {3}", name,
                            conditions(column, ""), trial_value(column, value),
                            target_.quote(table_.name.name),
                            is_sqlite() ? "IS NOT NULL" : "IS DISTINCT FROM NULL"));
}

/// Whether so many rows may have what a pattern makes of their numbers.
bool filler::differ(const model::column& column, const std::string& pattern,
                    std::size_t rows) const {
  const auto name = target_.quote(column.name);
  const auto value = put(pattern, "numbered.n");
  const auto type = base::lower(column.type.raw);
  // What is kept in a column of text is one.
  const bool is_text =
      is_sqlite() && (base::contains(type, "char") || base::contains(type, "text") ||
                      base::contains(type, "clob"));
  const auto* numbers =
      is_sqlite() ? "WITH RECURSIVE numbered(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbered "
                    "LIMIT {}) "
                  : "WITH numbered(n) AS (SELECT generate_series(1, {}::bigint)) ";
  return holds_(
      fmt::format(fmt::runtime(numbers), rows) +
      fmt::format("SELECT count(DISTINCT {0}) = {1}{2} FROM (SELECT {3} AS {0} FROM "
                  "numbered) AS {4}",
                  name, rows, conditions(column, is_sqlite() ? "min" : "bool_and"),
                  is_text ? fmt::format("CAST({} AS TEXT)", value) : trial_value(column, value),
                  target_.quote(table_.name.name)));
}

const model::object* filler::domain_of(const std::string& raw_type) const {
  if (is_sqlite()) return nullptr;
  for (const auto& [key, object] : all_.objects) {
    if (object.kind == "domain" && target_.quote(object.name) == raw_type) return &object;
  }
  return nullptr;
}

/// What a domain is made of; another type is itself.
std::string filler::base_type(const std::string& raw_type) const {
  const auto* domain = domain_of(raw_type);
  if (domain == nullptr) return raw_type;
  auto type = domain->definition.substr(domain->definition.find(" AS ") + 4);
  for (const char* behind : {" COLLATE ", " DEFAULT ", " NOT NULL", " CONSTRAINT ", " CHECK "}) {
    type.resize(std::min(type.find(behind), type.size()));
  }
  return domain_of(type) == domain ? type : base_type(type);
}

bool filler::must_have_value(const model::column& column) const {
  const auto* domain = domain_of(column.type.raw);
  return domain != nullptr && base::contains(domain->definition, " NOT NULL") &&
         !base::contains(domain->definition, " DEFAULT ");
}

bool filler::is_numbered(const model::column& column) const {
  return !keys_of(column).empty() && referred_row(column).empty() &&
         !number(column).pattern.empty();
}

bool filler::is_plain_number(const model::column& column) const {
  return is_numbered(column) && number(column).pattern == hole;
}

std::string filler::value(const model::column& column, bool among) const {
  if (is_sqlite()) {
    if (auto row = own_referred_row(column, among); !row.empty()) return row;
  }
  if (auto row = referred_row(column); !row.empty()) return row;
  if (!keys_of(column).empty() && is_sqlite()) {
    if (!among) return distinct(column, row_number(column, ""));
    return distinct(column,
                    fmt::format("({} + row_number() OVER ())", largest(column, " OVER ()")));
  }
  if (has_default_value(column)) {
    return is_sqlite() ? "(" + *column.default_sql + ")" : *column.default_sql;
  }
  return constant(column).value;
}

/// Text that is a number counts as one: nothing else is equal to a number behind it.
std::string filler::largest(const model::column& column, const char* over) const {
  return fmt::format("coalesce(max(CAST({} AS INTEGER)){}, 0)", target_.quote(column.name), over);
}

std::string filler::value_of_many(const model::column& column) const {
  return is_numbered(column) ? distinct(column, "row_number() OVER ()") : value(column);
}

bool filler::is_of_row(const model::column& column) const {
  const bool is_guessed = keys_of(column).empty() && referred_row(column).empty();
  return is_guessed && !has_default_value(column) && constant(column).is_of_row;
}

bool filler::fits(const model::column& column) const {
  if (is_numbered(column)) return number(column).rows != 0;
  const bool is_guessed = referred_row(column).empty() && !has_default_value(column);
  return !is_guessed || constant(column).fits;
}

std::string filler::told(const model::column& column) const {
  const auto name = table_.name.display() + "." + column.name;
  if (!fits(column)) {
    return fmt::format("no value is known that {} may have: rows without one stop the migration",
                       name);
  }
  if (one_to_one(column) != nullptr) {
    return fmt::format(
        "rows without a value get each another row to refer to in {}: where there "
        "are too few of them they stop the migration",
        name);
  }
  if (!is_numbered(column)) return guess_text(value(column), name);
  const auto& rows = number(column).rows;
  if (!rows) return guess_text("a number", name);
  return fmt::format("rows without a value get one of {} in {}: more of them stop the migration",
                     *rows, name);
}

std::string filler::integer(const model::column& column) const {
  // A comparison with an integer takes text for the number that it looks like ("Type Conversions
  // Prior To Comparison"), as the key does; CAST gives a number for all text.
  const auto name = target_.quote(column.name);
  return fmt::format(
      "CASE WHEN {0} = CAST({0} AS INTEGER) THEN {0} ELSE coalesce(max(CASE WHEN {0} = CAST({0} AS "
      "INTEGER) THEN CAST({0} AS INTEGER) END) OVER (), 0) + {1} END",
      name, "row_number() OVER ()");
}

std::string filler::statement(const model::column& column) const {
  if (!is_sqlite()) {
    if (auto own = referring_statement(column); !own.empty()) return own;
  }
  auto value = this->value(column);
  const auto name = target_.quote(column.name);
  const auto of = target_.quote(table_.name);
  if (is_numbered(column)) {
    if (!is_sqlite()) {
      const auto* old = old_table();
      const bool has_values = old != nullptr && old->find_column(column.name) != nullptr;
      return has_values ? fresh_statement(column) : numbering_statement(column);
    }
    // A window has no place in an UPDATE.
    value = distinct(column, fmt::format("((SELECT {} FROM {}) + rowid)", largest(column, ""), of));
  }
  if (value.empty()) return {};
  return fmt::format("UPDATE {0} SET {1} = {2} WHERE {1} IS NULL", of, name, value);
}

/// Where no row has a value yet.
std::string filler::numbering_statement(const model::column& column) const {
  return fmt::format(
      "UPDATE {0} SET {1} = {2} FROM (SELECT ctid AS place, {3} AS n FROM {0}) retort_rows WHERE "
      "{0}.ctid = retort_rows.place AND {0}.{1} IS NULL",
      target_.quote(table_.name), target_.quote(column.name), distinct(column, "retort_rows.n"),
      row_number(column, "ctid"));
}

/// What no row has yet, for those that have nothing.
std::string filler::fresh_statement(const model::column& column) const {
  return in_order(column, fmt::format("SELECT ({})::{} AS value FROM generate_series(1, (SELECT "
                                      "count(*) FROM {})) AS retort_rows(n)",
                                      distinct(column, "retort_rows.n"), column.type.raw,
                                      target_.quote(table_.name)));
}

/// The first of the values that no row has for the first row that has none, and so on.
std::string filler::in_order(const model::column& column, const std::string& values) const {
  return fmt::format(
      "UPDATE {0} SET {1} = retort_free.value FROM (SELECT ctid AS place, row_number() OVER (ORDER "
      "BY ctid) AS n FROM {0} WHERE {1} IS NULL) retort_rows JOIN (SELECT value, row_number() OVER "
      "() AS n FROM ({2}) retort_values WHERE value NOT IN (SELECT {1} FROM {0} WHERE {1} IS NOT "
      "NULL)) retort_free USING (n) WHERE {0}.ctid = retort_rows.place",
      target_.quote(table_.name), target_.quote(column.name), values);
}

}  // namespace retort::diff
