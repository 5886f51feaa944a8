#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <thread>

#include "e2e/bench.h"
#include "e2e/relay.h"

// What breaks around a run: the connection, the server, the disk.

namespace retort::e2e {
namespace {

TEST_SUITE_BEGIN("faults");

/// The test's server, and a way to it that can be cut.
struct cut_way {
  explicit cut_way(const bench& b)
      : line(b.query("SELECT split_part(current_setting('unix_socket_directories'), ',', 1) || "
                     "'/.s.PGSQL.' || current_setting('port')")),
        url(fmt::format("postgresql://{}:{}@127.0.0.1:{}/{}", b.query("SELECT current_user"),
                        password, line.port(), b.query("SELECT current_database()"))) {}
  outcome upgrade(const bench& b) const {
    return b.tool({"upgrade", "head", "--url", url, "--script-location", "migrations"});
  }

  relay line;
  std::string url;
};

/// In how many seconds the kernel asks whether the other end of a connection to this port is still
/// there, when nothing is said; none: it never does. (proc_net_tcp.txt)
std::optional<double> asks_in(int port) {
  std::ifstream table("/proc/net/tcp");
  const auto remote = fmt::format("0100007F:{:04X}", port);
  for (std::string line; std::getline(table, line);) {
    std::istringstream words(line);
    std::string number, local, far, state, queues, timer;
    words >> number >> local >> far >> state >> queues >> timer;
    constexpr std::string_view keepalive = "02:";
    if (far != remote || state != "01" || !timer.starts_with(keepalive)) continue;
    constexpr double ticks = 100;
    return static_cast<double>(std::stoul(timer.substr(keepalive.size()), nullptr, 16)) / ticks;
  }
  return std::nullopt;
}

/// Nothing is left of a second migration that failed, and the next run makes it.
void check_next_run(const bench& b) {
  CHECK(b.versions() == "aaaa");
  CHECK_FALSE(b.has_table("u"));
  b.migration("bbbb", "aaaa", "CREATE TABLE u (id INTEGER);", "");
  const auto next = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(next.status == 0, next.errors);
  CHECK(b.versions() == "bbbb");
}

TEST_CASE_TEMPLATE("the connection is dropped in the middle", Db, postgresql) {
  const bench b(Db::dialect);
  if (!bench::has_private_server()) {
    MESSAGE("not run: it needs the server's socket");
    return;
  }
  const cut_way way(b);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "");
  b.migration("bbbb", "aaaa", "CREATE TABLE u (id INTEGER);\nSELECT pg_sleep(1.5);", "");
  outcome broken;
  {
    const std::jthread run([&] { broken = way.upgrade(b); });
    CHECK(comes_true([&] { return b.is_at("SELECT pg_sleep"); }));
    // What forgets connections on which nothing is said does so after some minutes.
    if (std::ifstream("/proc/net/tcp")) {
      CHECK(comes_true([&] { return asks_in(way.line.port()).value_or(7200) <= 60; }));
    }
    way.line.cut();
  }
  CHECK(broken.status == 1);
  CHECK_MESSAGE(broken.errors.find("FAILED: upgrade to bbbb failed: the connection to the "
                                   "PostgreSQL server was lost\n") == 0,
                broken.errors);
  check_next_run(b);
}

TEST_CASE_TEMPLATE("the connection is dropped while an index is built concurrently", Db,
                   postgresql) {
  const bench b(Db::dialect);
  if (!bench::has_private_server()) {
    MESSAGE("not run: it needs the server's socket");
    return;
  }
  const cut_way way(b);
  b.execute("CREATE TABLE t (id INTEGER)");
  b.outside("aaaa", "", "CREATE INDEX CONCURRENTLY ON t (id);\nINSERT INTO t VALUES (1);");
  const auto reader = b.connect();
  reader->execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
  reader->query("SELECT count(*) FROM t");
  outcome broken;
  {
    const std::jthread run([&] { broken = way.upgrade(b); });
    CHECK(comes_true([&] { return b.is_at("CREATE INDEX CONCURRENTLY"); }));
    way.line.cut();
  }
  reader->rollback();
  CHECK(broken.status == 1);
  // The server may have built it, or not.
  const auto next = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(next.status == 0, next.errors);
  CHECK(b.query("SELECT indisvalid FROM pg_index WHERE indrelid = 't'::regclass") == "t");
  CHECK(b.query("SELECT count(*) FROM t") == "1");
  CHECK(b.versions() == "aaaa");
}

TEST_CASE_TEMPLATE("the server goes down in the middle, and comes up again", Db, postgresql) {
  const bench b(Db::dialect);
  if (!bench::has_private_server()) {
    MESSAGE("not run: it would end others' sessions");
    return;
  }
  // The test's server is told that it may forget.
  b.execute("ALTER DATABASE " + b.query("SELECT current_database()") +
            " SET synchronous_commit = on");
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "");
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  b.migration("bbbb", "aaaa", "CREATE TABLE u (id INTEGER);\nSELECT pg_sleep(20);", "");
  outcome broken;
  {
    const std::jthread run([&] { broken = b.retort({"upgrade", "head"}); });
    CHECK(comes_true([&] { return b.is_at("SELECT pg_sleep"); }));
    // One that is killed makes the server end all sessions, and recover from its log.
    const auto other = b.connect();
    const auto pid = other->query("SELECT pg_backend_pid()").rows.at(0).at(0).value_or("");
    REQUIRE(::kill(std::stoi(pid), SIGKILL) == 0);
  }
  CHECK(broken.status == 1);
  CHECK_MESSAGE(
      broken.errors.find("the connection to the PostgreSQL server was lost") != std::string::npos,
      broken.errors);
  CHECK(comes_true([&] {
    try {
      return b.query("SELECT 1") == "1";
    } catch (const error&) {
      return false;
    }
  }));
  check_next_run(b);
  CHECK(json(b.retort({"journal", "--json"})).at(2).at("outcome") == "killed");
}

/// A file system of so many kilobytes, where this user may mount one.
class small_disk {
 public:
  small_disk(const bench& b, int kilobytes) : b_(b) {
    b.program("mkdir", {"small"});
    mounted_ = b.program("mount", {"-t", "tmpfs", "-o",
                                   fmt::format("size={}k,mode=0777", kilobytes), "none", "small"})
                   .status == 0;
    if (!mounted_) MESSAGE("not run: no file system may be mounted here");
  }
  ~small_disk() {
    if (mounted_) b_.program("umount", {"-l", "small"});
  }
  small_disk(const small_disk&) = delete;
  small_disk& operator=(const small_disk&) = delete;
  explicit operator bool() const { return mounted_; }
  void grow(int kilobytes) const {
    b_.program("mount", {"-o", fmt::format("remount,size={}k", kilobytes), "small"});
  }

 private:
  const bench& b_;
  bool mounted_ = false;
};

TEST_CASE_TEMPLATE("the server's disk is full: nothing of the migration remains", Db, postgresql) {
  const bench b(Db::dialect);
  if (!bench::has_private_server()) {
    MESSAGE("not run: it needs the server's disk");
    return;
  }
  const small_disk disk(b, 512);
  if (!disk) return;
  b.program("chmod", {"a+x", "."});
  b.program("sh", {"-c",
                   "mkdir small/space && chmod 700 small/space && "
                   "chown --reference=\"$0\" small/space",
                   b.query("SELECT current_setting('data_directory')")});
  b.execute(fmt::format("CREATE TABLESPACE e2e_small LOCATION '{}'", b.path("small/space")));
  b.migration("aaaa", "", "CREATE TABLE t (x TEXT) TABLESPACE e2e_small;", "");
  const auto fill = [](int rows) {
    return fmt::format(
        "CREATE TABLE u (id INTEGER);\n"
        "INSERT INTO t SELECT repeat('x', 100) FROM generate_series(1, {});",
        rows);
  };
  b.migration("bbbb", "aaaa", fill(100'000), "");
  const auto failed = b.retort({"upgrade", "head"});
  CHECK(failed.status == 1);
  CHECK_MESSAGE(failed.errors.find("No space left on device\n") != std::string::npos,
                failed.errors);
  CHECK(failed.errors.find("SQLSTATE 53100\n") != std::string::npos);
  CHECK(failed.errors.find("the database is at aaaa; nothing of bbbb remains\n") !=
        std::string::npos);
  CHECK(b.versions() == "aaaa");
  CHECK_FALSE(b.has_table("u"));
  disk.grow(4096);
  b.migration("bbbb", "aaaa", fill(10), "");
  const auto next = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(next.status == 0, next.errors);
  CHECK(b.query("SELECT count(*) FROM t") == "10");
  b.execute("DROP TABLE t");
  b.execute("DROP TABLESPACE e2e_small");
}

TEST_CASE_TEMPLATE("no room for a backup, or for a rehearsal: nothing runs", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  const small_disk disk(b, 16);
  if (!disk) return;
  b.migration("aaaa", "",
              b.is_sqlite() ? "CREATE TABLE t (x BLOB);\nINSERT INTO t VALUES (randomblob(200000));"
                            : "CREATE TABLE t (x TEXT);\nINSERT INTO t SELECT md5(n::text) FROM "
                              "generate_series(1, 10000) AS n;",
              "");
  b.migration("bbbb", "aaaa", "CREATE TABLE u (id INTEGER);", "");
  REQUIRE(b.retort({"upgrade", "aaaa"}).status == 0);
  const auto refused = b.retort({"upgrade", "head", "--backup=small/copy"});
  CHECK(refused.status == 1);
  CHECK_MESSAGE(refused.errors.find("FAILED: the backup failed, so nothing was run: ") == 0,
                refused.errors);
  CHECK(b.versions() == "aaaa");
  CHECK(b.files("small").empty());
  const auto rehearsed = b.retort({"rehearse", "head"}, {{"TMPDIR", b.path("small")}});
  CHECK(rehearsed.status == 1);
  CHECK_MESSAGE(rehearsed.errors.find("has no room for it\n") != std::string::npos,
                rehearsed.errors);
  CHECK(b.files("small").empty());
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
