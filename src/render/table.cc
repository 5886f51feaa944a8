#include <algorithm>
#include <set>

#include <retort/error.h>

#include "model/apply.h"
#include "model/apply_objects.h"
#include "render/calls.h"
#include "render/cut.h"
#include "render/literal.h"
#include "render/types.h"

// Tables and their columns.

namespace retort::render {
namespace {

/// A column that is the primary key is NOT NULL, said or not.
void put_primary_key(expression& column) {
  auto& calls = column.calls;
  const auto said = std::ranges::find(calls, ".not_null", &expression::head);
  if (said != calls.end()) {
    said->head = ".primary_key";
  } else {
    calls.insert(std::ranges::find(calls, ".identity", &expression::head) + 1,
                 call(".primary_key"));
  }
}

/// In the order in which people write them: .not_null().unique().server_default(…).
void put_unique(expression& column) {
  auto& calls = column.calls;
  const auto comes_first = [](const expression& one) {
    return one.head == ".identity" || one.head == ".not_null" || one.head == ".primary_key";
  };
  calls.insert(std::ranges::find_if_not(calls, comes_first), call(".unique"));
}

void append(std::vector<expression>& to, std::vector<expression> more) {
  for (auto& one : more) to.push_back(std::move(one));
}

const std::vector<std::string>* columns_of(const model::constraint& item) {
  return std::visit(
      [](const auto& one) -> const std::vector<std::string>* {
        if constexpr (requires { one.columns; }) return &one.columns;
        return nullptr;
      },
      item);
}

/// Whether recording takes it: names are there once, and constraints are over columns of its own.
bool is_recordable(const model::table& table) {
  std::set<std::string> columns;
  std::set<std::string> names;
  for (const auto& column : table.columns) {
    if (!columns.insert(column.name).second) return false;
  }
  for (const auto& item : model::constraints_of(table)) {
    const auto& name = model::name_of(item);
    if (!name.empty() && !names.insert(name).second) return false;
    const auto* own = columns_of(item);
    if (own == nullptr) continue;
    if (!std::ranges::all_of(*own, [&](const auto& one) { return columns.contains(one); })) {
      return false;
    }
  }
  return !columns.empty();
}

/// Puts into a column what it can say of the constraints, and takes that from them.
void take_over(const target& to, const std::string& table, const model::column& column,
               std::vector<model::constraint>& from, expression& into) {
  std::set<std::size_t> taken;
  std::erase_if(from, [&](const model::constraint& item) {
    const auto* key = std::get_if<model::foreign_key>(&item);
    const bool is_primary = std::holds_alternative<model::primary_key>(item);
    if (!fits_beside_column(to, table, item, column.name)) return false;
    if ((is_primary && column.nullable) || !taken.insert(item.index()).second) return false;
    if (is_primary) put_primary_key(into);
    if (std::holds_alternative<model::unique>(item)) put_unique(into);
    if (key != nullptr) append(into.calls, *references_of(*key));
    return true;
  });
}

bool refers_to_schema(const model::constraint& item) {
  const auto* key = std::get_if<model::foreign_key>(&item);
  return key != nullptr && !key->table.schema.empty();
}

/// What the model has no words for, and a call does.
struct further {
  std::string partition_by = {};
  bool has_row_security = false;
  bool is_forced = false;
};

std::optional<further> further_of(const target& to, const model::table& table) {
  further made;
  for (const auto& words : table.opaque) {
    constexpr std::string_view parted = "PARTITION BY ";
    if (words.starts_with(parted) && made.partition_by.empty()) {
      made.partition_by = words.substr(parted.size());
    } else if (words == model::enabled_line) {
      made.has_row_security = true;
    } else if (words == model::forced_line) {
      made.is_forced = true;
    } else {
      return std::nullopt;
    }
  }
  const bool is_forced_alone = made.is_forced && !made.has_row_security;
  if (is_forced_alone || (!to.is_postgresql() && !table.opaque.empty())) return std::nullopt;
  return made;
}

/// Adds what another operation's calls are; false: there are none.
template <class Operation>
bool add_calls(const target& to, std::vector<expression>& into, const Operation& op) {
  auto more = calls_of(to, op);
  if (more) append(into, std::move(*more));
  return more.has_value();
}

bool add_indexes(const target& to, std::vector<expression>& into, const model::create_table& op) {
  return std::ranges::all_of(op.table.indexes, [&](const model::index& index) {
    return add_calls(to, into, model::create_index{op.table.name, index, op.if_not_exists});
  });
}

expression options_of(const model::create_table& op, const further& words) {
  return options()
      .add("schema", op.table.name.schema)
      .add("if_not_exists", op.if_not_exists)
      .add("strict", op.table.strict)
      .add("without_rowid", op.table.without_rowid)
      .add("comment", op.table.comment)
      .add_sql("partition_by", words.partition_by)
      .made();
}

/// The parts of a table; what no part can say goes to `apart`.
std::optional<expression> parts_of(const target& to, const model::table& table,
                                   std::vector<model::constraint>& apart) {
  auto parts = list({});
  parts.one_a_line = true;
  auto constraints = model::constraints_of(table);
  for (const auto& column : table.columns) {
    auto made = column_of(to, column);
    if (!made) return std::nullopt;
    take_over(to, table.name.name, column, constraints, *made);
    parts.items.push_back(std::move(*made));
  }
  for (auto& item : constraints) {
    if (refers_to_schema(item)) {
      apart.push_back(std::move(item));
      continue;
    }
    auto made = part_of(to, table.name.name, item);
    if (!made) return std::nullopt;
    parts.items.push_back(std::move(*made));
  }
  return parts;
}

/// A partition that has nothing of its own.
calls partition_calls(const target& to, const model::create_table& op) {
  constexpr std::string_view lead = "PARTITION OF ";
  const auto& table = op.table;
  if (!table.columns.empty() || !model::constraints_of(table).empty() || !table.comment.empty() ||
      table.opaque.size() != 1 || !table.opaque.front().starts_with(lead) || op.if_not_exists) {
    return std::nullopt;
  }
  const auto rest = std::string_view(table.opaque.front()).substr(lead.size());
  const auto parent = cut_name(rest, base::sql_flavour::postgresql);
  if (!parent || (op.partition_of && *op.partition_of != parent->name) || parent->rest.empty()) {
    return std::nullopt;
  }
  auto made = only(to, "create_partition",
                   {text(table.name.name), text(parent->name.name), sql_text(parent->rest),
                    options()
                        .add("schema", parent->name.schema)
                        .add("partition_schema", table.name.schema)
                        .made()});
  if (!add_indexes(to, *made, op)) return std::nullopt;
  return made;
}

/// `.check(…)`, or its constraint in `apart`.
void put_check(const target& to, const model::add_column& op, expression& column,
               std::vector<model::constraint>& apart) {
  if (op.check.empty()) return;
  std::optional<std::string> usual;
  try {
    usual = model::conventional_name(to.naming.ck, {op.table.name, {op.column.name}});
  } catch (const error&) {
    usual.reset();
  }
  if (usual == op.check_name) {
    column.then("check", {sql_text(op.check)});
  } else {
    apart.emplace_back(model::check{op.check_name, op.check, false});
  }
}

expression addition(const target& to, const model::add_column& op, expression column) {
  auto further = options()
                     .add("schema", op.table.schema)
                     .add("if_not_exists", op.if_not_exists)
                     .add("after", op.after)
                     .add("first", op.first)
                     .made();
  if (column.calls.empty() && further.items.empty()) {
    return call_on(to, "add_column", {text(op.table.name), column.items[0], column.items[1]});
  }
  return call_on(to, "add_column", {text(op.table.name), std::move(column), std::move(further)});
}

/// Whether what changes can be said, and is something.
bool is_change(const model::alter_column& op) {
  const bool is_other_identity = op.identity && *op.identity && **op.identity != model::identity{};
  const bool is_something =
      op.type || op.nullable || op.default_sql || op.comment || op.identity || op.rename;
  return is_something && !op.recodes && !is_other_identity && !op.column.empty() &&
         !op.table.name.empty() && (op.conversion.empty() || op.type) &&
         (!op.rename || !op.rename->empty());
}

}  // namespace

calls calls_of(const target& to, const model::create_table& op) {
  const auto& table = op.table;
  if (table.name.name.empty()) return std::nullopt;
  if (auto partition = partition_calls(to, op)) return partition;
  const auto words = further_of(to, table);
  std::vector<model::constraint> apart;
  if (op.partition_of || !words || !is_recordable(table)) return std::nullopt;
  auto parts = parts_of(to, table, apart);
  if (!parts || (op.if_not_exists && !apart.empty())) return std::nullopt;
  auto made =
      only(to, "create_table", {text(table.name.name), std::move(*parts), options_of(op, *words)});
  const model::row_security security{table.name, true, words->is_forced};
  if (words->has_row_security && !add_calls(to, *made, security)) return std::nullopt;
  if (!add_indexes(to, *made, op)) return std::nullopt;
  for (auto& item : apart) {
    if (!add_calls(to, *made, model::add_constraint{table.name, item})) return std::nullopt;
  }
  return made;
}

calls calls_of(const target& to, const model::add_column& op) {
  auto column = column_of(to, op.column);
  if (!column || op.table.name.empty()) return std::nullopt;
  std::vector<model::constraint> apart;
  const std::vector<std::string> self = {op.column.name};
  if (op.primary_key) apart.emplace_back(model::primary_key{op.primary_key_name, self, {}, false});
  if (op.unique) apart.emplace_back(model::unique{op.unique_name, self, false, false, false, {}});
  if (op.foreign_key) apart.emplace_back(*op.foreign_key);
  take_over(to, op.table.name, op.column, apart, *column);
  put_check(to, op, *column, apart);
  if (op.if_not_exists && !apart.empty()) return std::nullopt;
  calls made = {{addition(to, op, std::move(*column))}};
  for (auto& item : apart) {
    if (!add_calls(to, *made, model::add_constraint{op.table, item})) return std::nullopt;
  }
  return made;
}

calls calls_of(const target& to, const model::alter_column& op) {
  if (!is_change(op)) return std::nullopt;
  auto change = call("retort::change");
  if (op.type) {
    auto type = type_of(*op.type, to.dialect);
    if (!type) return std::nullopt;
    change.then("type", {std::move(*type)});
  }
  if (!op.conversion.empty()) change.then("using_sql", {sql_text(op.conversion)});
  if (op.nullable) change.then(*op.nullable ? "nullable" : "not_null");
  if (op.default_sql && *op.default_sql)
    change.then("server_default", {sql_text(**op.default_sql)});
  if (op.default_sql && !*op.default_sql) change.then("no_server_default");
  if (op.identity) change.then(*op.identity ? "identity" : "no_identity");
  if (op.comment) change.then("comment", {text(*op.comment)});
  if (op.rename) change.then("rename", {text(*op.rename)});
  return only(to, "alter_column",
              {text(op.table.name), text(op.column), std::move(change),
               options().add("schema", op.table.schema).made()});
}

}  // namespace retort::render
