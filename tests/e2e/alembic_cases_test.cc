#include <fmt/format.h>

#include <regex>

#include "base/text_tools.h"
#include "e2e/bench.h"

namespace retort::e2e {
namespace {

// Alembic's own tests, condensed to numbered cases: 25 to 35 are the version table, the commands,
// the files and the scripts (1 to 24, the graph, are in tests/unit/history). A case stands here
// with what the other suites do not hold of it. Where Retort differs from Alembic, it says what
// Retort does.

TEST_SUITE_BEGIN("alembic_cases");

struct step {
  const char* id;
  const char* header = "";  ///< further lines of it
  const char* options = "";
};

std::string step_text(const step& s) {
  return fmt::format(
      "-- Step {0}\n-- revision: {0}\n{1}\n-- migrate:up {2}\nCREATE TABLE t_{0} (id INTEGER);\n"
      "-- migrate:down {2}\nDROP TABLE t_{0};\n",
      s.id, s.header, s.options);
}

void write_steps(const bench& b, const std::vector<step>& steps) {
  for (const step& s : steps) b.write(fmt::format("migrations/{}.sql", s.id), step_text(s));
}

const std::vector<step> line = {
    {"aaaa1"}, {"bbbb2", "-- down_revision: aaaa1"}, {"cccc3", "-- down_revision: bbbb2"}};

const std::vector<step> tree = {{"aaaa1"},
                                {"bbbb2", "-- down_revision: aaaa1"},
                                {"cccc3", "-- down_revision: bbbb2"},
                                {"eeee5", "-- down_revision: bbbb2"},
                                {"ffff6", "-- down_revision: bbbb2"}};

const std::vector<step> dependent = {{"a1"},
                                     {"a2", "-- down_revision: a1"},
                                     {"a3", "-- down_revision: a2"},
                                     {"b1"},
                                     {"b2", "-- down_revision: b1\n-- depends_on: a2"},
                                     {"b3", "-- down_revision: b2"}};

arguments with(arguments what, const arguments& more) {
  what.insert(what.end(), more.begin(), more.end());
  return what;
}

/// What a script does, a word for each statement that moves something: `[` and `]` are BEGIN and
/// COMMIT, `v` the version table's creation, `+x` and `-x` the table of revision x, `INS x`,
/// `UPD x>y` and `DEL x` the rows.
std::string outline(const std::string& script) {
  static const std::vector<std::pair<std::regex, std::string>> words = {
      {std::regex("BEGIN;"), "["},
      {std::regex("COMMIT;"), "]"},
      {std::regex("CREATE TABLE IF NOT EXISTS (main\\.)?retort_version .*"), "v"},
      {std::regex("CREATE TABLE t_(\\w+) .*"), "+$1"},
      {std::regex("DROP TABLE t_(\\w+);"), "-$1"},
      {std::regex("INSERT INTO (?:main\\.)?retort_version .* VALUES \\('(\\w+)'\\);"), "INS $1"},
      {std::regex("UPDATE (?:main\\.)?retort_version SET version_num = '(\\w+)' WHERE version_num "
                  "(?:=|OPERATOR\\(pg_catalog\\.=\\)) '(\\w+)';"),
       "UPD $2>$1"},
      {std::regex("DELETE FROM (?:main\\.)?retort_version WHERE version_num "
                  "(?:=|OPERATOR\\(pg_catalog\\.=\\)) '(\\w+)';"),
       "DEL $1"},
      // Any other mention of a table is one that must not be there.
      {std::regex("((CREATE|DROP|ALTER) TABLE .*)"), "$1"}};
  std::vector<std::string> result;
  for (const std::string& text : base::split_list(script, '\n')) {
    for (const auto& [pattern, word] : words) {
      std::smatch match;
      if (!std::regex_match(text, match, pattern)) continue;
      result.push_back(match.format(word));
      break;
    }
  }
  return base::join(result, " ");
}

/// The outline of a command's script, or what it says instead.
std::string scripted(const bench& b, const arguments& what) {
  const auto result = b.retort(with(what, {"--sql"}));
  return result.status == 0 ? outline(result.output) : result.errors;
}

TEST_CASE_TEMPLATE("case 23: a row that is no text is an unknown revision", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  write_steps(b, line);
  b.execute("CREATE TABLE retort_version (version_num INTEGER)");
  b.execute("INSERT INTO retort_version VALUES (5)");
  const auto refused = b.retort({"upgrade", "head"});
  CHECK(refused.status == 1);
  CHECK(refused.errors.starts_with(
      "FAILED: the database is at revision '5', which this program does not have\n"));
}

TEST_CASE_TEMPLATE("case 25: rows that are not what they ought to be", Db, sqlite, postgresql) {
  struct broken {
    const char* id;
    std::string body;
    std::string complaint;
  };
  const std::string violated =
      Db::dialect == std::string("sqlite")
          ? "FAILED: upgrade to bbbb failed: UNIQUE constraint failed: retort_version.version_num"
          : "FAILED: upgrade to bbbb failed: duplicate key value violates unique constraint "
            "\"retort_version_pkey\"";
  const std::vector<broken> table = {
      {"no row to move", "DELETE FROM retort_version;",
       "retort_version: moving 'aaaa' to 'bbbb' matched 0 rows instead of one"},
      {"the new row is there already", "INSERT INTO retort_version VALUES ('bbbb');", violated},
  };
  for (const broken& row : table) {
    CAPTURE(row.id);
    const bench b(Db::dialect);
    b.migration("aaaa", "", "SELECT 1;", "");
    b.migration("bbbb", "aaaa", row.body, "");
    const auto failed = b.retort({"upgrade", "head"});
    CHECK(failed.status == 1);
    CHECK_MESSAGE(failed.errors.find(row.complaint) != std::string::npos, failed.errors);
    CHECK(b.versions() == "aaaa");
  }
}

TEST_CASE_TEMPLATE("case 25: a version table that somebody else made", Db, sqlite, postgresql) {
  struct foreign {
    const char* columns;
    const char* rows;
    arguments what;
    std::string complaint;  ///< empty: it works
    std::string after;
  };
  const std::vector<foreign> table = {
      // Without a primary key, and with columns of its own.
      {"version_num VARCHAR(32)", "('aaaa1')", {"upgrade", "head"}, "", "cccc3"},
      {"version_num VARCHAR(32) NOT NULL PRIMARY KEY, note VARCHAR(9) DEFAULT 'ours'",
       "('aaaa1', 'x')",
       {"upgrade", "head"},
       "",
       "cccc3"},
      {"note VARCHAR(9) DEFAULT 'ours', version_num VARCHAR(32)",
       "('x', 'aaaa1')",
       {"downgrade", "base"},
       "",
       ""},
      {"version_num VARCHAR(32)",
       "('bbbb2'), ('bbbb2')",
       {"downgrade", "-1"},
       "FAILED: retort_version holds 'bbbb2' more than once, so nobody can tell where the database "
       "is\n",
       "bbbb2 bbbb2"},
      {"version_num VARCHAR(32)",
       "(NULL)",
       {"upgrade", "head"},
       "FAILED: retort_version holds a row that is NULL\n",
       "NULL"},
  };
  for (const foreign& row : table) {
    CAPTURE(row.columns);
    CAPTURE(row.rows);
    const bench b(Db::dialect);
    write_steps(b, line);
    b.execute("CREATE TABLE t_aaaa1 (id INTEGER)");
    b.execute(fmt::format("CREATE TABLE retort_version ({})", row.columns));
    b.execute(fmt::format("INSERT INTO retort_version VALUES {}", row.rows));
    const auto result = b.retort(row.what);
    CHECK(result.status == (row.complaint.empty() ? 0 : 1));
    CHECK_MESSAGE(result.errors.starts_with(row.complaint), result.errors);
    CHECK(b.versions() == row.after);
  }
}

TEST_CASE_TEMPLATE("case 25: a table of that name which is no version table", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  write_steps(b, line);
  b.execute("CREATE TABLE retort_version (version INTEGER)");
  for (const arguments& command : {arguments{"current"}, arguments{"upgrade", "head"}}) {
    const auto result = b.retort(command);
    CHECK(result.status == 1);
    CHECK(result.errors ==
          "FAILED: retort_version is no version table: it has no column version_num\n"
          "  help: name Retort's own table with --version-table, or rename the one that is in its "
          "place\n");
  }
}

TEST_CASE_TEMPLATE("case 26: current, where one line depends on the other", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  write_steps(b, dependent);
  CHECK(b.retort({"current"}).output.empty());
  CHECK(b.versions() == "none");
  struct stamped {
    arguments rows;
    const char* current;
    int check_heads;
  };
  const std::vector<stamped> table = {
      {{"a1", "b1"}, "a1\nb1\n", 3},
      {{"b2"}, "a2\nb2\n", 3},
      {{"b3"}, "a2\nb3 (head)\n", 3},
      {{"a2"}, "a2\n", 3},
      {{"a3"}, "a3 (head)\n", 3},
      {{"a3", "b2"}, "a3 (head)\nb2\n", 3},
      {{"a3", "b3"}, "a3 (head)\nb3 (head)\n", 0},
  };
  for (const auto& row : table) {
    CAPTURE(row.current);
    REQUIRE(b.retort(with({"stamp", "--purge"}, row.rows)).status == 0);
    CHECK(b.retort({"current"}).output == row.current);
    CHECK(b.retort({"current", "--check-heads"}).status == row.check_heads);
  }
}

TEST_CASE_TEMPLATE("case 27: history from where the database is", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  write_steps(b, line);
  const std::string all =
      "bbbb2 -> cccc3 (head), Step cccc3\naaaa1 -> bbbb2, Step bbbb2\n"
      "<base> -> aaaa1, Step aaaa1\n";
  CHECK(b.retort({"history", "-r", "current:"}).output == all);
  REQUIRE(b.retort({"stamp", "bbbb2"}).status == 0);
  CHECK(b.retort({"history", "-r", "current:"}).output == all.substr(0, all.find("<base>")));
  CHECK(b.retort({"history", "-r-5:cccc3"}).output == all);
}

TEST_CASE("case 27: messages that are no ASCII, on a terminal that is") {
  const bench b("sqlite");
  b.write("migrations/aaaa.sql", "-- m\u00e9il x\n-- revision: aaaa\n-- migrate:up\n");
  for (const char* locale : {"C", "POSIX", "C.UTF-8"}) {
    const auto shown = b.retort({"history"}, {{"LC_ALL", locale}, {"LANG", locale}});
    CHECK(shown.status == 0);
    CHECK(shown.output == "<base> -> aaaa (head), m\u00e9il x\n");
  }
}

TEST_CASE("case 28: what a new revision depends on") {
  struct wanted {
    const char* symbol;
    const char* stored;  ///< null: an error
  };
  const std::vector<wanted> table = {
      {"aaaa1111", "aaaa1111"}, {"aaaa", "aaaa1111"}, {"lib", "lib"}, {"invalid", nullptr}};
  for (const auto& row : table) {
    CAPTURE(row.symbol);
    const bench b("sqlite");
    write_steps(b, {{"aaaa1111", "-- branch_labels: lib"}, {"bbbb2222"}});
    const auto made = b.retort({"revision", "-m", "x", "--head", "bbbb2222", "--depends-on",
                                row.symbol, "--rev-id", "cccc3333", "--json"});
    if (row.stored == nullptr) {
      CHECK(made.status == 1);
      CHECK(made.errors.starts_with("FAILED: no revision or branch 'invalid'\n"));
      CHECK(b.files("migrations").size() == 2);
      continue;
    }
    CHECK_MESSAGE(made.status == 0, made.errors);
    CHECK(b.read(json(made).at("path")).find(fmt::format("-- depends_on: {}\n", row.stored)) !=
          std::string::npos);
    CHECK(b.retort({"upgrade", "heads"}).status == 0);
    CHECK(b.versions() == "cccc3333");
  }
}

TEST_CASE("case 28: a new revision off several heads says which") {
  const bench b("sqlite");
  write_steps(b, {{"aaaa1"}, {"bbbb2"}});
  const auto refused = b.retort({"revision", "-m", "x"});
  CHECK(refused.status == 1);
  CHECK(refused.errors ==
        "FAILED: 'head' is ambiguous: there are 2 heads, 'aaaa1', 'bbbb2'\n"
        "  help: name one of them, write BRANCH@head, or 'heads' for all of them\n");
  CHECK(b.files("migrations").size() == 2);
  CHECK(b.retort({"revision", "-m", "x", "--head", "bbbb2", "--rev-id", "cccc3"}).status == 0);
  CHECK(b.retort({"heads"}).output == "aaaa1 (head)\ncccc3 (head)\n");
}

TEST_CASE_TEMPLATE("case 29: stamp as a script", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  write_steps(b, tree);
  const std::vector<std::pair<arguments, std::string>> table = {
      {{"heads"}, "[ v INS cccc3 ] [ INS eeee5 ] [ INS ffff6 ]"},
      {{"aaaa1:cccc3"}, "[ UPD aaaa1>cccc3 ]"},
      {{"aaaa:cccc"}, "[ UPD aaaa1>cccc3 ]"},
      {{"bbbb2:heads"}, "[ UPD bbbb2>cccc3 ] [ INS eeee5 ] [ INS ffff6 ]"},
      {{"cccc3:base"}, "[ DEL cccc3 ]"},
      {{"cccc3:cccc3"}, ""},
      {{"bbbb2:cccc3", "aaaa1:eeee5"},
       "FAILED: stamp --sql starts at one revision, and two are given\n"
       "  help: write the same A in each A:B, or leave it out where that is the base\n"},
      {{"cccc3", "--purge"},
       "FAILED: --purge cannot be a script: what it removes is only known online\n"
       "  help: leave out --sql, or write where the database is: `stamp A:B --sql`\n"},
  };
  for (const auto& row : table) {
    CAPTURE(row.second);
    CHECK(scripted(b, with({"stamp"}, row.first)) == row.second);
  }
}

TEST_CASE_TEMPLATE("case 29: stamp of several revisions", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  write_steps(b, tree);
  const std::vector<std::pair<arguments, std::string>> table = {
      {{"aaaa1"}, "aaaa1"},
      {{"eeee5", "ffff6"}, "eeee5 ffff6"},
      {{"eeee5", "ffff6"}, "eeee5 ffff6"},
      // An ancestor of another one is no row.
      {{"aaaa1", "eeee5", "ffff6"}, "eeee5 ffff6"},
      {{"heads"}, "cccc3 eeee5 ffff6"},
      {{"bbbb2"}, "bbbb2"},
  };
  for (const auto& [targets, expected] : table) {
    const bool already = b.versions() == expected;
    const auto stamped = b.retort(with({"stamp"}, targets));
    CHECK(stamped.status == 0);
    CHECK(stamped.output.starts_with("nothing to do") == already);
    CHECK(b.versions() == expected);
  }
}

TEST_CASE_TEMPLATE("case 30: check says whether the models ask for more", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  write_steps(b, {{"aaaa1"}});
  b.write("models.sql", "CREATE TABLE t_aaaa1 (id INTEGER);\n");
  const arguments check = {"check", "models", "--models", "models.sql"};
  CHECK(b.retort(check).status == 1);
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  const auto same = b.retort(check);
  CHECK_MESSAGE(same.status == 0, same.errors);
  b.write("models.sql", "CREATE TABLE t_aaaa1 (id INTEGER, email TEXT);\n");
  const auto more = b.retort(check);
  CHECK(more.status == 3);
  CHECK_MESSAGE(more.output.find("email") != std::string::npos, more.output);
}

TEST_CASE_TEMPLATE("case 31: what is one transaction", Db, postgresql) {
  struct mode {
    arguments options;
    const char* section;
    std::size_t transactions;
  };
  // Two migrations of two statements that note their transaction.
  const std::vector<mode> table = {
      {{}, "", 2}, {{"--transaction", "run"}, "", 1}, {{}, "transaction:false", 4}};
  for (const auto& row : table) {
    CAPTURE(row.transactions);
    const bench b(Db::dialect);
    b.execute("CREATE TABLE log (transaction BIGINT)");
    for (const auto& [id, parent] : {std::pair{"aaaa", ""}, std::pair{"bbbb", "aaaa"}}) {
      b.write(fmt::format("migrations/{}.sql", id),
              fmt::format("-- Note\n-- revision: {}\n-- down_revision: {}\n-- migrate:up {}\n"
                          "INSERT INTO log SELECT txid_current();\n"
                          "INSERT INTO log SELECT txid_current();\n",
                          id, parent, row.section));
    }
    const auto up = b.retort(with({"upgrade", "head"}, row.options));
    CHECK_MESSAGE(up.status == 0, up.errors);
    CHECK(b.query("SELECT count(*), count(DISTINCT transaction) FROM log") ==
          fmt::format("4|{}", row.transactions));
  }
}

TEST_CASE_TEMPLATE("case 32: a line up and down in every transaction mode", Db, sqlite,
                   postgresql) {
  struct move {
    arguments what;
    const char* versions;
    const char* tables;
  };
  const std::vector<move> moves = {
      {{"upgrade", "cccc3"}, "cccc3", "aaaa1 bbbb2 cccc3"},
      {{"downgrade", "aaaa1"}, "aaaa1", "aaaa1"},
      {{"downgrade", "base"}, "", ""},
      {{"upgrade", "bbbb2"}, "bbbb2", "aaaa1 bbbb2"},
      {{"upgrade", "bbbb2"}, "bbbb2", "aaaa1 bbbb2"},
      {{"stamp", "cccc3"}, "cccc3", "aaaa1 bbbb2"},
  };
  for (const char* mode : {"migration", "run", "none"}) {
    CAPTURE(mode);
    const bench b(Db::dialect);
    const bool none = std::string_view(mode) == "none";
    for (step s : line) {
      if (none) s.options = "transaction:false";
      write_steps(b, {s});
    }
    for (const auto& [what, versions, tables] : moves) {
      const bool plain = none || what.front() == "stamp";
      const auto result = b.retort(plain ? what : with(what, {"--transaction", mode}));
      CHECK_MESSAGE(result.status == 0, result.errors);
      CHECK(b.versions() == versions);
      std::vector<std::string> there;
      for (const step& s : line) {
        if (b.has_table(std::string("t_") + s.id)) there.emplace_back(s.id);
      }
      CHECK(base::join(there, " ") == tables);
    }
  }
}

TEST_CASE("case 33: which files are migrations") {
  const bench b("sqlite");
  b.write("one/aaaa1.sql", step_text(line[0]));
  b.write("one/.#aaaa1.sql", "an editor's lock");
  b.write("one/aaaa1.sql~", "an editor's copy");
  b.write("one/deep/er/bbbb2.sql", step_text(line[1]));
  b.write("two/cccc3.sql", step_text(line[2]));
  b.write("two/README", "no migration");
  const auto history = [&](const char* locations, const char* recursive) {
    b.write("retort.toml",
            fmt::format("version_locations = [{}]\nrecursive = {}\n", locations, recursive));
    const auto result = b.tool({"history"});
    return result.status == 0 ? result.output : result.errors;
  };
  CHECK(history("'one'", "false") == "<base> -> aaaa1 (head), Step aaaa1\n");
  CHECK(history("'one', 'two'", "true") ==
        "bbbb2 -> cccc3 (head), Step cccc3\naaaa1 -> bbbb2, Step bbbb2\n"
        "<base> -> aaaa1, Step aaaa1\n");
  // A file that is missing in the middle of the chain.
  CHECK(history("'one', 'two'", "false") ==
        "FAILED: down_revision of revision 'cccc3' names 'bbbb2', which is not there\n"
        "  --> two/cccc3.sql:3\n"
        "  help: correct down_revision there, or add the file of revision 'bbbb2'\n");
  // One file by two ways is an error of its own.
  CHECK(history("'one', 'one/deep'", "true")
            .starts_with("FAILED: the file of revision 'bbbb2' is read twice\n"));
}

TEST_CASE("case 34: where new files go, and ids that cannot be") {
  const bench b("sqlite");
  b.write("one/.keep", "");
  b.write("two/.keep", "");
  b.write("retort.toml", "version_locations = ['one', 'two']\n");
  const auto several = b.tool({"revision", "-m", "x"});
  CHECK(several.status == 2);
  CHECK(several.errors ==
        "FAILED: there are several folders for new revisions: one, two\n"
        "  help: name one with --version-path\n");
  const auto illegal =
      b.tool({"revision", "-m", "x", "--rev-id", "no@atsigns-ordashes", "--version-path", "two"});
  CHECK(illegal.status == 2);
  CHECK(illegal.errors ==
        "FAILED: 'no@atsigns-ordashes' cannot be a revision id: '-', '@' not allowed in a "
        "revision identifier\n  help: leave out --rev-id to get a fresh one\n");
  CHECK(b.files("two") == std::vector<std::string>{".keep"});
  const auto made = b.tool({"revision", "-m", "x", "--rev-id", "aaaa", "--version-path", "two"});
  CHECK(made.output == "created two/aaaa_x.sql\n");
}

TEST_CASE_TEMPLATE("case 35: upgrades and downgrades as scripts", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  write_steps(b, line);
  const std::string all =
      "[ v +aaaa1 INS aaaa1 ] [ +bbbb2 UPD aaaa1>bbbb2 ] [ +cccc3 UPD bbbb2>cccc3 ]";
  const std::vector<std::pair<arguments, std::string>> table = {
      {{"upgrade", "bbbb2:cccc3"}, "[ +cccc3 UPD bbbb2>cccc3 ]"},
      {{"upgrade", "bbbb:cccc"}, "[ +cccc3 UPD bbbb2>cccc3 ]"},
      {{"upgrade", "aaaa1"}, "[ v +aaaa1 INS aaaa1 ]"},
      {{"upgrade", "head"}, all},
      {{"upgrade", "base:head"}, all},
      {{"upgrade", "cccc3:cccc3"}, ""},
      {{"downgrade", "cccc3:base"},
       "[ -cccc3 UPD cccc3>bbbb2 ] [ -bbbb2 UPD bbbb2>aaaa1 ] [ -aaaa1 DEL aaaa1 ]"},
      {{"downgrade", "cccc:bbbb"}, "[ -cccc3 UPD cccc3>bbbb2 ]"},
      {{"stamp", "base"}, ""},
  };
  for (const auto& row : table) {
    CAPTURE(row.first.back());
    CHECK(scripted(b, row.first) == row.second);
  }
  // Without a transaction the rows alone have one, and before it the guard.
  write_steps(b, {{"dddd4", "-- down_revision: cccc3", "transaction:false"}});
  CHECK(scripted(b, {"upgrade", "cccc3:dddd4"}) == "[ ] +dddd4 [ UPD cccc3>dddd4 ]");
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
