#include "command/protection.h"

#include <fmt/format.h>

namespace retort::command {
namespace {

struct mark {
  bool exists = false;
  /// As they stand in statements.
  std::string table;
  std::string version_table;
};

mark look(const environment& env, db::connection& connection) {
  const auto& target = env.database_backend().dialect();
  const auto place = target.resolve(connection, env.store(env.database_backend()).table());
  const model::qualified_name table{place.schema, "retort_protected"};
  return {!connection.query(target.table_exists_query(table)).rows.empty(),
          target.version_table(table), target.literal(place.name)};
}

}  // namespace

bool is_protected(const environment& env, db::connection& connection) {
  return env.config().is_protected || look(env, connection).exists;
}

void set_protection(const environment& env, db::connection& connection, bool on) {
  connection.begin();
  try {
    const auto found = look(env, connection);
    if (on && !found.exists) {
      connection.execute(fmt::format(
          "CREATE TABLE {} (version_table VARCHAR(255) NOT NULL PRIMARY KEY)", found.table));
      connection.execute(
          fmt::format("INSERT INTO {} VALUES ({})", found.table, found.version_table));
    } else if (!on && found.exists) {
      connection.execute("DROP TABLE " + found.table);
    }
    connection.commit();
  } catch (...) {
    connection.rollback();
    throw;
  }
}

void refuse_on_protected(const environment& env, db::connection& connection,
                         const std::string& deed) {
  if (env.options().on_protected || !is_protected(env, connection)) return;
  throw error(fmt::format("{} is protected, and {} can lose what is in it",
                          env.database().url.display(), deed))
      .help("write --on-protected if that is what you mean");
}

}  // namespace retort::command
