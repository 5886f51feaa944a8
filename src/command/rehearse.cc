#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "command/backup.h"
#include "command/read_rows.h"
#include "command/scratch_place.h"
#include "command/verbs.h"
#include "engine/execution.h"
#include "model/apply_objects.h"

namespace retort::command {
namespace fs = std::filesystem;
namespace {

/// Measures what a run does.
class stopwatch final : public engine::observer {
 public:
  stopwatch(const environment& env, db::connection& connection, rehearsal& into)
      : env_(env), connection_(connection), into_(into) {}

  void begin_migration(const engine::planned_migration& migration, std::size_t) override {
    rehearsed_migration one;
    one.step = migration.step;
    into_.migrations.push_back(std::move(one));
    rows_ = count();
  }
  bool wants_each() const override { return true; }
  void begin_statement(const engine::planned_migration&, std::size_t) override {
    started_ = engine::clock::now();
  }
  void end_statement(const engine::planned_migration& migration, std::size_t index) override {
    rehearsed_statement one;
    one.seconds = engine::seconds_since(started_);
    one.sql = migration.statements[index].sql;
    one.where = migration.statements[index].where;
    for (auto& lock : env_.database_backend().dialect().held_locks(connection_)) {
      auto& now = into_.migrations.back();
      if (!now.has_lock(lock)) one.locks.push_back(std::move(lock));
    }
    into_.migrations.back().statements.push_back(std::move(one));
  }
  void end_migration(const engine::planned_migration&, double seconds) override {
    auto& now = into_.migrations.back();
    now.seconds = seconds;
    const auto after = count();
    for (const auto& [table, rows] : rows_) {
      const auto found = after.find(table);
      const auto left = found == after.end() ? 0 : found->second;
      if (left != rows) now.rows.push_back({table, rows, left});
    }
    for (const auto& [table, rows] : after) {
      if (!rows_.contains(table)) now.rows.push_back({table, 0, rows});
    }
  }

 private:
  std::map<std::string, std::int64_t> count() {
    const auto& target = env_.database_backend().dialect();
    std::map<std::string, std::int64_t> result;
    const auto schema = target.introspect(connection_, env_.version_table().name);
    for (const auto& [name, table] : schema.tables) {
      // Its rows are another server's.
      if (model::is_foreign(table)) continue;
      const auto rows = connection_.query("SELECT count(*) FROM " + target.quote(name)).rows;
      result[name.display()] = std::stoll(rows.at(0).at(0).value());
    }
    return result;
  }

  const environment& env_;
  db::connection& connection_;
  rehearsal& into_;
  std::map<std::string, std::int64_t> rows_;
  engine::clock::time_point started_;
};

/// A copy of the database is no copy of the roles of its server, or of another file.
void refuse_beyond(const std::vector<engine::planned_migration>& plan,
                   const dialect::dialect& target) {
  for (const auto& migration : plan) {
    for (const auto& statement : migration.statements) {
      if (!target.reaches_beyond(statement.sql)) continue;
      throw error("this changes more than the database, so that it cannot be rehearsed on a copy")
          .at(statement.where.file, statement.where.line, statement.where.column)
          .help("rehearse up to the migration before it");
    }
  }
}

void require_space(const environment& env, db::connection& connection) {
  const auto& url = env.database().url;
  const auto bytes =
      url.dialect == "sqlite"
          ? fs::file_size(url.database)
          : static_cast<std::uintmax_t>(std::stoull(connection
                                                        .query("SELECT pg_catalog.pg_database_size("
                                                               "pg_catalog.current_database())")
                                                        .rows[0][0]
                                                        .value()));
  const auto place = fs::temp_directory_path();
  if (fs::space(place).available > bytes + bytes / 4) return;
  throw error(fmt::format("a copy of {} takes {} MB, and {} has no room for it", url.display(),
                          bytes / 1'000'000, place.string()))
      .help("point TMPDIR to a folder with more room");
}

}  // namespace

bool rehearsed_migration::has_lock(const dialect::held_lock& lock) const {
  for (const auto& statement : statements) {
    for (const auto& held : statement.locks) {
      if (held.relation == lock.relation && held.mode == lock.mode) return true;
    }
  }
  return false;
}

rehearsal rehearse(environment& env, const std::string& target, const std::string& scratch_url) {
  const auto& set = env.some_migrations();
  const auto& backend = env.database_backend();
  rehearsal result;
  const auto real = env.connect(true);
  if (real == nullptr || env.database().url.database.empty()) {
    throw error(env.database().url.display() + " is not there, so there is nothing to rehearse on")
        .help("`verify` proves migrations without a database");
  }
  const auto store = env.store(backend);
  result.before = store.read(*real);
  refuse_unknown_rows(env, *real, result.before);
  const auto plan = set.graph().plan_upgrade(result.before, target);
  result.after = plan.after();
  if (plan.empty()) return result;
  refuse_beyond(engine::planner(set, backend.dialect()).plan(plan.steps), backend.dialect());
  require_space(env, *real);
  const auto near = scratch_url.empty() ? env.database().url : db::parse_url(scratch_url);
  const auto place = backend.open_scratch(near);
  const auto address = place->create();
  try {
    copy_into(env, *real, address);
    const auto copy = env.connect_to(address);
    stopwatch watcher(env, *copy, result);
    engine::executor executor(*copy, backend.dialect(), set, store, watcher, env.journaling());
    engine::run_request request;
    request.plan = [&](const history::rows& rows) {
      return set.graph().plan_upgrade(rows, target);
    };
    executor.run(request);
  } catch (...) {
    place->drop(address);
    throw;
  }
  place->drop(address);
  return result;
}

}  // namespace retort::command
