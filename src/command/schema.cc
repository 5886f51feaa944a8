#include "base/sql_words.h"
#include "command/verbs.h"
#include "diff/creation.h"
#include "model/filter.h"

namespace retort::command {
std::string schema_script(environment& env) {
  const auto& backend = env.database_backend();
  const auto& target = backend.dialect();
  const auto connection = env.connect(true);
  if (connection == nullptr) {
    throw error(env.database().url.display() + " does not exist, so it has no schema");
  }
  auto shown = target.introspect(*connection, env.store(backend).table().name);
  model::keep_only(shown, env.context().filter);
  std::vector<dialect::statement> statements;
  for (const auto& op : diff::creation(shown, target)) target.write(op, statements);
  std::string script;
  // Routines may speak of what comes behind them.
  if (target.name() == "postgresql") script += "SET check_function_bodies = off;\n\n";
  for (const auto& statement : statements) {
    script.append(statement.sql).append(base::terminator(statement.sql)).append("\n");
  }
  if (!script.empty()) script.pop_back();
  return script;
}

}  // namespace retort::command
