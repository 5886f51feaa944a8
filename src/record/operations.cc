#include <retort/operations.h>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <retort/error.h>

#include "model/apply_objects.h"
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

model::qualified_name named(text schema, text name) { return {string_of(schema), string_of(name)}; }

/// Nulls are the largest values unless told otherwise (PostgreSQL: "CREATE INDEX").
bool nulls_reversed(const index_key& key) {
  using order = index_key::nulls_order;
  return key.nulls == (key.is_descending ? order::last : order::first);
}

void put(recorder& sink, model::operation_variant what, const call_site& where) {
  sink.recorded.push_back({std::move(what), {where.file, where.line, 0}});
}

/// What a table, or one of its columns, was called before.
void put_hint(recorder& sink, const model::qualified_name& table, text column, text old_name,
              const call_site& where) {
  if (old_name.empty()) return;
  if (!sink.takes_hints) {
    const auto what = column.empty() ? table.display() : table.display() + "." + string_of(column);
    throw refuse(where, fmt::format("{}: renamed_from is said in models, and renames nothing in a "
                                    "migration",
                                    what))
        .help("a migration calls op.rename_table, or op.alter_column with change().rename");
  }
  sink.hints.push_back(
      {table, string_of(column), string_of(old_name), {where.file, where.line, 0}});
}

}  // namespace

void operations::create_table(text name, std::initializer_list<table_part> parts,
                              table_options options, call_site where) {
  require_name(name, "table", "create_table", where);
  model::table made;
  made.name = named(options.schema, name);
  made.strict = options.strict;
  made.without_rowid = options.without_rowid;
  made.comment = string_of(options.comment);
  if (!options.partition_by.empty()) {
    made.opaque.push_back("PARTITION BY " + string_of(options.partition_by));
  }
  try {
    for (const auto& part : parts) {
      record::add_part(made, part, recorder_->context.naming, recorder_->dialect);
    }
    record::validate(made);
  } catch (const error& problem) {
    throw refuse(where, fmt::format("create_table {}: {}", made.name.display(), problem.what()));
  }
  put_hint(*recorder_, made.name, {}, options.renamed_from, where);
  for (const auto& part : parts) {
    const auto* column = part.as_column;
    if (column != nullptr) {
      put_hint(*recorder_, made.name, column->name, column->old_name, where);
    }
  }
  put(*recorder_, model::create_table{std::move(made), options.if_not_exists}, where);
}

void operations::drop_table(text name, drop_options options, call_site where) {
  require_name(name, "table", "drop_table", where);
  put(*recorder_, model::drop_table{named(options.schema, name), options.if_exists}, where);
}

void operations::rename_table(text name, text to, schema_option options, call_site where) {
  require_name(name, "table", "rename_table", where);
  require_name(to, "table", "rename_table", where);
  put(*recorder_, model::rename_table{named(options.schema, name), string_of(to)}, where);
}

void operations::create_table_comment(text table, text comment, schema_option options,
                                      call_site where) {
  require_name(table, "table", "create_table_comment", where);
  put(*recorder_, model::comment_table{named(options.schema, table), string_of(comment)}, where);
}

void operations::drop_table_comment(text table, schema_option options, call_site where) {
  create_table_comment(table, {}, options, where);
}

void operations::add_column(text table, column&& added, add_column_options options,
                            call_site where) {
  require_name(table, "table", "add_column", where);
  require_name(added.name, "column", "add_column", where);
  model::add_column made;
  made.table = named(options.schema, table);
  made.column = record::column_of(added, recorder_->dialect);
  made.primary_key = added.is_primary_key;
  made.unique = added.is_unique;
  made.check = string_of(added.check_sql);
  made.foreign_key = record::foreign_key_of(added);
  made.if_not_exists = options.if_not_exists;
  made.after = string_of(options.after);
  made.first = options.first;
  try {
    record::name_constraints(made, recorder_->context.naming);
  } catch (const error& problem) {
    throw refuse(where, fmt::format("add_column {}.{}: {}", made.table.display(), made.column.name,
                                    problem.what()));
  }
  put_hint(*recorder_, made.table, added.name, added.old_name, where);
  auto values = record::enum_check(added.name, added.type, recorder_->dialect);
  const auto owner = made.table;
  put(*recorder_, std::move(made), where);
  if (values) put(*recorder_, model::add_constraint{owner, std::move(*values)}, where);
}

void operations::add_column(text table, text name, column_type type, call_site where) {
  add_column(table, column(name, type), {}, where);
}

void operations::drop_column(text table, text name, drop_column_options options, call_site where) {
  require_name(table, "table", "drop_column", where);
  require_name(name, "column", "drop_column", where);
  put(*recorder_,
      model::drop_column{named(options.schema, table), string_of(name), options.if_exists}, where);
}

void operations::alter_column(text table, text name, column_change&& what, column_options options,
                              call_site where) {
  require_name(table, "table", "alter_column", where);
  require_name(name, "column", "alter_column", where);
  model::alter_column made{named(options.schema, table), string_of(name)};
  if (what.has_type) made.type = record::type_of(what.new_type, recorder_->dialect);
  made.conversion = string_of(what.conversion_sql);
  if (what.has_nullable) made.nullable = what.is_nullable;
  if (what.drops_default) made.default_sql.emplace();
  if (what.has_default) {
    made.default_sql =
        what.default_is_literal ? record::quoted(what.default_sql) : string_of(what.default_sql);
  }
  if (what.has_comment) made.comment = string_of(what.comment_text);
  if (what.has_identity) {
    made.identity.emplace();
    if (what.is_identity) *made.identity = model::identity{};
  }
  if (!what.new_name.empty()) made.rename = string_of(what.new_name);
  const auto refuse_call = [&](const char* reason) {
    return refuse(where,
                  fmt::format("alter_column {}.{}: {}", made.table.display(), made.column, reason));
  };
  if (!made.conversion.empty() && !made.type) throw refuse_call("using_sql belongs to a new type");
  if (!made.type && !made.nullable && !made.default_sql && !made.comment && !made.identity &&
      !made.rename) {
    throw refuse_call("it changes nothing");
  }
  auto values = record::enum_check(what.new_name.empty() ? name : what.new_name, what.new_type,
                                   recorder_->dialect);
  const auto owner = made.table;
  put(*recorder_, std::move(made), where);
  if (values) put(*recorder_, model::add_constraint{owner, std::move(*values)}, where);
}

void operations::add_constraint(text table, constraint&& added, schema_option options,
                                call_site where) {
  require_name(table, "table", "add_constraint", where);
  model::add_constraint made{named(options.schema, table), {}};
  try {
    made.constraint = record::constraint_of(made.table.name, added, recorder_->context.naming);
    record::validate(made.constraint);
  } catch (const error& problem) {
    throw refuse(where,
                 fmt::format("add_constraint on {}: {}", made.table.display(), problem.what()));
  }
  put(*recorder_, std::move(made), where);
}

void operations::create_primary_key(text name, text table, names columns, schema_option options,
                                    call_site where) {
  add_constraint(table, primary_key(columns).named(name), options, where);
}

void operations::create_unique_constraint(text name, text table, names columns,
                                          schema_option options, call_site where) {
  add_constraint(table, unique(columns).named(name), options, where);
}

void operations::create_check_constraint(text name, text table, text condition,
                                         schema_option options, call_site where) {
  add_constraint(table, check(condition).named(name), options, where);
}

void operations::create_foreign_key(text name, text table, text referent, names columns,
                                    names referent_columns, foreign_key_options options,
                                    call_site where) {
  require_name(table, "table", "create_foreign_key", where);
  auto part = foreign_key(columns, referent, referent_columns);
  part.name = name;
  part.delete_action = options.on_delete;
  part.update_action = options.on_update;
  part.is_initially_deferred = options.initially_deferred;
  part.is_deferrable = options.deferrable || options.initially_deferred;
  part.is_match_full = options.match_full;
  part.is_not_valid = options.not_valid;
  add_constraint(table, static_cast<constraint&&>(part), {options.schema}, where);
  auto& made = std::get<model::add_constraint>(recorder_->recorded.back().what);
  std::get<model::foreign_key>(made.constraint).table.schema = string_of(options.referent_schema);
}

void operations::create_exclude_constraint(text name, text table, text definition,
                                           schema_option options, call_site where) {
  add_constraint(table, exclude(definition).named(name), options, where);
}

void operations::rename_constraint(text name, text table, text to, schema_option options,
                                   call_site where) {
  require_name(table, "table", "rename_constraint", where);
  require_name(name, "constraint", "rename_constraint", where);
  require_name(to, "constraint", "rename_constraint", where);
  put(*recorder_,
      model::rename_constraint{named(options.schema, table), string_of(name), string_of(to)},
      where);
}

void operations::validate_constraint(text name, text table, schema_option options,
                                     call_site where) {
  require_name(table, "table", "validate_constraint", where);
  require_name(name, "constraint", "validate_constraint", where);
  put(*recorder_, model::validate_constraint{named(options.schema, table), string_of(name)}, where);
}

void operations::drop_constraint(text name, text table, drop_constraint_options options,
                                 call_site where) {
  require_name(table, "table", "drop_constraint", where);
  if (name.empty() && options.type != constraint_type::primary) {
    throw refuse(
        where, fmt::format("drop_constraint on {}: the constraint name is empty", string_of(table)))
        .help("name it; only a primary key is known without a name");
  }
  put(*recorder_,
      model::drop_constraint{named(options.schema, table),
                             string_of(name),
                             static_cast<model::constraint_kind>(options.type),
                             {},
                             options.if_exists},
      where);
}

void operations::create_index(text name, text table, std::initializer_list<index_key> keys,
                              index_options options, call_site where) {
  require_name(table, "table", "create_index", where);
  if (keys.size() == 0) {
    throw refuse(where, fmt::format("create_index {}: it has no columns", string_of(name)));
  }
  model::create_index made;
  made.table = named(options.schema, table);
  made.if_not_exists = options.if_not_exists;
  made.index.name = string_of(name);
  made.index.unique = options.unique;
  made.index.where = string_of(options.where);
  made.index.method = string_of(options.method);
  made.index.include = record::strings_of(options.include);
  made.index.nulls_not_distinct = options.nulls_not_distinct;
  made.index.storage = string_of(options.storage);
  made.concurrently = options.concurrently;
  for (const auto& key : keys) {
    require_name(key.what, "column", "create_index", where);
    made.index.keys.push_back({string_of(key.what), key.is_expression, key.is_descending,
                               nulls_reversed(key), string_of(key.collation),
                               string_of(key.operator_class)});
  }
  if (name.empty()) made.index.name = index_name(made, recorder_->context.naming, where);
  put(*recorder_, std::move(made), where);
}

void operations::drop_index(text name, drop_index_options options, call_site where) {
  require_name(name, "index", "drop_index", where);
  put(*recorder_,
      model::drop_index{named(options.schema, name), named(options.schema, options.table),
                        options.if_exists, options.concurrently},
      where);
}

void operations::rename_index(text name, text to, schema_option options, call_site where) {
  require_name(name, "index", "rename_index", where);
  require_name(to, "index", "rename_index", where);
  put(*recorder_, model::rename_index{named(options.schema, name), string_of(to)}, where);
}

void operations::create_partition(text name, text table, text bounds, partition_options options,
                                  call_site where) {
  require_name(name, "table", "create_partition", where);
  require_name(table, "table", "create_partition", where);
  model::create_table made;
  made.table.name = named(options.partition_schema, name);
  made.partition_of = named(options.schema, table);
  made.table.opaque.push_back(model::partition_line(*made.partition_of, string_of(bounds)));
  put(*recorder_, std::move(made), where);
}

void operations::attach_partition(text table, text partition, text bounds,
                                  partition_options options, call_site where) {
  require_name(table, "table", "attach_partition", where);
  require_name(partition, "table", "attach_partition", where);
  put(*recorder_,
      model::attach_partition{named(options.schema, table),
                              named(options.partition_schema, partition), string_of(bounds)},
      where);
}

void operations::detach_partition(text table, text partition, detach_partition_options options,
                                  call_site where) {
  require_name(table, "table", "detach_partition", where);
  require_name(partition, "table", "detach_partition", where);
  put(*recorder_,
      model::detach_partition{named(options.schema, table),
                              named(options.partition_schema, partition), options.concurrently},
      where);
}

void operations::enable_row_level_security(text table, row_security_options options,
                                           call_site where) {
  require_name(table, "table", "enable_row_level_security", where);
  put(*recorder_, model::row_security{named(options.schema, table), true, options.force}, where);
}

void operations::disable_row_level_security(text table, schema_option options, call_site where) {
  require_name(table, "table", "disable_row_level_security", where);
  put(*recorder_, model::row_security{named(options.schema, table), false, false}, where);
}

void operations::grant(text privileges, text on, text roles, grant_options options,
                       call_site where) {
  put(*recorder_,
      model::change_privileges{true, string_of(privileges), string_of(on), string_of(roles),
                               options.with_grant_option},
      where);
}

void operations::revoke(text privileges, text on, text roles, call_site where) {
  put(*recorder_,
      model::change_privileges{false, string_of(privileges), string_of(on), string_of(roles)},
      where);
}

void operations::bulk_insert(text table, names columns, std::initializer_list<row> rows,
                             schema_option options, call_site where) {
  require_name(table, "table", "bulk_insert", where);
  model::bulk_insert made;
  made.table = named(options.schema, table);
  made.columns = record::strings_of(columns);
  const auto refuse_call = [&](const std::string& reason) {
    return refuse(where, fmt::format("bulk_insert into {}: {}", made.table.display(), reason));
  };
  if (made.columns.empty()) throw refuse_call("it names no columns");
  try {
    model::require_different(made.columns, "bulk_insert into " + made.table.display());
  } catch (const error& problem) {
    throw refuse(where, problem.what());
  }
  for (const auto& values : rows) {
    if (values.size() != made.columns.size()) {
      throw refuse_call(fmt::format("row {} has {} values for {} columns", made.rows.size() + 1,
                                    values.size(), made.columns.size()));
    }
    auto& kept = made.rows.emplace_back();
    try {
      for (const auto& one : values) kept.push_back(model::value_of(one));
    } catch (const error& problem) {
      throw refuse_call(fmt::format("row {}: {}", made.rows.size(), problem.what()));
    }
  }
  put(*recorder_, std::move(made), where);
}

void operations::run(void (*body)(connection& db), call_site where) {
  if (body == nullptr) throw refuse(where, "run: there is no function");
  put(*recorder_, model::run{body}, where);
}

backfill_call operations::backfill(text table, text set, text where, schema_option options,
                                   call_site place) {
  require_name(table, "table", "backfill", place);
  if (set.empty()) {
    throw refuse(place, fmt::format("backfill {}: it sets nothing", string_of(table)));
  }
  put(*recorder_,
      model::backfill{named(options.schema, table), string_of(set), string_of(where), {}}, place);
  return {*recorder_, recorder_->recorded.size() - 1};
}

backfill_call backfill_call::batches_of(int rows) const {
  auto& recorded = recorder_->recorded[place_];
  auto& made = std::get<model::backfill>(recorded.what);
  if (rows < 1) {
    error problem(fmt::format("backfill {}: a batch of {} rows", made.table.display(), rows));
    throw problem.at(recorded.where.file, recorded.where.line);
  }
  made.batch = rows;
  return *this;
}

backfill_call backfill_call::by(names columns) const {
  auto& made = std::get<model::backfill>(recorder_->recorded[place_].what);
  made.key = record::strings_of(columns);
  return *this;
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

replayed_models replay_models(const std::function<void(operations&)>& body,
                              std::string_view dialect, const context& given) {
  recorder sink(dialect, given);
  sink.takes_hints = true;
  operations calls(sink);
  if (body) body(calls);
  return {std::move(sink.recorded), std::move(sink.hints)};
}

bool is_irreversible(void (*body)(operations&)) { return body == &retort::irreversible; }

}  // namespace record
}  // namespace retort
