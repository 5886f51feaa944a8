#include <retort/operations.h>

#include <fmt/format.h>

#include <retort/error.h>

#include "record/parts.h"
#include "record/recorder.h"

// Views, triggers, types and the like: their SQL is their author's, for the one dialect or the
// other.

namespace retort {
inline namespace abi_1 {
namespace {

using record::string_of;

error refuse(const char* kind, text name, const char* reason, const call_site& where) {
  error problem(fmt::format("{} {}: {}", kind, string_of(name), reason));
  problem.at(where.file, where.line);
  return problem;
}

struct object_call {
  const char* kind;
  text name;
  text table = {};
  text signature = {};
};

model::object_name named(const object_call& call, text schema) {
  model::object_name made;
  made.kind = call.kind;
  made.name = {string_of(schema), string_of(call.name)};
  if (!call.table.empty()) made.table = {string_of(schema), string_of(call.table)};
  made.signature = string_of(call.signature);
  // A trigger and a policy are in their table's schema.
  if (!call.table.empty()) made.name.schema.clear();
  return made;
}

void create(recorder& sink, const object_call& call, text body,
            const create_object_options& options, const call_site& where) {
  if (call.name.empty()) throw refuse(call.kind, call.name, "the name is empty", where);
  sink.recorded.push_back(
      {model::create_object{named(call, options.schema), string_of(body), options.if_not_exists},
       {where.file, where.line, 0}});
}

void replace(recorder& sink, const object_call& call, text body, const schema_option& options,
             const call_site& where) {
  if (call.name.empty()) throw refuse(call.kind, call.name, "the name is empty", where);
  sink.recorded.push_back({model::replace_object{named(call, options.schema), string_of(body)},
                           {where.file, where.line, 0}});
}

void drop(recorder& sink, const object_call& call, const drop_object_options& options,
          const call_site& where) {
  if (call.name.empty()) throw refuse(call.kind, call.name, "the name is empty", where);
  sink.recorded.push_back(
      {model::drop_object{named(call, options.schema), options.if_exists, options.cascade},
       {where.file, where.line, 0}});
}

void require_sql(const char* kind, text name, text sql, const call_site& where) {
  if (sql.empty()) throw refuse(kind, name, "its SQL is empty", where);
}

std::string value_list(names values) {
  std::string list;
  for (const auto& value : values) list += (list.empty() ? "" : ", ") + record::quoted(value);
  return list;
}

}  // namespace

void operations::create_view(text name, text query, create_object_options options,
                             call_site where) {
  require_sql("view", name, query, where);
  create(*recorder_, {"view", name}, query, options, where);
}

void operations::replace_view(text name, text query, schema_option options, call_site where) {
  require_sql("view", name, query, where);
  replace(*recorder_, {"view", name}, query, options, where);
}

void operations::drop_view(text name, drop_object_options options, call_site where) {
  drop(*recorder_, {"view", name}, options, where);
}

void operations::create_materialized_view(text name, text query, create_object_options options,
                                          call_site where) {
  require_sql("materialized view", name, query, where);
  create(*recorder_, {"materialized view", name}, query, options, where);
}

void operations::replace_materialized_view(text name, text query, schema_option options,
                                           call_site where) {
  require_sql("materialized view", name, query, where);
  replace(*recorder_, {"materialized view", name}, query, options, where);
}

void operations::drop_materialized_view(text name, drop_object_options options, call_site where) {
  drop(*recorder_, {"materialized view", name}, options, where);
}

void operations::create_trigger(text name, text table, text rest, create_object_options options,
                                call_site where) {
  require_sql("trigger", name, rest, where);
  create(*recorder_, {"trigger", name, table}, rest, options, where);
}

void operations::drop_trigger(text name, text table, drop_object_options options, call_site where) {
  drop(*recorder_, {"trigger", name, table}, options, where);
}

void operations::create_policy(text name, text table, text rest, create_object_options options,
                               call_site where) {
  require_sql("policy", name, rest, where);
  create(*recorder_, {"policy", name, table}, rest, options, where);
}

void operations::drop_policy(text name, text table, drop_object_options options, call_site where) {
  drop(*recorder_, {"policy", name, table}, options, where);
}

void operations::create_function(text name, text arguments, text rest,
                                 create_object_options options, call_site where) {
  require_sql("function", name, rest, where);
  create(*recorder_, {"function", name, {}, arguments}, rest, options, where);
}

void operations::replace_function(text name, text arguments, text rest, schema_option options,
                                  call_site where) {
  require_sql("function", name, rest, where);
  replace(*recorder_, {"function", name, {}, arguments}, rest, options, where);
}

void operations::drop_function(text name, text arguments, drop_object_options options,
                               call_site where) {
  drop(*recorder_, {"function", name, {}, arguments}, options, where);
}

void operations::create_procedure(text name, text arguments, text rest,
                                  create_object_options options, call_site where) {
  require_sql("procedure", name, rest, where);
  create(*recorder_, {"procedure", name, {}, arguments}, rest, options, where);
}

void operations::drop_procedure(text name, text arguments, drop_object_options options,
                                call_site where) {
  drop(*recorder_, {"procedure", name, {}, arguments}, options, where);
}

void operations::create_sequence(text name, text rest, create_object_options options,
                                 call_site where) {
  create(*recorder_, {"sequence", name}, rest, options, where);
}

void operations::drop_sequence(text name, drop_object_options options, call_site where) {
  drop(*recorder_, {"sequence", name}, options, where);
}

void operations::create_domain(text name, text rest, create_object_options options,
                               call_site where) {
  require_sql("domain", name, rest, where);
  create(*recorder_, {"domain", name}, rest, options, where);
}

void operations::drop_domain(text name, drop_object_options options, call_site where) {
  drop(*recorder_, {"domain", name}, options, where);
}

void operations::create_schema(text name, create_object_options options, call_site where) {
  create(*recorder_, {"schema", name}, {}, options, where);
}

void operations::drop_schema(text name, drop_object_options options, call_site where) {
  drop(*recorder_, {"schema", name}, options, where);
}

void operations::create_extension(text name, create_object_options options, call_site where) {
  create(*recorder_, {"extension", name}, {}, options, where);
}

void operations::drop_extension(text name, drop_object_options options, call_site where) {
  drop(*recorder_, {"extension", name}, options, where);
}

void operations::create_enum(text name, names values, create_object_options options,
                             call_site where) {
  const auto body = fmt::format("AS ENUM ({})", value_list(values));
  create(*recorder_, {"type", name}, {body.data(), body.size()}, options, where);
}

void operations::drop_enum(text name, drop_object_options options, call_site where) {
  drop(*recorder_, {"type", name}, options, where);
}

void operations::add_enum_value(text name, text value, enum_value_options options,
                                call_site where) {
  if (name.empty()) throw refuse("type", name, "the name is empty", where);
  if (!options.before.empty() && !options.after.empty()) {
    throw refuse("type", name, "a new value stands before or after one, not both", where);
  }
  model::alter_enum made;
  made.name = {string_of(options.schema), string_of(name)};
  made.value = string_of(value);
  made.before = string_of(options.before);
  made.after = string_of(options.after);
  made.if_not_exists = options.if_not_exists;
  recorder_->recorded.push_back({std::move(made), {where.file, where.line, 0}});
}

void operations::rename_enum_value(text name, text value, text to, schema_option options,
                                   call_site where) {
  if (name.empty()) throw refuse("type", name, "the name is empty", where);
  model::alter_enum made;
  made.name = {string_of(options.schema), string_of(name)};
  made.value = string_of(value);
  made.rename = string_of(to);
  recorder_->recorded.push_back({std::move(made), {where.file, where.line, 0}});
}

}  // namespace abi_1
}  // namespace retort
