#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>

#include <retort/postgres.h>

#include "dialect/backend.h"
#include "e2e/bench.h"
#include "process/postgres_programs.h"
#include "process/postgres_server.h"
#include "process/spawn.h"

// The server is restarted while a run is at work.

namespace retort::e2e {
namespace {

TEST_SUITE_BEGIN("faults");

/// A server of this test's alone.
class restarted_server {
 public:
  restarted_server() = default;
  /// Also the one that `pg_ctl` has started.
  ~restarted_server() { process::remove_server_folder(first_.folder()); }
  restarted_server(const restarted_server&) = delete;
  restarted_server& operator=(const restarted_server&) = delete;

  std::string url(const std::string& database) const {
    return fmt::format("postgresql:///{}?host={}&user=retort", database, first_.folder());
  }
  std::unique_ptr<db::connection> connect(const std::string& database) const {
    return postgres_backend().open(db::parse_url(url(database)), {});
  }
  /// A private server is told that it may forget: this database is to keep what it has committed.
  void create(const std::string& database) const {
    const auto connection = connect("postgres");
    connection->execute("CREATE DATABASE " + database + " TEMPLATE template0");
    connection->execute("ALTER DATABASE " + database + " SET synchronous_commit = on");
  }

  /// `pg_ctl restart`, as whoever the server runs as.
  void restart(const std::string& mode) const {
    const auto data = first_.folder() + "/data";
    struct stat info = {};
    REQUIRE(::stat(data.c_str(), &info) == 0);
    const auto nothing = process::open_file("/dev/null", O_RDONLY);
    const auto log = process::open_file(first_.folder() + "/restarts", O_WRONLY | O_CREAT);
    const int status =
        process::wait_for(process::spawn({.program = process::find_postgres_programs() + "/pg_ctl",
                                          .arguments = {"restart", "-D", data, "-m", mode, "-w"},
                                          .directory = data,
                                          .input = nothing.get(),
                                          .output = log.get(),
                                          .errors = log.get(),
                                          .run_as = process::account{info.st_uid, info.st_gid}}));
    REQUIRE(status == 0);
  }

 private:
  process::postgres_server first_;
};

std::string value(db::connection& connection, const std::string& sql) {
  std::string text;
  for (const auto& row : connection.query(sql).rows) text += row.at(0).value_or("NULL") + "\n";
  return text;
}

/// Three migrations of which two wait while somebody else holds what they need: in a transaction,
/// and at an index that is built concurrently.
void waiting_history(const bench& b) {
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "");
  b.migration("bbbb", "aaaa",
              "INSERT INTO t VALUES (1);\nSELECT pg_advisory_xact_lock(77);\n"
              "CREATE TABLE u (id INTEGER);",
              "");
  b.write("migrations/cccc.sql",
          "-- Outside\n-- revision: cccc\n-- down_revision: bbbb\n"
          "-- migrate:up transaction:false\nINSERT INTO t VALUES (2);\n"
          "CREATE INDEX CONCURRENTLY t_id ON t (id);\n"
          "INSERT INTO t SELECT max(id) + 1 FROM t;\n-- migrate:down\n");
}

/// Everything that a run makes, but for when and how often it was begun.
std::string outcome_of(const bench& b, const restarted_server& server,
                       const std::string& database) {
  const auto connection = server.connect(database);
  return b.tool({"schema", "--url", server.url(database)}).output +
         value(*connection, "SELECT id FROM t ORDER BY id") +
         value(*connection,
               "SELECT indexrelid::regclass || ' ' || indisvalid FROM pg_index WHERE "
               "indrelid = 't'::regclass") +
         value(*connection, "SELECT version_num FROM retort_version") +
         value(*connection, "SELECT to_regclass('retort_unfinished') IS NULL");
}

TEST_CASE_TEMPLATE("the server is restarted in the middle", Db, postgresql) {
  const bench b(Db::dialect);
  if (!bench::has_private_server()) {
    MESSAGE("not run: another server cannot be started");
    return;
  }
  const restarted_server server;
  waiting_history(b);
  const auto upgrade = [&](const std::string& database) {
    return b.tool(
        {"upgrade", "head", "--url", server.url(database), "--script-location", "migrations"});
  };
  server.create("plain");
  REQUIRE(upgrade("plain").status == 0);
  const auto undisturbed = outcome_of(b, server, "plain");
  for (const std::string mode : {"fast", "immediate"}) {
    CAPTURE(mode);
    server.create(mode);
    const struct {
      const char* held;
      const char* stopped_at;
      const char* left_at;
    } places[] = {{"SELECT pg_advisory_xact_lock(77)", "pg_advisory_xact_lock", "aaaa\n"},
                  {"SELECT count(*) FROM t", "CREATE INDEX", "bbbb\n"}};
    for (const auto& place : places) {
      outcome broken;
      {
        const auto other = server.connect(mode);
        other->execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
        other->query(place.held);
        const std::jthread run([&] { broken = upgrade(mode); });
        const auto watch = server.connect(mode);
        const auto waits = fmt::format(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND strpos("
            "query, '{}') > 0 AND pid <> pg_backend_pid()",
            place.stopped_at);
        for (int tries = 0; tries < 200 && value(*watch, waits) != "1\n"; ++tries) {
          std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        CHECK(value(*watch, waits) == "1\n");
        server.restart(mode);
      }
      CHECK(broken.status == 1);
      CHECK_MESSAGE(broken.errors.find("the connection to the PostgreSQL server was lost\n") !=
                        std::string::npos,
                    broken.errors);
      CHECK(value(*server.connect(mode), "SELECT version_num FROM retort_version") ==
            place.left_at);
      // The second place is met by the run that goes on behind the first.
      if (place.left_at == std::string_view("aaaa\n")) continue;
      const auto next = upgrade(mode);
      CHECK_MESSAGE(next.status == 0, next.errors);
    }
    CHECK(outcome_of(b, server, mode) == undisturbed);
  }
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
