#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/operation.h"
#include "model/schema.h"

namespace retort::render {

/// How the calls for an operation are shown to mean the same.
enum class proof {
  /// They are written as the same SQL, and make the same of the schema.
  both,
  /// They make the same of the schema: there are more calls than one, or a name is the usual one.
  schema,
  /// They are written as the same SQL: the schema is followed no further.
  sql
};

inline model::column plain_column(std::string name, std::string type, bool nullable = true) {
  model::column made;
  made.name = std::move(name);
  made.type = {model::type_kind::raw, -1, -1, std::move(type)};
  made.nullable = nullable;
  return made;
}

struct render_case {
  model::operation_variant what;
  proof by = proof::both;
};

/// One of each kind at least, with what their calls can say, and some that no call can say.
std::vector<render_case> postgresql_cases();
std::vector<render_case> sqlite_cases();

/// What there is before each of them.
model::schema postgresql_before();
model::schema sqlite_before();

}  // namespace retort::render
