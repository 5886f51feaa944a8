#include <fmt/format.h>

#include <filesystem>

#include <unistd.h>

#include "e2e/bench.h"

namespace retort::e2e {
namespace {

// What is wrong is said in full, and nothing is lost or left behind.

TEST_SUITE_BEGIN("bad_input");

void one_migration(const bench& b) {
  b.migration("aaaabbbb", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
}

TEST_CASE_TEMPLATE("an unknown revision", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  one_migration(b);
  const auto near = b.retort({"upgrade", "aaaabbbc"});
  CHECK(near.status == 1);
  CHECK(near.errors ==
        "FAILED: no revision or branch 'aaaabbbc'\n  help: did you mean 'aaaabbbb'?\n");
  const auto far = b.retort({"upgrade", "something"});
  CHECK(far.status == 1);
  CHECK(far.errors ==
        "FAILED: no revision or branch 'something'\n  help: `history` lists what there is\n");
  CHECK(b.retort({"show", "something"}).errors == far.errors);
  CHECK(b.retort({"stamp", "something"}).errors == far.errors);
  CHECK(b.retort({"downgrade", "something"}).errors == far.errors);
  CHECK_FALSE(b.has_table("retort_version"));
  if (b.is_sqlite()) CHECK_FALSE(b.exists("test.db"));
}

TEST_CASE("an unreachable server") {
  const bench b("sqlite");
  one_migration(b);
  const auto at = [&](const std::string& url) {
    const auto result =
        b.tool({"upgrade", "head", "--script-location", "migrations", "--url", url});
    CHECK(result.status == 1);
    CHECK(result.output.empty());
    return result.errors;
  };
  CHECK(at("postgresql://u:hunter2-sesame@127.0.0.1:1/d") ==
        "FAILED: cannot connect to postgresql://u:***@127.0.0.1:1/d: Connection refused\n"
        "  Is the server running on that host and accepting TCP/IP connections?\n"
        "  help: check host and port, and that the server runs\n");
  CHECK(at("postgresql:///d?host=/nowhere&user=u&password=hunter2-sesame") ==
        "FAILED: cannot connect to postgresql://u:***@/d?host=/nowhere: No such file or directory\n"
        "  Is the server running locally and accepting connections on that socket?\n"
        "  help: check host and port, and that the server runs\n");
}

TEST_CASE_TEMPLATE("a wrong database and user", Db, postgresql) {
  if (!bench::has_private_server()) return;
  const bench b(Db::dialect);
  one_migration(b);
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string url = b.url();
    url.replace(url.find(from), from.size(), to);
    const auto result =
        b.tool({"upgrade", "head", "--script-location", "migrations", "--url", url});
    CHECK(result.status == 1);
    return result.errors;
  };
  const auto database = with("/e2e_", "/e2f_");
  CHECK(database.find("FAILED: cannot connect to postgresql://") == 0);
  CHECK(database.find("\" does not exist\n  help: create it: createdb e2f_") != std::string::npos);
  const auto user = with("//retort:", "//nobody:");
  CHECK(
      user.ends_with(": role \"nobody\" does not exist\n"
                     "  help: check the user in the URL, or create it: createuser NAME\n"));
}

/// A server of its own that asks for a password would take seconds; one rule in pg_hba.conf is
/// enough, but only where this server is private.
TEST_CASE_TEMPLATE("a wrong password", Db, postgresql) {
  if (!bench::has_private_server()) return;
  const bench b(Db::dialect);
  one_migration(b);
  const std::string file = b.query("SHOW hba_file");
  b.execute("DROP ROLE IF EXISTS e2e_locked");
  b.execute("CREATE ROLE e2e_locked LOGIN PASSWORD 'right'");
  // The rules are written by the server itself: its files may belong to another user.
  b.execute("CREATE TABLE hba (line TEXT)");
  b.execute(fmt::format("COPY hba FROM '{}'", file));
  b.execute("CREATE TABLE changed AS SELECT 'local all e2e_locked scram-sha-256' AS line");
  b.execute("INSERT INTO changed SELECT line FROM hba");
  b.execute(fmt::format("COPY changed TO '{}'", file));
  b.execute("SELECT pg_reload_conf()");
  usleep(300000);
  std::string url = b.url();
  url.replace(url.find("//retort:"), 9, "//e2e_locked:");
  const auto wrong = b.tool({"upgrade", "head", "--script-location", "migrations", "--url", url});
  CHECK(wrong.status == 1);
  CHECK(wrong.errors ==
        fmt::format("FAILED: cannot connect to {}: password authentication failed for user "
                    "\"e2e_locked\"\n  help: check the user and the password in the URL\n",
                    [&] {
                      std::string shown = b.shown_url();
                      return shown.replace(shown.find("//retort:"), 9, "//e2e_locked:");
                    }()));
  b.execute(fmt::format("COPY hba TO '{}'", file));
  b.execute("SELECT pg_reload_conf()");
  b.execute("DROP ROLE e2e_locked");
}

TEST_CASE("files that are no database") {
  const bench b("sqlite");
  one_migration(b);
  const auto at = [&](const std::string& name) {
    const auto result = b.tool(
        {"upgrade", "head", "--script-location", "migrations", "--url", "sqlite:///" + name});
    CHECK(result.status == 1);
    CHECK(result.output.empty());
    return result.errors;
  };
  std::filesystem::create_directory(b.path("folder"));
  CHECK(at("folder") ==
        "FAILED: cannot open the SQLite database folder: it is a folder\n"
        "  help: name a file in it: folder/app.db\n");
  CHECK(b.files("folder").empty());
  b.write("text.txt", std::string(2000, 'x'));
  CHECK(at("text.txt") ==
        "FAILED: cannot open the SQLite database text.txt: it is not a SQLite database\n"
        "  help: name a SQLite file in the URL (an encrypted one cannot be read), or a file that "
        "is not there yet\n");
  CHECK(b.read("text.txt") == std::string(2000, 'x'));
  CHECK(at("no/such/x.db") ==
        fmt::format("FAILED: cannot open the SQLite database no/such/x.db: there is no folder "
                    "no/such\n  relative paths begin at {}\n"
                    "  help: make the folder, or correct the URL\n",
                    b.folder()));
}

/// Runs as a user to whom permissions apply; root may write to everything.
outcome as_nobody(const bench& b, const char* command) {
  std::filesystem::permissions(b.folder(), std::filesystem::perms(0755));
  const std::string program = fmt::format(
      "exec '{}' {} --url sqlite:///test.db --script-location migrations", RETORT_TOOL, command);
  if (geteuid() != 0) return b.program("sh", {"-c", program});
  return b.program("setpriv",
                   {"--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c", program});
}

TEST_CASE("a read-only file and folder") {
  if (geteuid() == 0 && process::find_program("setpriv").empty()) return;
  const bench b("sqlite");
  one_migration(b);
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  std::filesystem::permissions(b.path("test.db"), std::filesystem::perms(0444));
  const std::string before = b.read("test.db");
  for (const char* command : {"upgrade head", "downgrade -1", "stamp base", "ensure_version"}) {
    const auto refused = as_nobody(b, command);
    CHECK(refused.status == 1);
    CHECK(
        refused.errors ==
        "FAILED: cannot open the SQLite database test.db: the file is read-only, and this command "
        "writes\n"
        "  help: give yourself the permission to write to the file, or use a copy of it\n");
  }
  const auto current = as_nobody(b, "current");
  CHECK(current.status == 0);
  CHECK(current.output == "aaaabbbb (head)\n");
  CHECK(as_nobody(b, "history -i").status == 0);
  CHECK(b.read("test.db") == before);
  // The write-ahead log needs files beside the database even to be read.
  std::filesystem::permissions(b.path("test.db"), std::filesystem::perms(0644));
  b.execute("PRAGMA journal_mode = WAL");
  std::filesystem::permissions(b.path("test.db"), std::filesystem::perms(0444));
  std::filesystem::permissions(b.folder(), std::filesystem::perms(0555));
  CHECK(as_nobody(b, "current").output == "aaaabbbb (head)\n");
  std::filesystem::permissions(b.folder(), std::filesystem::perms(0755));
}

TEST_CASE("SQL files that are malformed") {
  struct row {
    const char* file;
    const char* errors;
  };
  const std::vector<row> table = {
      {"-- msg\n-- revison: aaaa\n-- migrate:up\n",
       "FAILED: unknown header key 'revison'\n  --> migrations/a.sql:2:4\n"
       "   | -- revison: aaaa\n   |    ^\n  help: did you mean 'revision'?\n"},
      {"-- msg\n-- migrate:up\n",
       "FAILED: the file declares no revision\n  --> migrations/a.sql:1:1\n   | -- msg\n   | ^\n"
       "  help: write '-- revision: ID' among its first comments\n"},
      {"-- msg\n-- revision: aaaa\n-- migrate:up transactoin:false\n",
       "FAILED: unknown option 'transactoin' of a section marker\n  --> migrations/a.sql:3:15\n"
       "   | -- migrate:up transactoin:false\n   |               ^\n"
       "  help: did you mean 'transaction'?\n"},
      {"-- msg\n-- revision: aaaa\n-- migrate:up lock:none\n",
       "FAILED: unknown option 'lock' of a section marker\n  --> migrations/a.sql:3:15\n"
       "   | -- migrate:up lock:none\n   |               ^\n"
       "  help: the options are dialect, foreign_keys, transaction\n"},
      {"-- msg\n-- revision: aaaa\n-- migrate:up dialect:mysql\n",
       "FAILED: unknown dialect 'mysql'\n  --> migrations/a.sql:3:15\n"
       "   | -- migrate:up dialect:mysql\n   |               ^\n"
       "  help: write dialect:sqlite or dialect:postgresql\n"},
      {"-- msg\n-- revision: aaaa\n-- migrate:upp\n",
       "FAILED: unknown direction 'upp'\n  --> migrations/a.sql:3:12\n   | -- migrate:upp\n"
       "   |            ^\n  help: did you mean 'up'?\n"},
      {"-- msg\n-- revision: aaaa\n-- migrate:down\n",
       "FAILED: the file has no '-- migrate:up' section\n  --> migrations/a.sql:3\n"
       "  help: write '-- migrate:up' above the statements of the upgrade\n"},
      {"-- msg\n-- revision: aaaa\nSELECT 1;\n-- migrate:up\n",
       "FAILED: SQL before the file's first section\n  --> migrations/a.sql:3:1\n"
       "   | SELECT 1;\n   | ^\n  help: write '-- migrate:up' above it\n"},
      {"-- msg\n-- revision: aaaa\n-- revision: bbbb\n-- migrate:up\n",
       "FAILED: a second 'revision:' in the file's header\n  --> migrations/a.sql:3:4\n"
       "   | -- revision: bbbb\n   |    ^\n  help: keep one; the first is in line 2\n"},
      {"-- msg\n-- revision: aaaa\n-- migrate:up\nSELECT 'abc;\n",
       "FAILED: unterminated string\n  --> migrations/a.sql:4:8\n   | SELECT 'abc;\n"
       "   |        ^\n  help: it begins here and never ends\n"},
      {"-- msg\n-- revision: aaaa\n-- migrate:up\nSELECT 1; -- caf\xE9\n",
       "FAILED: the file is not UTF-8 (byte 0xe9)\n  --> migrations/a.sql:4:17\n"
       "  help: save it as UTF-8\n"},
      {"-- msg\n-- revision: aaaa\n-- down_revision: aaab\n-- migrate:up\n",
       "FAILED: down_revision of revision 'aaaa' names 'aaab', which is not there\n"
       "  --> migrations/a.sql:3\n  help: did you mean 'aaaa'?\n"},
  };
  for (const auto& [file, errors] : table) {
    const bench b("sqlite");
    b.write("migrations/a.sql", file);
    for (const arguments& command : {arguments{"heads"}, arguments{"upgrade", "head"}}) {
      const auto result = b.retort(command);
      CHECK(result.status == 1);
      CHECK(result.errors == errors);
      CHECK(result.output.empty());
    }
    CHECK_FALSE(b.exists("test.db"));
  }
}

TEST_CASE("the same id twice") {
  const bench b("sqlite");
  b.write("migrations/a.sql", "-- A\n-- revision: aaaa\n-- migrate:up\n");
  b.write("migrations/b.sql", "-- B\n-- revision: aaaa\n-- migrate:up\n");
  const auto result = b.retort({"upgrade", "head"});
  CHECK(result.status == 1);
  CHECK(result.errors ==
        "FAILED: revision 'aaaa' is there twice\n  --> migrations/b.sql:2\n"
        "  the other one is migrations/a.sql:2\n  help: give one of them another id\n");
}

TEST_CASE("a link to a migration that is gone") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  REQUIRE(b.program("ln", {"-s", "nowhere", "migrations/bbbb.sql"}).status == 0);
  const auto refused = b.retort({"upgrade", "head"});
  CHECK(refused.status == 1);
  CHECK(refused.errors.find("migrations/bbbb.sql") != std::string::npos);
}

TEST_CASE("several mistakes of a graph") {
  const bench b("sqlite");
  b.write("migrations/a.sql", "-- A\n-- revision: aaaa\n-- down_revision: zzzz\n-- migrate:up\n");
  b.write("migrations/b.sql", "-- B\n-- revision: head\n-- migrate:up\n");
  CHECK(b.retort({"heads"}).errors.find("\n  the first of 2: `check graph` names them all\n") !=
        std::string::npos);
  const auto all = b.retort({"check", "graph"});
  CHECK(all.errors.find("zzzz") != std::string::npos);
  CHECK(all.errors.find("'head'") != std::string::npos);
}

TEST_CASE("configurations that are wrong") {
  struct row {
    const char* toml;
    const char* errors;
  };
  const std::vector<row> table = {
      {"script_location = \"m\"\nulr = \"sqlite:///x.db\"\n",
       "FAILED: unknown key 'ulr'\n  --> retort.toml:2:1\n  help: did you mean 'url'?\n"},
      {"[production]\nversion_tabel = \"v\"\n",
       "FAILED: unknown key 'version_tabel'\n  --> retort.toml:2:1\n"
       "  help: did you mean 'version_table'?\n"},
      {"url = 7\n", "FAILED: 'url' wants a string in quotes\n  --> retort.toml:1:7\n"},
      {"url = \"postgresql://u:hunter2-sesame@h/d\nlock_wait = 3\n",
       "FAILED: malformed TOML: string: unescaped control characters other than TAB (U+0009) are "
       "explicitly prohibited\n  --> retort.toml:1:41\n"},
  };
  for (const auto& [toml, errors] : table) {
    const bench b("sqlite");
    b.write("retort.toml", toml);
    const auto result = b.tool({"current"});
    CHECK(result.status == 1);
    CHECK(result.errors == errors);
  }
}

TEST_CASE("URLs that are wrong never show what they hold") {
  const bench b("sqlite");
  one_migration(b);
  for (const char* url : {
           "mysql://u:hunter2-sesame@h/d",
           "hunter2-sesame",
           "postgresql://u:hunter2-sesame@h:port/d",
           "postgresql://u:x/hunter2-sesame@h/d",
           "sqlite://hunter2-sesame/x.db",
           "postgresql://u:%zzhunter2-sesame@h/d",
           "postgresql://u@/d?host=/nowhere&passwrd=hunter2-sesame",
       }) {
    CAPTURE(url);
    const auto result = b.tool({"current", "--script-location", "migrations", "--url", url});
    CHECK((result.status == 1 || result.status == 2));
    CHECK(result.errors.starts_with("FAILED: "));
    const auto from_variable =
        b.tool({"current", "--script-location", "migrations"}, {{"RETORT_URL", url}});
    CHECK(from_variable.errors == result.errors);
  }
}

TEST_CASE_TEMPLATE("a version row that names an unknown revision", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  one_migration(b);
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  b.execute("UPDATE retort_version SET version_num = 'newer'");
  for (const arguments& command :
       {arguments{"current"}, arguments{"upgrade", "head"}, arguments{"downgrade", "-1"},
        arguments{"downgrade", "base"}, arguments{"history", "-i"}, arguments{"stamp", "head"}}) {
    const auto result = b.retort(command);
    CHECK_MESSAGE(result.status == 1, command.front());
    CHECK(result.errors ==
          "FAILED: the database is at revision 'newer', which this program does not have\n"
          "  help: run a program that has it, or set the version by hand: `stamp --purge "
          "REVISION`\n");
    CHECK(result.output.empty());
  }
  CHECK(b.versions() == "newer");
  CHECK(b.has_table("t"));
}

TEST_CASE("an empty folder") {
  const bench b("sqlite");
  b.write("migrations/.keep", "");
  const char* message =
      "FAILED: there are no migrations in migrations\n"
      "  help: write the first with `revision -m MESSAGE`, or name another folder with "
      "--script-location\n";
  for (const arguments& command :
       {arguments{"upgrade", "head"}, arguments{"downgrade", "-1"}, arguments{"stamp", "head"},
        arguments{"show", "head"}, arguments{"verify"}, arguments{"upgrade", "head", "--sql"}}) {
    const auto result = b.retort(command);
    CHECK_MESSAGE(result.status == 1, command.front());
    CHECK(result.errors == message);
    CHECK(result.output.empty());
  }
  for (const char* command : {"history", "heads", "branches", "current"}) {
    const auto result = b.retort({command, "--json"});
    CHECK(result.status == 0);
    CHECK(json(result) == nlohmann::json::array());
  }
  CHECK_FALSE(b.exists("test.db"));
  const auto missing = b.tool({"heads", "--script-location", "nowhere"});
  CHECK(missing.status == 1);
  CHECK(missing.errors ==
        "FAILED: there is no folder nowhere\n"
        "  help: name the folder of the SQL migrations with --script-location\n");
}

TEST_CASE_TEMPLATE("further down or up than there is", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  one_migration(b);
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  const auto down = b.retort({"downgrade", "-2"});
  CHECK(down.status == 1);
  CHECK(down.errors.find("FAILED: relative revision -2 didn't produce 2 migrations\n  help: ") ==
        0);
  const auto up = b.retort({"upgrade", "+1"});
  CHECK(up.status == 1);
  CHECK(up.errors.find("FAILED: relative revision +1 didn't produce 1 migrations\n  help: ") == 0);
  CHECK(b.versions() == "aaaabbbb");
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
