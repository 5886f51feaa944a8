#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/naming.h"
#include "model/operation.h"
#include "render/expression.h"

namespace retort::render {

/// What calls are written for.
struct target {
  /// What they are called on: "op".
  std::string receiver;
  std::string_view dialect;
  /// Gives names to constraints that have none.
  const model::naming_convention& naming;

  bool is_postgresql() const { return dialect == "postgresql"; }
};

/// The calls that record an operation; none where no call means exactly that.
using calls = std::optional<std::vector<expression>>;

calls calls_of(const target& to, const model::create_table& op);
calls calls_of(const target& to, const model::drop_table& op);
calls calls_of(const target& to, const model::rename_table& op);
calls calls_of(const target& to, const model::add_column& op);
calls calls_of(const target& to, const model::drop_column& op);
calls calls_of(const target& to, const model::alter_column& op);
calls calls_of(const target& to, const model::add_constraint& op);
calls calls_of(const target& to, const model::drop_constraint& op);
calls calls_of(const target& to, const model::rename_constraint& op);
calls calls_of(const target& to, const model::validate_constraint& op);
calls calls_of(const target& to, const model::comment_table& op);
calls calls_of(const target& to, const model::create_index& op);
calls calls_of(const target& to, const model::drop_index& op);
calls calls_of(const target& to, const model::rename_index& op);
calls calls_of(const target& to, const model::attach_partition& op);
calls calls_of(const target& to, const model::detach_partition& op);
calls calls_of(const target& to, const model::create_object& op);
calls calls_of(const target& to, const model::replace_object& op);
calls calls_of(const target& to, const model::drop_object& op);
calls calls_of(const target& to, const model::alter_enum& op);
calls calls_of(const target& to, const model::row_security& op);
calls calls_of(const target& to, const model::change_privileges& op);
calls calls_of(const target& to, const model::bulk_insert& op);
calls calls_of(const target& to, const model::run& op);
calls calls_of(const target& to, const model::backfill& op);
calls calls_of(const target& to, const model::execute& op);

/// `op.verb(arguments)`. A last argument that is an empty list of options is left out.
expression call_on(const target& to, std::string_view verb, std::vector<expression> arguments);
/// That one call as the whole answer.
calls only(const target& to, std::string_view verb, std::vector<expression> arguments);
/// `{"a", "b"}`
expression name_list(const std::vector<std::string>& names);

/// Designated initialisers: `{.schema = "s", .if_exists = true}`, those alone that say something.
class options {
 public:
  options& add(std::string_view name, const std::string& value);
  options& add_sql(std::string_view name, const std::string& value);
  options& add(std::string_view name, bool value);
  options& add(std::string_view name, const std::vector<std::string>& value);
  /// A value that is C++ already; empty: none.
  options& add_word(std::string_view name, std::string_view value);
  /// As the last argument of `call_on`.
  expression made() const { return all_; }

 private:
  expression all_ = list({});
};

/// A column as `create_table` and `add_column` take it, without its constraints; none where the
/// builder cannot say it.
std::optional<expression> column_of(const target& to, const model::column& column);
/// `.references(…)` and what follows it; none where a column cannot say it by itself.
std::optional<std::vector<expression>> references_of(const model::foreign_key& key);
/// A constraint as a part of a table: `retort::unique({"a"}).named("uq")`.
std::optional<expression> part_of(const target& to, const std::string& table,
                                  const model::constraint& item);
/// "retort::cascade"; empty for no action.
std::string_view action_word(referential_action action);

/// Whether a constraint that the author does not name gets this very name.
bool is_usual_name(const target& to, const std::string& table, const model::constraint& item);
/// Whether a column can say it by itself: it is the only one in it, and the name is the usual one.
bool fits_beside_column(const target& to, const std::string& table, const model::constraint& item,
                        const std::string& column);

}  // namespace retort::render
