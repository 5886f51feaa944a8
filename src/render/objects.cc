#include <algorithm>
#include <array>

#include "base/text_tools.h"
#include "render/calls.h"
#include "render/cut.h"
#include "render/literal.h"

// Views, triggers, types and the like.

namespace retort::render {
namespace {

struct verbs {
  std::string_view kind;
  std::string_view create;
  /// Empty: there is none.
  std::string_view replace;
  std::string_view drop;
};

constexpr auto all_verbs = std::to_array<verbs>({
    {"view", "create_view", "replace_view", "drop_view"},
    {"materialized view", "create_materialized_view", "replace_materialized_view",
     "drop_materialized_view"},
    {"trigger", "create_trigger", "", "drop_trigger"},
    {"policy", "create_policy", "", "drop_policy"},
    {"function", "create_function", "replace_function", "drop_function"},
    {"procedure", "create_procedure", "", "drop_procedure"},
    {"sequence", "create_sequence", "", "drop_sequence"},
    {"domain", "create_domain", "", "drop_domain"},
    {"schema", "create_schema", "", "drop_schema"},
    {"extension", "create_extension", "", "drop_extension"},
    {"type", "create_enum", "", "drop_enum"},
});

/// Triggers and policies are on a table, whose schema is theirs; nothing else is.
bool is_on_table(std::string_view kind) { return kind == "trigger" || kind == "policy"; }

bool is_name_alone(std::string_view kind) { return kind == "schema" || kind == "extension"; }

const verbs* verbs_of(const model::object_name& object) {
  const auto found = std::ranges::find(all_verbs, object.kind, &verbs::kind);
  const bool is_odd = object.name.name.empty() ||
                      is_on_table(object.kind) == object.table.name.empty() ||
                      (is_on_table(object.kind) && !object.name.schema.empty()) ||
                      (!model::is_routine(object.kind) && !object.signature.empty());
  return found == all_verbs.end() || is_odd ? nullptr : &*found;
}

const std::string& schema_of(const model::object_name& object) {
  return is_on_table(object.kind) ? object.table.schema : object.name.schema;
}

/// Its name, and what else it is known by.
std::vector<expression> named(const model::object_name& object, std::string_view arguments) {
  std::vector<expression> made = {text(object.name.name)};
  if (is_on_table(object.kind)) made.push_back(text(object.table.name));
  if (model::is_routine(object.kind)) made.push_back(sql_text(arguments));
  return made;
}

/// Whether `object_sql` takes the text for a whole statement.
bool is_statement(std::string_view body) {
  constexpr auto leads = std::to_array<std::string_view>(
      {"CREATE ", "ALTER ", "COMMENT ", "GRANT ", "REVOKE ", "PRAGMA "});
  const auto trimmed = base::trim(body);
  return std::ranges::any_of(leads, [&](std::string_view lead) {
    return base::equals_ignoring_case(trimmed.substr(0, lead.size()), lead);
  });
}

/// How a definition ends that takes a second statement; see the PostgreSQL writer.
bool has_state(std::string_view body) {
  constexpr auto states = std::to_array<std::string_view>(
      {" -- disabled", " -- enabled on replicas", " -- enabled always"});
  return std::ranges::any_of(states, [&](std::string_view one) { return body.ends_with(one); });
}

/// A function is known by its arguments without their defaults, and made with them.
bool has_default(std::string_view arguments) {
  base::sql_lexer lexer(arguments, base::sql_flavour::postgresql);
  for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
    const auto words = lexer.text(t);
    if (words == "=" || base::equals_ignoring_case(words, "default")) return true;
  }
  return false;
}

/// What is given, in the pieces that a call takes; none where it cannot be cut.
std::optional<cut_statement> pieces_of(const target& to, const model::object_name& object,
                                       const std::string& body, bool if_not_exists) {
  if (has_state(body)) return std::nullopt;
  if (!is_statement(body)) {
    return cut_statement{if_not_exists, object.signature, std::string(base::trim(body))};
  }
  const auto flavour =
      to.is_postgresql() ? base::sql_flavour::postgresql : base::sql_flavour::sqlite;
  auto made = cut_create(object, base::trim(body), flavour);
  if (!made || is_statement(made->rest)) return std::nullopt;
  const auto& signature = object.signature;
  const bool is_other =
      signature.empty() ? has_default(made->arguments) : signature != made->arguments;
  if (model::is_routine(object.kind) && is_other) return std::nullopt;
  return made;
}

/// What follows the name as the last argument; none: the call takes no such thing, or the thing.
bool add_body(std::vector<expression>& into, const std::string& kind, const std::string& rest) {
  if (is_name_alone(kind)) return rest.empty();
  if (kind == "type") {
    const auto values = cut_enum(rest);
    if (values) into.push_back(name_list(*values));
    return values.has_value();
  }
  if (rest.empty() && kind != "sequence") return false;
  if (!rest.empty()) into.push_back(sql_text(rest));
  return true;
}

}  // namespace

calls calls_of(const target& to, const model::create_object& op) {
  const auto* known = verbs_of(op.object);
  if (known == nullptr) return std::nullopt;
  const auto pieces = pieces_of(to, op.object, op.body, op.if_not_exists);
  if (!pieces) return std::nullopt;
  auto arguments = named(op.object, pieces->arguments);
  if (!add_body(arguments, op.object.kind, pieces->rest)) return std::nullopt;
  auto further = options()
                     .add("schema", schema_of(op.object))
                     .add("if_not_exists", pieces->if_not_exists)
                     .made();
  // The options stand behind what follows the name.
  const bool is_bare = op.object.kind == "sequence" && pieces->rest.empty();
  if (is_bare && !further.items.empty()) arguments.push_back(text(""));
  arguments.push_back(std::move(further));
  return only(to, known->create, std::move(arguments));
}

/// What depends on a view is made anew with it, so that a statement that cannot be cut is given to
/// the call as a whole.
calls calls_of(const target& to, const model::replace_object& op) {
  const auto* known = verbs_of(op.object);
  if (known == nullptr || known->replace.empty() || op.body.empty()) return std::nullopt;
  const auto pieces = pieces_of(to, op.object, op.body, false);
  const bool is_cut = pieces && !pieces->if_not_exists && !pieces->rest.empty();
  auto arguments = named(op.object, is_cut ? pieces->arguments : op.object.signature);
  arguments.push_back(sql_text(is_cut ? pieces->rest : op.body));
  arguments.push_back(options().add("schema", schema_of(op.object)).made());
  return only(to, known->replace, std::move(arguments));
}

calls calls_of(const target& to, const model::drop_object& op) {
  const auto* known = verbs_of(op.object);
  if (known == nullptr) return std::nullopt;
  auto arguments = named(op.object, op.object.signature);
  arguments.push_back(options()
                          .add("schema", schema_of(op.object))
                          .add("if_exists", op.if_exists)
                          .add("cascade", op.cascade)
                          .made());
  return only(to, known->drop, std::move(arguments));
}

calls calls_of(const target& to, const model::alter_enum& op) {
  if (op.name.name.empty()) return std::nullopt;
  if (!op.rename.empty()) {
    return only(to, "rename_enum_value",
                {text(op.name.name), text(op.value), text(op.rename),
                 options().add("schema", op.name.schema).made()});
  }
  if (!op.before.empty() && !op.after.empty()) return std::nullopt;
  return only(to, "add_enum_value",
              {text(op.name.name), text(op.value),
               options()
                   .add("before", op.before)
                   .add("after", op.after)
                   .add("schema", op.name.schema)
                   .add("if_not_exists", op.if_not_exists)
                   .made()});
}

}  // namespace retort::render
