#include <retort/operations.h>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <retort/error.h>

#include "record/parts.h"
#include "record/recorder.h"

namespace retort {
inline namespace abi_1 {
namespace {

using record::string_of;

error refuse(const call_site& where, const std::string& message) {
  error problem(message);
  problem.at(where.file, where.line);
  return problem;
}

void require_name(text name, const char* what, const char* call, const call_site& where) {
  if (!name.empty()) return;
  throw refuse(where, fmt::format("{}: the {} name is empty", call, what));
}

/// The name that the naming convention gives an index; its `ix` is the one template for indexes.
std::string index_name(const model::create_index& made, const model::naming_convention& naming,
                       const call_site& where) {
  try {
    auto name = record::conventional_name(made, naming);
    if (!name.empty()) return name;
  } catch (const error& problem) {
    throw refuse(where,
                 fmt::format("create_index on {}: {}", made.table.display(), problem.what()));
  }
  throw refuse(where, "create_index: the index name is empty")
      .help("name it, or give the naming convention an `ix` that these columns can fill");
}

void put(recorder& sink, model::operation_variant what, const call_site& where) {
  sink.recorded.push_back({std::move(what), {where.file, where.line, 0}});
}

}  // namespace

void operations::create_table(text name, std::initializer_list<table_part> parts,
                              table_options options, call_site where) {
  require_name(name, "table", "create_table", where);
  model::table made;
  made.name = {string_of(options.schema), string_of(name)};
  made.strict = options.strict;
  made.without_rowid = options.without_rowid;
  try {
    for (const auto& part : parts) record::add_part(made, part, recorder_->context.naming);
    record::validate(made);
  } catch (const error& problem) {
    throw refuse(where, fmt::format("create_table {}: {}", made.name.display(), problem.what()));
  }
  put(*recorder_, model::create_table{std::move(made), options.if_not_exists}, where);
}

void operations::drop_table(text name, drop_options options, call_site where) {
  require_name(name, "table", "drop_table", where);
  put(*recorder_,
      model::drop_table{{string_of(options.schema), string_of(name)}, options.if_exists}, where);
}

void operations::add_column(text table, column&& added, column_options options, call_site where) {
  require_name(table, "table", "add_column", where);
  require_name(added.name, "column", "add_column", where);
  model::add_column made;
  made.table = {string_of(options.schema), string_of(table)};
  made.column = record::column_of(added);
  made.primary_key = added.is_primary_key;
  made.unique = added.is_unique;
  made.check = string_of(added.check_sql);
  made.foreign_key = record::foreign_key_of(added);
  try {
    record::name_constraints(made, recorder_->context.naming);
  } catch (const error& problem) {
    throw refuse(where, fmt::format("add_column {}.{}: {}", made.table.display(), made.column.name,
                                    problem.what()));
  }
  put(*recorder_, std::move(made), where);
}

void operations::add_column(text table, text name, column_type type, call_site where) {
  add_column(table, column(name, type), {}, where);
}

void operations::drop_column(text table, text name, column_options options, call_site where) {
  require_name(table, "table", "drop_column", where);
  require_name(name, "column", "drop_column", where);
  put(*recorder_,
      model::drop_column{{string_of(options.schema), string_of(table)}, string_of(name)}, where);
}

void operations::create_index(text name, text table, std::initializer_list<index_key> keys,
                              index_options options, call_site where) {
  require_name(table, "table", "create_index", where);
  if (keys.size() == 0) {
    throw refuse(where, fmt::format("create_index {}: it has no columns", string_of(name)));
  }
  model::create_index made;
  made.table = {string_of(options.schema), string_of(table)};
  made.if_not_exists = options.if_not_exists;
  made.index.name = string_of(name);
  made.index.unique = options.unique;
  made.index.where = string_of(options.where);
  made.index.method = string_of(options.method);
  for (const auto& key : keys) {
    require_name(key.what, "column", "create_index", where);
    made.index.keys.push_back({string_of(key.what),
                               key.is_expression,
                               key.is_descending,
                               false,
                               string_of(key.collation),
                               {}});
  }
  if (name.empty()) made.index.name = index_name(made, recorder_->context.naming, where);
  put(*recorder_, std::move(made), where);
}

void operations::drop_index(text name, drop_index_options options, call_site where) {
  require_name(name, "index", "drop_index", where);
  put(*recorder_,
      model::drop_index{{string_of(options.schema), string_of(name)},
                        {string_of(options.schema), string_of(options.table)},
                        options.if_exists},
      where);
}

void operations::execute(text sql, call_site where) {
  if (sql.empty()) throw refuse(where, "execute: the SQL is empty");
  put(*recorder_, model::execute{string_of(sql)}, where);
}

text operations::dialect() const { return recorder_->dialect; }

text operations::argument(text key, text fallback) const {
  const auto& all = recorder_->context.arguments;
  const auto found = std::find_if(all.rbegin(), all.rend(),
                                  [&](const auto& item) { return key == text(item.first); });
  return found == all.rend() ? fallback : text(found->second);
}

bool operations::has_argument(text key) const {
  const auto& all = recorder_->context.arguments;
  return std::any_of(all.begin(), all.end(),
                     [&](const auto& item) { return key == text(item.first); });
}

text operations::tag() const { return recorder_->context.tag; }

void irreversible(operations&) { throw error("the migration is declared irreversible"); }

}  // namespace abi_1

namespace record {

std::vector<model::operation> replay(const std::function<void(operations&)>& body,
                                     std::string_view dialect, const context& given) {
  recorder sink(dialect, given);
  operations calls(sink);
  if (body) body(calls);
  return std::move(sink.recorded);
}

bool is_irreversible(void (*body)(operations&)) { return body == &retort::irreversible; }

}  // namespace record
}  // namespace retort
