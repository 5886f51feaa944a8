#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include <retort/postgres.h>

#include "db/url.h"
#include "dialect/backend.h"
#include "e2e/bench.h"

namespace retort::e2e {
namespace {

TEST_SUITE_BEGIN("safety");

void two_tables(const bench& b) {
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);\nINSERT INTO t VALUES (1), (2);",
              "DROP TABLE t;");
  b.migration("bbbb", "aaaa",
              "DELETE FROM t WHERE id = 1;\nALTER TABLE t ADD COLUMN n INTEGER;\n"
              "CREATE TABLE u (id INTEGER);",
              "DROP TABLE u;");
}

TEST_CASE_TEMPLATE("a backup is made before anything runs, and can be restored", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  two_tables(b);
  // With a log that nobody has written back the file alone has nothing yet.
  auto reader = b.is_sqlite() ? b.connect() : nullptr;
  for (const char* sql : {"PRAGMA journal_mode = WAL", "SELECT * FROM sqlite_master"}) {
    if (reader) reader->query(sql);
  }
  REQUIRE(b.retort({"upgrade", "aaaa"}).status == 0);
  const auto done = b.retort({"upgrade", "head", "--backup=-kept.copy"});
  CHECK_MESSAGE(done.status == 0, done.errors);
  reader.reset();
  // The name is no option of the programs that it is given to.
  CHECK(done.output.find("backup: ./-kept.copy (") == 0);
  const auto said = std::filesystem::status(b.path("-kept.copy")).permissions();
  CHECK((said & (std::filesystem::perms::group_all | std::filesystem::perms::others_all)) ==
        std::filesystem::perms::none);
  if (b.is_sqlite()) {
    CHECK(b.program("sqlite3", {"./-kept.copy", "SELECT id FROM t ORDER BY id"}).output ==
          "1\n2\n");
    CHECK(b.program("sqlite3", {"test.db", ".restore ./-kept.copy"}).status == 0);
  } else {
    const auto at = done.output.find("restore it with: ") + 17;
    const auto command = done.output.substr(at, done.output.find('\n', at) - at);
    const auto restored = b.program("sh", {"-c", command});
    CHECK_MESSAGE(restored.status == 0, restored.errors);
  }
  CHECK(b.versions() == "aaaa");
  CHECK(b.query("SELECT id FROM t ORDER BY id") == "1\n2");
  CHECK_FALSE(b.has_table("u"));
}

TEST_CASE_TEMPLATE("without a backup nothing runs", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  two_tables(b);
  REQUIRE(b.retort({"upgrade", "aaaa"}).status == 0);
  b.write("there", "somebody's");
  for (const char* path : {"there", "no/such/folder"}) {
    const auto refused = b.retort({"upgrade", "head", fmt::format("--backup={}", path)});
    CHECK(refused.status == 1);
    CHECK(refused.errors.find("FAILED: the backup failed, so nothing was run: ") == 0);
    CHECK(b.versions() == "aaaa");
  }
  CHECK(b.read("there") == "somebody's");
  // Nothing to run, nothing to keep.
  CHECK(b.retort({"upgrade", "aaaa", "--backup=unused"}).status == 0);
  CHECK_FALSE(b.exists("unused"));
  if (!b.is_sqlite()) return;
  // A page that belongs to nothing: the copy has it, too.
  const auto harm = b.connect();
  for (const char* sql : {"CREATE TABLE lost (id INTEGER)", "PRAGMA writable_schema = ON",
                          "DELETE FROM sqlite_master WHERE name = 'lost'"}) {
    harm->execute(sql);
  }
  const auto unsound = b.retort({"upgrade", "head", "--backup=kept"});
  CHECK(unsound.status == 1);
  CHECK_MESSAGE(unsound.errors.find("FAILED: the backup failed, so nothing was run: the copy is "
                                    "not sound: ") == 0,
                unsound.errors);
  CHECK_FALSE(b.exists("kept"));
  CHECK(b.versions() == "aaaa");
}

TEST_CASE_TEMPLATE("a failure says where the backup is", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER); DROP TABLE nowhere;", "");
  const auto failed = b.retort({"upgrade", "head", "--backup=kept", "--json"});
  CHECK(failed.status == 1);
  CHECK(failed.errors.find("  backup: kept (") != std::string::npos);
}

TEST_CASE_TEMPLATE("a password is in no program's arguments", Db, postgresql) {
  const bench b(Db::dialect);
  two_tables(b);
  REQUIRE(b.retort({"upgrade", "aaaa"}).status == 0);
  // pg_dump waits for it.
  const auto other = b.connect();
  other->begin();
  other->execute("LOCK TABLE t");
  outcome done;
  {
    const std::jthread run([&] {
      done = b.tool({"upgrade", "head", "--backup=kept", "--script-location", "migrations"},
                    {{"RETORT_URL", b.url()}});
    });
    std::string arguments;
    comes_true([&] {
      arguments =
          b.program("sh", {"-c",
                           "for one in /proc/[0-9]*; do case $(cat $one/cmdline 2>/dev/null "
                           "| tr '\\0' ' ') in *pg_dump*--file=kept*) tr '\\0' '\\n' "
                           "<$one/cmdline;; esac; done"})
              .output;
      return arguments.find("kept\n") != std::string::npos;
    });
    CHECK_MESSAGE(arguments.find("--dbname=") != std::string::npos, arguments);
    CHECK_MESSAGE(arguments.find(password) == std::string::npos, arguments);
    other->rollback();
  }
  CHECK_MESSAGE(done.status == 0, done.errors);
}

TEST_CASE_TEMPLATE("an older pg_dump is refused", Db, postgresql) {
  const bench b(Db::dialect);
  two_tables(b);
  REQUIRE(b.retort({"upgrade", "aaaa"}).status == 0);
  b.write("old/pg_dump", "#!/bin/sh\necho 'pg_dump (PostgreSQL) 11.22'\n");
  b.program("chmod", {"-R", "a+rx", "old"});
  // Nothing but the old one is to be found: what this machine has is out of sight.
  const std::string hidden =
      "mount -t tmpfs none /usr/lib/postgresql && PATH=\"$PWD/old\" exec \"$@\"";
  if (b.program("unshare", {"-m", "sh", "-c", "mount -t tmpfs none /usr/lib/postgresql"}).status !=
      0) {
    MESSAGE("not run: the programs of this machine cannot be hidden");
    return;
  }
  const auto refused =
      b.program("unshare", {"-m", "sh", "-c", hidden, "sh", RETORT_TOOL, "upgrade", "head",
                            "--backup=kept", "--url", b.url(), "--script-location", "migrations"});
  CHECK(refused.status == 1);
  CHECK_MESSAGE(refused.errors.find("FAILED: the backup failed, so nothing was run: pg_dump "
                                    "(PostgreSQL) 11.22 is older than the server's version ") == 0,
                refused.errors);
  CHECK(b.versions() == "aaaa");
  CHECK_FALSE(b.exists("kept"));
}

/// `retort stamp` at a terminal, where somebody types.
outcome typed(const bench& b, const std::string& words, const std::string& what) {
  const auto command = fmt::format("'{}' stamp {} --url '{}' --script-location migrations",
                                   RETORT_TOOL, what, b.url());
  return b.program("env", {"TERM=xterm", "script", "-qec", command, "/dev/null"}, words);
}

TEST_CASE_TEMPLATE("stamp shows what the database is not, and asks", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  two_tables(b);
  REQUIRE(b.retort({"upgrade", "aaaa"}).status == 0);
  b.execute("CREATE TABLE stray (id INTEGER)");
  const auto no = typed(b, "n\n", "bbbb");
  CHECK(no.status == 3);
  CHECK_MESSAGE(no.output.find("the database is not what the migrations make up to bbbb:\r\n") !=
                    std::string::npos,
                no.output);
  for (const char* difference : {"column t.n is missing", "table u is missing", "stray"}) {
    CHECK_MESSAGE(no.output.find(difference) != std::string::npos, no.output);
  }
  CHECK(no.output.find("stamp it all the same? [y/n]") != std::string::npos);
  CHECK(no.output.find("nothing was stamped") != std::string::npos);
  CHECK(b.versions() == "aaaa");
  CHECK(typed(b, "y\n", "bbbb").status == 0);
  CHECK(b.versions() == "bbbb");
  CHECK(typed(b, "", "base --no-compare").status == 0);
  b.execute("DROP TABLE stray");
  // Where it is what the stamp says, there is nothing to ask.
  CHECK(typed(b, "", "aaaa").output.find("[y/n]") == std::string::npos);
  CHECK(b.versions() == "aaaa");
}

TEST_CASE_TEMPLATE("stamp asks nothing where nobody is", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  two_tables(b);
  const auto compared = b.retort({"stamp", "aaaa", "--compare"});
  CHECK(compared.status == 3);
  CHECK(compared.errors ==
        "the database is not what the migrations make up to aaaa:\n  table t is missing\n"
        "nothing was stamped\n");
  CHECK(json(b.retort({"stamp", "aaaa", "--compare", "--json"})).at("differences").size() == 1);
  CHECK(b.versions() == "none");
  const auto done = b.retort({"stamp", "aaaa"});
  CHECK(done.status == 0);
  CHECK(done.errors.empty());
  // A migration that does not run on an empty database: nobody can know.
  b.migration("bbbb", "aaaa", "DROP TABLE nowhere;", "");
  const auto unknown = b.retort({"stamp", "bbbb", "--compare"});
  CHECK(unknown.status == 3);
  CHECK_MESSAGE(unknown.errors.find("it is not known whether the database is what bbbb is: ") == 0,
                unknown.errors);
  CHECK(b.versions() == "aaaa");
}

TEST_CASE_TEMPLATE("a rehearsal runs on a copy", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  two_tables(b);
  REQUIRE(b.retort({"upgrade", "aaaa"}).status == 0);
  const auto shown = b.retort({"rehearse", "head", "--json"});
  CHECK_MESSAGE(shown.status == 0, shown.errors);
  const auto step = json(shown).at("steps").at(0);
  CHECK(step.at("revision") == "bbbb");
  CHECK(step.at("statements").size() == 3);
  CHECK(step.at("rows").at(0) == nlohmann::json{{"table", "t"}, {"before", 2}, {"after", 1}});
  if (!b.is_sqlite()) {
    CHECK(step.at("statements").at(1).at("locks").at(0) ==
          nlohmann::json{{"relation", "t"}, {"mode", "AccessExclusiveLock"}});
  }
  CHECK(b.versions() == "aaaa");
  CHECK(b.query("SELECT count(*) FROM t") == "2");
  CHECK_FALSE(b.has_table("u"));
  b.migration("cccc", "bbbb", "DROP TABLE nowhere;", "");
  const auto failed = b.retort({"rehearse", "head"});
  CHECK(failed.status == 1);
  CHECK(failed.errors.find("FAILED: upgrade to cccc failed: ") == 0);
  CHECK(b.versions() == "aaaa");
}

TEST_CASE_TEMPLATE("what reaches beyond the database is not rehearsed", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  two_tables(b);
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  b.migration("cccc", "bbbb",
              b.is_sqlite() ? "ATTACH 'other.db' AS other;" : "CREATE ROLE retort_rehearsed;", "");
  const auto refused = b.retort({"rehearse", "head"});
  CHECK(refused.status == 1);
  CHECK(refused.errors.find("FAILED: this changes more than the database, so that it cannot be "
                            "rehearsed on a copy\n  --> migrations/cccc_step.sql:7:1\n") == 0);
  CHECK_FALSE(b.exists("other.db"));
}

/// Two sessions of the server for any number of clients: what a transaction pooler does.
struct pooler {
  explicit pooler(const bench& b) : b_(b) {
    const auto url = b.url();
    const auto database = b.query("SELECT current_database()");
    const auto host =
        b.query("SELECT split_part(current_setting('unix_socket_directories'), ',', 1)");
    const auto port = b.query("SELECT current_setting('port')");
    const auto user = b.query("SELECT current_user");
    b.write("pooler.ini",
            fmt::format("[databases]\n{0} = host={1} port={2} user={3}\n[pgbouncer]\n"
                        "listen_port = {2}\nlisten_addr =\nunix_socket_dir = {4}\n"
                        "auth_type = any\npool_mode = transaction\n"
                        "default_pool_size = 2\nserver_round_robin = 1\nlogfile = {4}/pooler.log\n"
                        "ignore_startup_parameters = extra_float_digits,options\n"
                        "pidfile = {4}/pooler.pid\n",
                        database, host, port, user, b.folder()));
    b.program("chmod", {"-R", "a+rwX", b.folder()});
    const auto connection = b.connect();
    const auto server = connection->query("SELECT pg_backend_pid()").rows.at(0).at(0).value_or("");
    // Root has to become whoever may use the server's socket; somebody else is that already.
    const auto started = b.program(
        "sh", {"-c",
               "[ $(id -u) -ne 0 ] || echo \"user = $(stat -c %U /proc/$0)\" >> pooler.ini; "
               "pgbouncer -d pooler.ini",
               server});
    INFO(started.errors);
    REQUIRE(started.status == 0);
    REQUIRE(comes_true([&] { return b.exists(".s.PGSQL." + port); }));
    url_ =
        fmt::format("postgresql:///{}?host={}&port={}&user={}", database, b.folder(), port, user);
  }
  ~pooler() { b_.program("sh", {"-c", "kill $(cat pooler.pid)"}); }

  const bench& b_;
  std::string url_;
};

bool has_pooler(const bench& b) {
  const bool has =
      bench::has_private_server() && b.program("sh", {"-c", "command -v pgbouncer"}).status == 0;
  if (!has) MESSAGE("not run: there is no pgbouncer");
  return has;
}

TEST_CASE_TEMPLATE("through a transaction pooler, steps outside a transaction are refused", Db,
                   postgresql) {
  const bench b(Db::dialect);
  if (!has_pooler(b)) return;
  const pooler between(b);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);\nSELECT pg_sleep(0.5);", "");
  const auto tool = [&](arguments what) {
    what.insert(what.end(), {"--url", between.url_, "--script-location", "migrations"});
    return b.tool(what);
  };
  // They have no session to lock; the version table keeps them apart. More of them than the pooler
  // has sessions look at once whose they are.
  REQUIRE(b.retort({"ensure_version"}).status == 0);
  std::vector<outcome> wrapped(6);
  {
    std::vector<std::jthread> threads;
    for (auto& one : wrapped) threads.emplace_back([&] { one = tool({"upgrade", "head"}); });
  }
  for (const auto& one : wrapped) CHECK_MESSAGE(one.status == 0, one.errors);
  b.write("migrations/bbbb.sql",
          "-- Outside\n-- revision: bbbb\n-- down_revision: aaaa\n-- migrate:up transaction:false\n"
          "CREATE INDEX CONCURRENTLY t_id ON t (id);\n");
  const auto refused = tool({"upgrade", "head"});
  CHECK(refused.status == 1);
  CHECK_MESSAGE(
      refused.errors.find("FAILED: upgrade to bbbb failed: the connection is shared: ") == 0,
      refused.errors);
  CHECK(b.versions() == "aaaa");
  CHECK(b.retort({"upgrade", "head"}).status == 0);
}

TEST_CASE_TEMPLATE("a transaction pooler's sessions stay as they were", Db, postgresql) {
  const bench b(Db::dialect);
  if (!has_pooler(b)) return;
  const auto database = b.query("SELECT quote_ident(current_database())");
  b.execute(
      fmt::format("ALTER DATABASE {0} SET IntervalStyle = 'sql_standard'; "
                  "ALTER DATABASE {0} SET statement_timeout = '77s'",
                  database));
  const std::string settings =
      "SELECT current_setting('IntervalStyle') AS i, current_setting('statement_timeout') AS s";
  const pooler between(b);
  using both = std::vector<std::vector<db::row>>;
  const auto through = [&] { return postgres_backend().open(db::parse_url(between.url_), {}); };
  // Both of them, so that they are given in turn.
  const auto of_both = [&](const std::string& query) {
    const auto one = through();
    const auto other = through();
    one->execute("BEGIN");
    other->execute("BEGIN");
    const both rows = {one->query(query).rows, other->query(query).rows};
    one->commit();
    other->commit();
    return rows;
  };
  // What others have set on the sessions stays, too.
  for (const auto& rows : of_both("SELECT set_config('gin_fuzzy_search_limit', '7', false)")) {
    CHECK(rows == std::vector<db::row>{{"7"}});
  }
  const auto before = of_both(settings);
  CHECK(before == both(2, {{"sql_standard", "77s"}}));
  b.migration("aaaa", "", "CREATE TABLE a AS " + settings + ";", "");
  b.migration("bbbb", "aaaa", "CREATE TABLE b AS " + settings + ";", "");
  const auto run = [&](arguments what) {
    what.insert(what.end(), {"--url", between.url_, "--script-location", "migrations"});
    return b.tool(what);
  };
  const auto up = run({"upgrade", "head"});
  CHECK_MESSAGE(up.status == 0, up.errors);
  CHECK(run({"current"}).status == 0);
  CHECK(b.query("SELECT * FROM a UNION ALL SELECT * FROM b") == "postgres|0\npostgres|0");
  CHECK(of_both(settings) == before);
  CHECK(of_both("SHOW default_transaction_read_only") == both(2, {{"off"}}));
  CHECK(of_both("SELECT current_setting('gin_fuzzy_search_limit')") == both(2, {{"7"}}));
  b.execute("CREATE TABLE m (i INTERVAL DEFAULT '1 day 02:00')");
  const auto shown = run({"schema"});
  CHECK_MESSAGE(shown.output.find("'1 day 02:00:00'") != std::string::npos, shown.output);
  CHECK(b.query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == "0");
  for (const arguments& asked :
       {arguments{"--schema", "public"}, {"--role", "pg_monitor"}, {"--extra-search-path", "x"}}) {
    auto what = asked;
    what.emplace_back("current");
    const auto refused = run(what);
    CHECK(refused.status == 1);
    CHECK_MESSAGE(refused.errors.find("FAILED: the connection is shared: a pooler gives each "
                                      "statement to whatever session is free, so that ") == 0,
                  refused.errors);
  }
  // Neither a statement that could run in a transaction nor a backfill, whatever session is free.
  b.outside("cccc", "bbbb", "INSERT INTO a VALUES ('x', 'y');");
  for (int i = 0; i < 4; ++i) CHECK(run({"upgrade", "head"}).status == 1);
  CHECK(b.query("SELECT count(*) FROM a") == "1");
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
