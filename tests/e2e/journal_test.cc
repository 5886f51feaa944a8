#include <fmt/format.h>

#include "e2e/bench.h"

namespace retort::e2e {
namespace {

TEST_SUITE_BEGIN("journal");

/// "kind direction revision outcome" of each entry.
std::vector<std::string> told(const bench& b) {
  std::vector<std::string> lines;
  for (const auto& entry : json(b.retort({"journal", "--json"}))) {
    const auto text = [&](const char* key) {
      return entry.at(key).is_null() ? std::string("-") : entry.at(key).get<std::string>();
    };
    lines.push_back(fmt::format("{} {} {} {}", text("kind"), text("direction"), text("revision"),
                                text("outcome")));
  }
  return lines;
}

using lines = std::vector<std::string>;

void two_migrations(const bench& b) {
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
  b.migration("bbbb", "aaaa", "CREATE TABLE u (id INTEGER);", "DROP TABLE u;");
}

TEST_CASE_TEMPLATE("what runs, fails, is taken back and stamped is entered", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  two_migrations(b);
  CHECK(b.retort({"journal"}).output.empty());
  CHECK_FALSE(b.has_table("retort_journal"));
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  REQUIRE(b.retort({"downgrade", "aaaa"}).status == 0);
  REQUIRE(b.retort({"stamp", "bbbb"}).status == 0);
  b.migration("cccc", "bbbb", "CREATE TABLE w (id INTEGER); DROP TABLE nowhere;", "");
  CHECK(b.retort({"upgrade", "head"}).status == 1);
  CHECK(b.retort({"upgrade", "bbbb"}).status == 0);  // Nothing to do: nothing to tell.
  CHECK(told(b) == lines{"run upgrade - done", "migration upgrade aaaa done",
                         "migration upgrade bbbb done", "run downgrade - done",
                         "migration downgrade bbbb done", "run stamp - done",
                         "migration stamp bbbb done", "run upgrade - failed",
                         "migration upgrade cccc failed"});
  const auto all = json(b.retort({"journal", "--json"}));
  CHECK(all.at(1).at("checksum").get<std::string>().starts_with("sha256:"));
  CHECK(all.at(8).at("error").get<std::string>().find("nowhere") != std::string::npos);
  CHECK(all.at(0).at("program").get<std::string>().starts_with("retort (retort 0."));
  CHECK(all.at(0).at("started").get<std::string>() <= all.at(0).at("finished").get<std::string>());
  CHECK(all.at(0).at("run") == all.at(2).at("run"));
  CHECK(all.at(0).at("run") != all.at(3).at("run"));
  CHECK(json(b.retort({"journal", "--last", "1", "--json"})).size() == 2);
}

TEST_CASE_TEMPLATE("one transaction for the run: its failure is entered, its work is not", Db,
                   sqlite, postgresql) {
  const bench b(Db::dialect);
  two_migrations(b);
  b.migration("cccc", "bbbb", "DROP TABLE nowhere;", "");
  CHECK(b.retort({"upgrade", "head", "--transaction", "run"}).status == 1);
  CHECK(told(b) == lines{"run upgrade - failed", "migration upgrade cccc failed"});
}

/// As a server's crash, or logical replication, may leave it.
TEST_CASE_TEMPLATE("a sequence that is behind its journal is caught up", Db, postgresql) {
  const bench b(Db::dialect);
  two_migrations(b);
  REQUIRE(b.retort({"upgrade", "aaaa"}).status == 0);
  const auto sequence = "setval(pg_get_serial_sequence('retort_journal', 'id'), ";
  for (const char* behind : {"1, true)", "1, false)"}) {
    b.query(fmt::format("SELECT {}{}", sequence, behind));
    const auto next = b.retort({"upgrade", "head"});
    CHECK_MESSAGE(next.status == 0, next.errors);
    REQUIRE(b.retort({"downgrade", "aaaa"}).status == 0);
  }
  CHECK(
      b.query("SELECT count(*) FROM (SELECT id - lag(id) OVER (ORDER BY started, id) AS step FROM "
              "retort_journal) AS x WHERE step < 1") == "0");
}

TEST_CASE_TEMPLATE("it can be turned off", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  two_migrations(b);
  b.write("retort.toml", "journal = false\n");
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  CHECK_FALSE(b.has_table("retort_journal"));
}

TEST_CASE_TEMPLATE("an applied migration that has changed", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  two_migrations(b);
  REQUIRE(b.retort({"upgrade", "aaaa"}).status == 0);
  // Other line ends, blanks at the ends of lines, comments between statements: the same.
  b.write("migrations/aaaa_step.sql",
          "\xEF\xBB\xBF-- Step aaaa\r\n--\r\n-- revision: aaaa\r\n\r\n-- migrate:up\r\n"
          "CREATE TABLE t (id INTEGER);  \r\n\r\n-- migrate:down\r\nDROP TABLE t;\r\n");
  CHECK(b.retort({"check"}).status == 0);
  b.migration("aaaa", "", "CREATE TABLE t (id BIGINT);", "DROP TABLE t;");
  const auto checked = b.retort({"check", "checksums"});
  CHECK(checked.status == 3);
  CHECK(checked.errors.find("migrations/aaaa_step.sql:3: error: aaaa has changed since it ran on "
                            "this database\n") == 0);
  const auto list = json(b.retort({"check", "--json"}));
  REQUIRE(list.size() == 1);
  CHECK(list.at(0).at("check") == "checksums");
  CHECK(b.retort({"check", "graph"}).status == 0);

  b.write("retort.toml", "checksums = \"error\"\n");
  CHECK(b.retort({"upgrade", "head"}).status == 1);
  CHECK(b.versions() == "aaaa");
  b.write("retort.toml", "");
  const auto warned = b.retort({"upgrade", "head"});
  CHECK(warned.status == 0);
  CHECK(warned.errors.find("warning: aaaa has changed") != std::string::npos);

  CHECK(json(b.retort({"repair", "--json"})).at("accepted") == nlohmann::json{"aaaa"});
  CHECK(b.retort({"check"}).status == 0);
  CHECK(b.retort({"repair"}).output == "nothing to repair\n");
}

TEST_CASE_TEMPLATE("a database that is newer than the program", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  two_migrations(b);
  const auto guarded = [&] { return b.retort({"guard", "--json"}); };
  CHECK(guarded().status == 3);
  CHECK(json(guarded()).at("answer") == "behind");
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  CHECK(json(guarded()).at("answer") == "ok");

  b.write("migrations/cccc.sql",
          "-- Kind\n-- revision: cccc\n-- down_revision: bbbb\n-- compatible_with: aaaa\n"
          "-- migrate:up\nCREATE TABLE w (id INTEGER);\n-- migrate:down\nDROP TABLE w;\n");
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  b.program("rm", {"migrations/cccc.sql"});
  CHECK(guarded().status == 0);
  CHECK(json(guarded()).at("answer") == "newer but compatible");
  CHECK(json(guarded()).at("newer") == nlohmann::json{"cccc"});
  for (const arguments& what :
       {arguments{"upgrade", "head"}, arguments{"current"}, arguments{"plan", "head"},
        arguments{"downgrade", "-1"}, arguments{"stamp", "aaaa"}}) {
    const auto refused = b.retort(what);
    CHECK(refused.status == 1);
    CHECK(refused.errors.find("FAILED: the database is newer than this program, which does not "
                              "have its revision cccc\n  cccc was applied at 2") == 0);
  }
  // A program that is older than that.
  b.program("rm", {"migrations/bbbb_step.sql"});
  CHECK(guarded().status == 3);
  CHECK(json(guarded()).at("answer") == "incompatible");
}

TEST_CASE_TEMPLATE("a file that is missing is told apart", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
  b.migration("bbbb", "", "CREATE TABLE u (id INTEGER);", "DROP TABLE u;");
  REQUIRE(b.retort({"upgrade", "aaaa"}).status == 0);
  REQUIRE(b.retort({"upgrade", "bbbb"}).status == 0);
  b.program("rm", {"migrations/aaaa_step.sql"});
  const auto refused = b.retort({"upgrade", "heads"});
  CHECK(refused.status == 1);
  CHECK(refused.errors.find("FAILED: this program does not have revision aaaa, which the database "
                            "had before others that it has: a file is missing\n") == 0);
}

TEST_CASE_TEMPLATE("a protected database", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  two_migrations(b);
  b.migration("cccc", "bbbb", "CREATE TABLE w (id INTEGER);", nullptr);
  REQUIRE(b.retort({"upgrade", "bbbb"}).status == 0);
  CHECK(b.retort({"guard", "--protect"}).status == 0);
  for (const arguments& what : {arguments{"downgrade", "-1"}, arguments{"stamp", "--purge", "aaaa"},
                                arguments{"upgrade", "cccc"}}) {
    const auto refused = b.retort(what);
    CHECK(refused.status == 1);
    CHECK(refused.errors.find(" is protected, and ") != std::string::npos);
    CHECK(b.versions() == "bbbb");
  }
  CHECK(b.retort({"stamp", "bbbb"}).status == 0);
  // The database is marked, not one version table of it.
  CHECK(b.retort({"--version-table", "other", "stamp", "base"}).status == 1);
  CHECK(b.retort({"upgrade", "cccc", "--on-protected"}).status == 0);
  CHECK(b.retort({"guard", "--unprotect"}).status == 0);
  CHECK_FALSE(b.has_table("retort_protected"));
  CHECK(b.retort({"stamp", "--purge", "bbbb"}).status == 0);
  b.write("retort.toml", "protected = true\n");
  CHECK(b.retort({"downgrade", "-1"}).status == 1);
  CHECK(b.versions() == "bbbb");
}

TEST_CASE_TEMPLATE("an older program takes back what it does not have", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  two_migrations(b);
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  REQUIRE(b.retort({"check", "sum", "--write"}).status == 0);
  b.program("mv", {"migrations/retort.sum", "newer.sum"});
  b.program("rm", {"migrations/bbbb_step.sql"});
  CHECK(b.retort({"downgrade", "aaaa"}).status == 1);
  const auto unknown = b.retort({"downgrade", "aaaa", "--stored"});
  CHECK(unknown.status == 1);
  CHECK(unknown.errors.find("FAILED: the stored downgrade of bbbb is not the released one, as far "
                            "as a retort.sum tells\n") == 0);
  // Whoever may write to the journal may not choose what runs.
  const auto kept = b.query("SELECT sql FROM retort_journal WHERE revision = 'bbbb'");
  b.execute("UPDATE retort_journal SET sql = replace(sql, 'TABLE u', 'TABLE t')");
  CHECK(b.retort({"downgrade", "aaaa", "--stored", "--sum", "newer.sum"}).status == 1);
  CHECK(b.has_table("t"));
  b.execute(
      "UPDATE retort_journal SET sql = replace(sql, 'DROP TABLE t', 'DROP TABLE u') WHERE "
      "revision = 'bbbb'");
  b.execute(
      "UPDATE retort_journal SET sql = replace(sql, 'CREATE TABLE t', 'CREATE TABLE u') WHERE "
      "revision = 'bbbb'");
  CHECK(b.query("SELECT sql FROM retort_journal WHERE revision = 'bbbb'") == kept);
  const auto down = b.retort({"downgrade", "aaaa", "--stored", "--sum", "newer.sum"});
  CHECK_MESSAGE(down.status == 0, down.errors);
  CHECK(b.versions() == "aaaa");
  CHECK_FALSE(b.has_table("u"));
  CHECK(json(b.retort({"guard", "--json"})).at("answer") == "ok");
}

TEST_CASE_TEMPLATE("a stored downgrade that is trusted", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  two_migrations(b);
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  b.program("rm", {"migrations/bbbb_step.sql"});
  CHECK(b.retort({"downgrade", "aaaa", "--stored", "--trust-stored"}).status == 0);
  CHECK(b.versions() == "aaaa");
}

TEST_CASE("released migrations: retort.sum") {
  const bench b("sqlite");
  two_migrations(b);
  const auto none = b.retort({"check", "sum"});
  CHECK(none.status == 0);
  CHECK(none.output == "there is no retort.sum, so nothing was checked\n");
  CHECK(b.retort({"check", "sum", "--write"}).output == "wrote migrations/retort.sum\n");
  CHECK(b.retort({"check", "sum", "--write"}).output ==
        "every migration is in retort.sum already\n");
  const auto first = b.read("migrations/retort.sum");
  CHECK(b.retort({"check"}).status == 0);

  b.migration("cccc", "bbbb", "CREATE TABLE w (id INTEGER);", "");
  const auto early = b.retort({"check", "sum"});
  CHECK(early.status == 1);
  CHECK(early.errors.find("migrations/cccc_step.sql:3: warning: revision cccc is not in retort.sum "
                          "yet\n") == 0);
  CHECK(b.retort({"check"}).status == 0);  // It is only a warning.
  CHECK(b.retort({"check", "sum", "--write"}).status == 0);
  CHECK(b.read("migrations/retort.sum").find(first) == 0);

  // Another checkout's line ends, and what an editor adds, change nothing; an edit does.
  const auto released = b.read("migrations/aaaa_step.sql");
  b.program("sed", {"-i", "s/$/\\r/", "migrations/aaaa_step.sql"});
  CHECK(b.retort({"check", "sum"}).status == 0);
  b.write("migrations/aaaa_step.sql",
          "\xEF\xBB\xBF" + b.read("migrations/aaaa_step.sql") + "\r\n\r\n");
  CHECK(b.retort({"check", "sum"}).status == 0);
  b.migration("aaaa", "", "CREATE TABLE t (id BIGINT);", "DROP TABLE t;");
  const auto edited = b.retort({"check"});
  CHECK(edited.status == 1);
  CHECK(edited.errors.find("migrations/aaaa_step.sql:3: error: aaaa is released, and has been "
                           "edited since\n") == 0);
  CHECK(b.retort({"check", "sum", "--write"}).status == 1);
  CHECK(b.retort({"check", "sum", "--rewrite"}).status == 0);
  CHECK(b.retort({"check"}).status == 0);
  b.write("migrations/aaaa_step.sql", released);
  CHECK(b.retort({"check", "sum", "--rewrite"}).status == 0);

  // Two branches that each added a line, put together by hand.
  const auto all = b.read("migrations/retort.sum");
  const auto last = all.substr(all.find("cccc"));
  b.write("migrations/retort.sum", first + "dddd" + last.substr(4) + last);
  const auto merged = b.retort({"check"});
  CHECK(merged.status == 1);
  CHECK(merged.errors.find("the chain of retort.sum is broken at dddd") != std::string::npos);
  b.write("migrations/retort.sum", all);
  b.program("rm", {"migrations/cccc_step.sql"});
  CHECK(b.retort({"check"}).errors.find(
            "error: revision cccc is released, and its file is missing") != std::string::npos);
}

TEST_CASE("two branches that each add a revision are in conflict over retort.sum") {
  const bench b("sqlite");
  if (b.program("git", {"--version"}).status != 0) {
    MESSAGE("not run: there is no git");
    return;
  }
  const auto git = [&](arguments what) {
    const arguments who = {"-c", "user.name=e2e", "-c", "user.email=e2e@localhost"};
    what.insert(what.begin(), who.begin(), who.end());
    return b.program("git", what).status;
  };
  two_migrations(b);
  REQUIRE(b.retort({"check", "sum", "--write"}).status == 0);
  REQUIRE(git({"init", "--quiet", "--initial-branch=trunk"}) == 0);
  for (const char* branch : {"trunk", "one", "two"}) {
    if (branch != std::string_view("trunk")) {
      REQUIRE(git({"checkout", "--quiet", "-b", branch, "trunk"}) == 0);
      b.migration(branch, "bbbb", fmt::format("CREATE TABLE {} (id INTEGER);", branch), "");
      REQUIRE(b.retort({"check", "sum", "--write"}).status == 0);
    }
    REQUIRE(git({"add", "migrations"}) == 0);
    REQUIRE(git({"commit", "--quiet", "-m", branch}) == 0);
  }
  // The revisions themselves are files of their own, which git puts together without a word.
  CHECK(git({"merge", "--quiet", "one"}) == 1);
  CHECK(b.program("git", {"diff", "--name-only", "--diff-filter=U"}).output ==
        "migrations/retort.sum\n");
  CHECK(b.retort({"check"}).status == 1);
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
