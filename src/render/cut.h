#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sql_lexer.h"
#include "model/operation.h"

namespace retort::render {

struct name_and_rest {
  model::qualified_name name;
  /// What follows it, trimmed.
  std::string rest;
};

/// The name, quoted or not, with which SQL begins.
std::optional<name_and_rest> cut_name(std::string_view sql, base::sql_flavour flavour);

/// A CREATE statement in the pieces that calls take.
struct cut_statement {
  bool if_not_exists = false;
  /// Of a routine: what stands in the parentheses behind its name.
  std::string arguments = {};
  /// What follows the name (of a policy the table, of a view AS), trimmed.
  std::string rest = {};
};

/// Cuts a statement that creates this very object and says nothing before its name that a call
/// cannot say; none where that is not so. A name without a schema in `object` is in whatever schema
/// the statement names: it is the connection's own.
std::optional<cut_statement> cut_create(const model::object_name& object, std::string_view sql,
                                        base::sql_flavour flavour);

/// The values of `AS ENUM ('a', 'b')`; none where it is something else.
std::optional<std::vector<std::string>> cut_enum(std::string_view sql);

}  // namespace retort::render
