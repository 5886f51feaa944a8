#include "verify/table_filler.h"

#include <algorithm>

#include <fmt/format.h>
#include <retort/error.h>

#include "base/sql_lexer.h"
#include "model/mentions.h"

namespace retort::verify {
namespace {

constexpr unsigned rows_a_table = 5;
/// How many combinations of values are tried to satisfy a table's conditions.
constexpr std::size_t most_tries = 400;

bool has(const std::vector<std::string>& names, const std::string& wanted) {
  return std::find(names.begin(), names.end(), wanted) != names.end();
}

void add_once(std::vector<std::string>& list, std::string value) {
  if (!has(list, value)) list.push_back(std::move(value));
}

/// The constants that stand in an expression: what `IN ('new', 'paid')` or `> 5` would accept.
std::vector<std::string> constants_in(const std::string& expression, base::sql_flavour flavour) {
  std::vector<std::string> result;
  base::sql_lexer lexer(expression, flavour);
  for (auto token = lexer.next(); token.kind != base::token_kind::end; token = lexer.next()) {
    const std::string text(lexer.text(token));
    if (token.kind == base::token_kind::string) add_once(result, text);
    if (token.kind != base::token_kind::number) continue;
    add_once(result, text);
    add_once(result, fmt::format("{} + 1", text));
    add_once(result, fmt::format("{} - 1", text));
  }
  return result;
}

}  // namespace

table_filler::table_filler(db::connection& connection, const dialect::dialect& target,
                           const model::schema& schema, const model::table& table, unsigned salt)
    : connection_(connection), target_(target), schema_(schema), table_(table), salt_(salt) {}

filled_table table_filler::run() {
  constexpr flavour flavours[] = {flavour::sparse, flavour::smallest, flavour::largest,
                                  flavour::ordinary, flavour::another};
  for (unsigned number = 0; number < rows_a_table; ++number) {
    const row wanted = make_row(flavours[number], number);
    if (!accepts(wanted, true) && !insert_mended(wanted, number)) continue;
    ++result_.rows;
  }
  if (result_.rows == 0) return result_;
  for (const auto& column : table_.columns) {
    if (column.generated || column.identity || column.default_sql) continue;
    if (proven_.count(column.name) == 0 && !is_key(column.name)) {
      result_.empty_columns.push_back(column.name);
    }
  }
  return result_;
}

table_filler::row table_filler::make_row(flavour wanted, unsigned number) {
  row values;
  for (const auto& column : table_.columns) {
    if (auto chosen = value(column, wanted, number)) values[column.name] = *chosen;
  }
  add_references(values, number);
  return values;
}

std::optional<std::string> table_filler::value(const model::column& column, flavour wanted,
                                               unsigned number) {
  if (column.generated || column.identity) return std::nullopt;
  if (column.default_sql && column.default_sql->find("nextval(") != std::string::npos) {
    return std::nullopt;
  }
  // A key takes ordinary values, which differ from row to row.
  const bool key = is_key(column.name);
  if (wanted == flavour::sparse && !key) {
    if (column.default_sql) return std::nullopt;
    if (column.nullable) return "NULL";
  }
  const auto values = target_.samples(connection_, column, salt_ * rows_a_table + number);
  if (values.empty()) return column.nullable ? std::optional<std::string>("NULL") : std::nullopt;
  if (wanted == flavour::smallest && !key) return values.front();
  if (wanted == flavour::largest && !key)
    return values[std::min<std::size_t>(1, values.size() - 1)];
  const std::size_t ordinary = values.size() > 2 ? values.size() - 2 : values.size();
  const std::size_t which = wanted == flavour::another ? 1 % ordinary : 0;
  return values[values.size() - ordinary + which];
}

/// Starts from a row that the table accepts and takes over from `wanted` whatever it accepts too.
bool table_filler::insert_mended(const row& wanted, unsigned number) {
  auto mended = find_accepted(number);
  if (!mended) return false;
  for (const auto& column : table_.columns) {
    row tried = *mended;
    const auto found = wanted.find(column.name);
    if (found == wanted.end()) {
      tried.erase(column.name);
    } else {
      tried[column.name] = found->second;
    }
    if (tried != *mended && accepts(tried, false)) mended = std::move(tried);
  }
  return accepts(*mended, true);
}

/// An ordinary row that meets the table's conditions, found by trying the constants that they name.
std::optional<table_filler::row> table_filler::find_accepted(unsigned number) {
  const row ordinary = make_row(flavour::ordinary, number);
  if (accepts(ordinary, false)) return ordinary;
  const auto columns = conditional_columns();
  std::vector<std::vector<std::string>> choices;
  for (const auto* column : columns) choices.push_back(candidates(*column, number));
  std::vector<std::size_t> at(columns.size(), 0);
  for (std::size_t tries = 0; tries < most_tries && !columns.empty(); ++tries) {
    row tried = ordinary;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      tried[columns[i]->name] = choices[i][at[i]];
    }
    if (accepts(tried, false)) return tried;
    std::size_t digit = 0;
    while (digit < at.size() && ++at[digit] == choices[digit].size()) at[digit++] = 0;
    if (digit == at.size()) break;
  }
  return std::nullopt;
}

std::vector<const model::column*> table_filler::conditional_columns() const {
  std::vector<const model::column*> result;
  for (const auto& column : table_.columns) {
    if (column.generated || column.identity) continue;
    const bool named =
        std::any_of(table_.checks.begin(), table_.checks.end(), [&](const model::check& condition) {
          return model::mentions(condition.expression, column.name);
        });
    // A domain's or a trigger's condition is not in the table: then every text is suspect.
    if (named || table_.checks.empty()) result.push_back(&column);
  }
  return result;
}

std::vector<std::string> table_filler::candidates(const model::column& column, unsigned number) {
  std::vector<std::string> result;
  std::vector<std::string> constants;
  for (const auto& condition : table_.checks) {
    if (!model::mentions(condition.expression, column.name)) continue;
    for (auto& text : constants_in(condition.expression, target_.flavour())) {
      add_once(constants, std::move(text));
    }
  }
  // Rows should differ, so each begins at another of the constants.
  if (!constants.empty()) {
    std::rotate(constants.begin(),
                constants.begin() + static_cast<std::ptrdiff_t>(number % constants.size()),
                constants.end());
  }
  for (auto& text : constants) add_once(result, std::move(text));
  const unsigned serial = salt_ * rows_a_table + number;
  for (auto& text : target_.samples(connection_, column, serial)) add_once(result, std::move(text));
  add_once(result, fmt::format("'user{}@example.com'", serial));
  add_once(result, fmt::format("'https://example.com/{}'", serial));
  if (column.nullable) add_once(result, "NULL");
  return result;
}

bool table_filler::accepts(const row& values, bool keep) {
  std::string names;
  std::string list;
  for (const auto& [name, constant] : values) {
    names += (names.empty() ? "" : ", ") + target_.quote(name);
    list += (list.empty() ? "" : ", ") + constant;
  }
  const std::string table = target_.quote(table_.name);
  const std::string sql = names.empty()
                              ? fmt::format("INSERT INTO {} DEFAULT VALUES", table)
                              : fmt::format("INSERT INTO {} ({}) VALUES ({})", table, names, list);
  connection_.execute("SAVEPOINT retort_row");
  bool accepted = true;
  try {
    connection_.execute(sql);
  } catch (const error& problem) {
    result_.refusal = problem.what();
    accepted = false;
  }
  if (!accepted || !keep) connection_.execute("ROLLBACK TO SAVEPOINT retort_row");
  connection_.execute("RELEASE SAVEPOINT retort_row");
  if (accepted && keep) {
    for (const auto& [name, constant] : values) {
      if (constant != "NULL") proven_.insert(name);
    }
  }
  return accepted;
}

/// Foreign keys get the key of a row that is there, or NULL.
void table_filler::add_references(row& values, unsigned number) {
  for (const auto& key : table_.foreign_keys) {
    const auto columns = referenced_columns(key);
    if (columns.empty()) continue;
    std::string list;
    for (const auto& name : columns) {
      list += (list.empty() ? "" : ", ") + target_.exact_text(target_.quote(name));
    }
    const auto found = connection_.query(
        fmt::format("SELECT {} FROM {} LIMIT {}", list, target_.quote(key.table), rows_a_table));
    if (found.rows.empty() && refer_to_itself(values, key, number)) continue;
    for (std::size_t i = 0; i < key.columns.size() && i < columns.size(); ++i) {
      const db::cell value =
          found.rows.empty() ? db::cell() : found.rows[number % found.rows.size()][i];
      values[key.columns[i]] = value ? *value : "NULL";
    }
  }
}

/// The first row of a table whose key to itself must not be NULL names itself.
bool table_filler::refer_to_itself(row& values, const model::foreign_key& key, unsigned number) {
  if (key.table != table_.name) return false;
  const auto columns = referenced_columns(key);
  for (std::size_t i = 0; i < key.columns.size() && i < columns.size(); ++i) {
    const model::column* referencing = table_.find_column(key.columns[i]);
    const model::column* referenced = table_.find_column(columns[i]);
    if (referencing == nullptr || referenced == nullptr || referencing->nullable) return false;
    const auto own = values.find(columns[i]);
    if (own == values.end()) {
      const auto samples = target_.samples(connection_, *referenced, salt_ * rows_a_table + number);
      if (samples.empty()) return false;
      values[columns[i]] = samples.back();
    }
    values[key.columns[i]] = values[columns[i]];
  }
  return true;
}

/// A foreign key that names no columns means the primary key.
std::vector<std::string> table_filler::referenced_columns(const model::foreign_key& key) const {
  if (!key.referenced_columns.empty()) return key.referenced_columns;
  const model::table* referenced = schema_.find(key.table);
  if (referenced == nullptr || !referenced->primary_key) return {};
  return referenced->primary_key->columns;
}

bool table_filler::is_key(const std::string& column) const {
  return table_.primary_key && has(table_.primary_key->columns, column);
}

}  // namespace retort::verify
