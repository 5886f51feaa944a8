#include "command/protection.h"

#include <fmt/format.h>

namespace retort::command {
namespace {

struct mark {
  bool exists = false;
  /// As they stand in statements.
  std::string table;
  std::string version_table;
  std::string is_own_row;
};

mark look(const environment& env, db::connection& connection) {
  const auto& target = env.database_backend().dialect();
  const auto place = target.resolve(connection, env.store(env.database_backend()).table());
  const model::qualified_name table{place.schema, "retort_protected"};
  const auto name = target.literal(place.name);
  return {!connection.query(target.table_exists_query(table)).rows.empty(),
          target.version_table(table), name, target.equal("version_table", name)};
}

}  // namespace

bool is_protected(const environment& env, db::connection& connection) {
  if (env.config().is_protected) return true;
  const auto found = look(env, connection);
  return found.exists &&
         !connection.query(fmt::format("SELECT 1 FROM {} WHERE {}", found.table, found.is_own_row))
              .rows.empty();
}

void set_protection(const environment& env, db::connection& connection, bool on) {
  connection.begin();
  try {
    const auto found = look(env, connection);
    if (!found.exists) {
      connection.execute(fmt::format(
          "CREATE TABLE {} (version_table VARCHAR(255) NOT NULL PRIMARY KEY)", found.table));
    }
    connection.execute(fmt::format("DELETE FROM {} WHERE {}", found.table, found.is_own_row));
    if (on) {
      connection.execute(
          fmt::format("INSERT INTO {} VALUES ({})", found.table, found.version_table));
    } else if (connection.query("SELECT 1 FROM " + found.table).rows.empty()) {
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
