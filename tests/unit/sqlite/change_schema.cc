#include <fmt/format.h>

#include <algorithm>

#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "sqlite/types.h"
#include "unit/sqlite/change_generator.h"
#include "unit/sqlite/support.h"

namespace retort::test {

using kind = model::type_kind;
using sqlite::affinity;

std::string quoted_name(const std::string& name) { return dialect::quote_identifier(name); }

std::string quoted_list(const std::vector<std::string>& names) {
  std::vector<std::string> all;
  for (const auto& name : names) all.push_back(quoted_name(name));
  return base::join(all, ", ");
}

bool exists(db::connection& connection, const std::string& sql) {
  return !connection.query(sql).rows.empty();
}

bool is_rowid_alias(const model::table& owner, const std::string& column) {
  const auto& key = owner.primary_key;
  const auto* found = owner.find_column(column);
  return key && found != nullptr && !owner.without_rowid && !key->descending &&
         key->columns == std::vector{column} &&
         (found->identity || sqlite::type_name(found->type, owner.strict) == "INTEGER");
}

namespace {

affinity affinity_of(const model::table& owner, const model::column& column) {
  return sqlite::affinity_of(sqlite::type_name(column.type, owner.strict));
}

}  // namespace

std::vector<model::column> stored_columns(const model::table& owner) {
  std::vector<model::column> all;
  std::ranges::copy_if(owner.columns, std::back_inserter(all),
                       [](const auto& column) { return !column.generated; });
  return all;
}

// ---- columns

/// Plain names and such as need quotes, look like functions or have a meaning of their own.
std::string generator::column_name(const model::table& owner) {
  static const std::vector<std::string> names = {
      "id",    "name",   "amount", "note", "order", "Mixed Case", "\xc3\xa9t\xc3\xa9",
      "rowid", "length", "Key",    "desc", "a-b",   "value",      "state"};
  const auto name = pick(names);
  return owner.find_column(name) == nullptr ? name : fresh("c");
}

model::type generator::type(bool strict) {
  if (chance(6)) return {kind::raw, -1, -1, strict ? "ANY" : "money ( 3,4 )"};
  const auto what = static_cast<kind>(below(static_cast<std::size_t>(kind::raw)));
  if (what == kind::numeric && chance(50)) return type_of(what, 10, chance(50) ? 2 : -1);
  if ((what == kind::varchar || what == kind::character) && chance(70)) return type_of(what, 40);
  return type_of(what);
}

std::string generator::collation() {
  return chance(75) ? "" : pick<std::string>({"NOCASE", "rtrim", "BINARY"});
}

std::string generator::literal(const model::table& owner, const model::column& column,
                               std::size_t n) {
  switch (affinity_of(owner, column)) {
    case affinity::integer:
      return std::to_string(n);
    case affinity::real:
      return fmt::format("{}.5", n);
    case affinity::blob:
      return fmt::format("x'62{:04x}'", n);
    case affinity::text:
      return fmt::format(fmt::runtime(pick<std::string>({"'v{}'", "'It''s {}'", "'Zo\xc3\xab{}'"})),
                         n);
    case affinity::numeric:
      break;
  }
  if (chance(30)) return fmt::format("'2024-01-{:02}'", n);
  return chance(50) ? std::to_string(n) : fmt::format("{}.25", n);
}

std::optional<std::string> generator::default_of(const model::table& owner,
                                                 const model::column& column) {
  const auto what = affinity_of(owner, column);
  if (chance(50)) return literal(owner, column, 40 + below(9));
  if (what == affinity::text) {
    return pick<std::string>({"CURRENT_TIMESTAMP", "lower('X') || '!'", "('x')", "'x -- y'"});
  }
  if (what == affinity::integer) return pick<std::string>({"(1+1)", "+7", "(9)", "abs(-3)"});
  return literal(owner, column, 7);
}

model::column generator::column(const model::table& owner) {
  auto result = column_of(column_name(owner), type(owner.strict), chance(60));
  if (chance(30)) result.default_sql = default_of(owner, result);
  result.collation = collation();
  if (!result.nullable && chance(10)) result.not_null_conflict = "FAIL";
  return result;
}

/// Gives the column an expression, and a type that it fits.
model::generated generator::generated(const model::table& owner, model::column& column) {
  column.default_sql.reset();
  column.not_null_conflict.clear();
  column.nullable = true;
  const auto of = mention(pick(stored_columns(owner)).name);
  const auto choice = below(3);
  column.type = type_of(choice == 0 ? kind::integer : kind::text);
  const auto* form = choice == 0 ? "length({})" : choice == 1 ? "upper( {} )" : "{}||'!'";
  return {fmt::format(fmt::runtime(form), of), chance(50)};
}

// ---- expressions

/// A column's name as authors write it.
std::string generator::mention(const std::string& column) {
  const bool plain = std::ranges::all_of(column, [](char c) { return c >= 'a' && c <= 'z'; }) &&
                     column != "order" && column != "desc";
  if (plain && chance(70)) return column;
  const auto choice = below(10);
  if (choice == 0) return "[" + column + "]";
  if (choice == 1) return "`" + column + "`";
  return quoted_name(column);
}

std::string generator::condition(const model::column& column) {
  static const std::vector<std::string> forms = {"{0} >= 0",
                                                 "length({0}) < 80",
                                                 "{0} <> ''",
                                                 "{0} IS NULL OR typeof({0})<>'x'",
                                                 "not {0} in ('a', -1)",
                                                 "coalesce({0}, 1) is not NULL"};
  return fmt::format(fmt::runtime(pick(forms)), mention(column.name));
}

// ---- constraints

std::vector<std::string> generator::some_columns(const model::table& owner) {
  std::vector<std::string> names;
  for (const auto& column : stored_columns(owner)) {
    if (column.type.kind != kind::boolean && !column.identity) names.push_back(column.name);
  }
  std::ranges::shuffle(names, random_);
  names.resize(std::min<std::size_t>(names.size(), chance(50) ? 1 : 2));
  return names;
}

model::check generator::check(const model::table& owner) {
  auto sql = condition(pick(owner.columns));
  if (chance(30)) sql = fmt::format("({}) OR {}", sql, condition(pick(owner.columns)));
  if (chance(10)) sql = "(" + sql + ")";
  return {name_or_none("ck"), sql, false};
}

model::unique generator::unique(const model::table& owner) {
  auto result = unique_of(some_columns(owner), name_or_none("uq "));
  if (chance(15)) result.conflict = "IGNORE";
  return result;
}

void generator::add_key(model::table& owner) {
  const auto choice = below(8);
  auto id = column_of(column_name(owner), type_of(kind::integer), chance(50));
  owner.without_rowid = choice >= 6;
  if (choice == 0) return;
  if (choice <= 3) {
    if (choice == 1) id.identity = model::identity{};
    owner.primary_key = primary_key_of({id.name}, name_or_none("pk"));
    if (choice == 3 && owner.primary_key->name.empty()) owner.primary_key->descending = chance(50);
    owner.columns.insert(owner.columns.begin(), id);
    return;
  }
  owner.primary_key = primary_key_of(some_columns(owner), name_or_none("pk"));
  auto& columns = owner.primary_key->columns;
  if (columns.empty()) {
    owner.columns.push_back(id);
    columns = {id.name};
  }
  // SQLite 3.40's integrity_check takes one column for another where a table WITHOUT ROWID does not
  // begin with its key.
  if (!owner.without_rowid) return;
  std::stable_partition(owner.columns.begin(), owner.columns.end(), [&](const auto& column) {
    return std::ranges::count(columns, column.name) > 0;
  });
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i] = owner.columns[i].name;
}

void generator::add_constraints(model::table& owner, const model::schema& now) {
  for (std::size_t i = below(3); i > 0; --i) {
    const auto item = unique(owner);
    const bool doubled = std::ranges::any_of(
        owner.uniques, [&](const auto& other) { return other.columns == item.columns; });
    if (!item.columns.empty() && !doubled) owner.uniques.push_back(item);
  }
  for (const auto& [name, parent] : now.tables) {
    if (chance(60)) add_foreign_key(owner, parent);
  }
  if (chance(40)) add_foreign_key(owner, model::table(owner));
  for (std::size_t i = below(3); i > 0; --i) {
    auto column = this->column(owner);
    column.generated = generated(owner, column);
    owner.columns.push_back(column);
  }
  for (std::size_t i = below(3); i > 0; --i) owner.checks.push_back(check(owner));
}

/// A foreign key to one of the parent's keys, its own columns left empty; none: no such key.
model::foreign_key generator::foreign_key(const model::table& parent) {
  std::vector<std::vector<std::string>> keys;
  if (parent.primary_key) keys.push_back(parent.primary_key->columns);
  for (const auto& item : parent.uniques) keys.push_back(item.columns);
  static const std::vector<referential_action> actions = {
      referential_action::no_action, referential_action::restrict, referential_action::cascade,
      referential_action::set_null, referential_action::set_default};
  model::foreign_key result;
  result.name = name_or_none("fk");
  result.table = parent.name;
  if (keys.empty()) return result;
  result.referenced_columns = pick(keys);
  result.on_delete = pick(actions);
  result.on_update = pick(actions);
  result.deferrable = chance(40);
  result.initially_deferred = result.deferrable && chance(50);
  return result;
}

void generator::add_foreign_key(model::table& owner, const model::table& parent) {
  auto key = foreign_key(parent);
  if (key.referenced_columns.empty()) return;
  for (const auto& name : key.referenced_columns) {
    const auto* target = parent.find_column(name);
    auto column = column_of(column_name(owner), target->type);
    if (target->identity) column.type = type_of(kind::integer);
    // Not every type has the same name and affinity in a STRICT table.
    if (parent.strict != owner.strict) {
      column.type = {kind::raw, -1, -1, sqlite::type_name(target->type, parent.strict)};
    }
    if (owner.strict && !parent.strict) column.type.raw = "ANY";
    column.collation = target->collation;
    key.columns.push_back(column.name);
    owner.columns.push_back(column);
  }
  const bool to_key = parent.primary_key && parent.primary_key->columns == key.referenced_columns;
  if (to_key && chance(30)) key.referenced_columns.clear();
  owner.foreign_keys.push_back(key);
}

model::index_key generator::index_key(const model::column& column) {
  static const std::vector<std::string> forms = {"lower({})", "{} || 'x' COLLATE NOCASE",
                                                 "length({})+1", "({})"};
  auto result = key_of(column.name);
  if (chance(30)) {
    result = key_of(fmt::format(fmt::runtime(pick(forms)), mention(column.name)), true);
  }
  result.descending = chance(30);
  if (!result.is_expression) result.collation = collation();
  return result;
}

model::index generator::index(const model::table& owner) {
  auto result = index_of(fresh(chance(70) ? "ix" : "Index "), {});
  for (std::size_t i = 1 + below(2); i > 0; --i) {
    result.keys.push_back(index_key(pick(owner.columns)));
  }
  result.unique = chance(30);
  if (chance(30)) result.where = condition(pick(owner.columns));
  return result;
}

model::table generator::table(const std::string& name, const model::schema& now) {
  model::table result;
  result.name.name = name;
  result.strict = chance(25);
  for (std::size_t i = 1 + below(5); i > 0; --i) result.columns.push_back(column(result));
  add_key(result);
  add_constraints(result, now);
  return result;
}

}  // namespace retort::test
