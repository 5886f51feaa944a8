#pragma once

#include <string>
#include <vector>

#include "command/environment.h"
#include "script/template.h"

namespace retort::command {

/// What an environment that is made out of a database begins with.
struct taken_over {
  std::string revision;
  /// Of the migration that makes the database's schema, in `versions`, and its text.
  std::string migration_name;
  std::string migration;
  /// The models, "models.cc" or "models.sql", and their text.
  std::string models_name;
  std::string models;
};

/// Reads the database of `env`. `name` is the environment's; of the tables in `rows` the rows come
/// with the schema. Throws `error` where there is no such database or table, and what
/// `whole_schema` throws.
taken_over take_over_database(environment& env, const std::string& name, script::file_format format,
                              const std::vector<std::string>& rows);

}  // namespace retort::command
