#include <fmt/format.h>

#include <sstream>
#include <string>
#include <vector>

#include "e2e/bench.h"

namespace retort::e2e {
namespace {

// Each command of the runner, as text and as JSON, on the reference environment.

TEST_SUITE_BEGIN("commands");

constexpr const char* first_id = "f140e6f46727";
constexpr const char* second = "31eb30e5f037";
constexpr const char* third = "20250605";

nlohmann::json revision_json(const char* id, const char* parent, bool head, const char* message) {
  auto parents = nlohmann::json::array();
  if (parent != nullptr) parents.push_back(parent);
  return {{"revision", id},
          {"down_revision", parents},
          {"branch_labels", nlohmann::json::array()},
          {"depends_on", nlohmann::json::array()},
          {"is_head", head},
          {"is_branch_point", false},
          {"is_merge_point", false},
          {"message", message}};
}

/// The documented keys alone: more are welcome.
nlohmann::json documented(nlohmann::json list, bool with_current = false) {
  for (auto& item : list) {
    nlohmann::json cut;
    for (const char* key : {"revision", "down_revision", "branch_labels", "depends_on", "is_head",
                            "is_branch_point", "is_merge_point", "message"}) {
      cut[key] = item.at(key);
    }
    if (with_current) cut["is_current"] = item.at("is_current");
    item = cut;
  }
  return list;
}

nlohmann::json third_json() {
  return revision_json(third, second, true, "Add used password reset tokens");
}

TEST_CASE_TEMPLATE("upgrade to the head, and again", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  const auto up = b.reviewpoint({"upgrade", "head"});
  CHECK(up.status == 0);
  CHECK(up.errors.empty());
  CHECK(without_times(up.output) ==
        fmt::format("upgrade base -> f140e6f46727  Initial migration  (TIME)\n"
                    "upgrade f140e6f46727 -> 31eb30e5f037  Add file size field  (TIME)\n"
                    "upgrade 31eb30e5f037 -> 20250605  Add used password reset tokens  (TIME)\n"
                    "{} is at 20250605\n",
                    b.shown_url()));
  CHECK(b.versions() == third);
  CHECK(b.has_table("used_password_reset_tokens"));
  const auto again = b.reviewpoint({"upgrade", "head"});
  CHECK(again.status == 0);
  CHECK(again.output == fmt::format("nothing to do: {} is at 20250605\n", b.shown_url()));
  CHECK(again.errors.empty());
}

TEST_CASE_TEMPLATE("upgrade and downgrade as JSON", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  const auto up = b.reviewpoint({"upgrade", "+2", "--json"});
  CHECK(up.status == 0);
  CHECK(json(up) == nlohmann::json::parse(R"({"before": [], "after": ["31eb30e5f037"], "steps": [
    {"direction": "upgrade", "revision": "f140e6f46727", "before": [], "after": ["f140e6f46727"]},
    {"direction": "upgrade", "revision": "31eb30e5f037",
     "before": ["f140e6f46727"], "after": ["31eb30e5f037"]}]})"));
  const auto down = b.reviewpoint({"downgrade", "-1", "--json"});
  CHECK(down.status == 0);
  CHECK(json(down) ==
        nlohmann::json::parse(R"({"before": ["31eb30e5f037"], "after": ["f140e6f46727"],
    "steps": [{"direction": "downgrade", "revision": "31eb30e5f037",
               "before": ["31eb30e5f037"], "after": ["f140e6f46727"]}]})"));
  CHECK(b.versions() == first_id);
}

TEST_CASE_TEMPLATE("downgrade by one, to a revision and to the base", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  REQUIRE(b.reviewpoint({"upgrade", "head"}).status == 0);
  const auto one = b.reviewpoint({"downgrade", "-1"});
  CHECK(one.status == 0);
  CHECK(without_times(one.output) ==
        fmt::format("downgrade 20250605 -> 31eb30e5f037  Add used password reset tokens  (TIME)\n"
                    "{} is at 31eb30e5f037\n",
                    b.shown_url()));
  CHECK_FALSE(b.has_table("used_password_reset_tokens"));
  CHECK(b.reviewpoint({"downgrade", "f140"}).status == 0);
  CHECK(b.versions() == first_id);
  CHECK(b.reviewpoint({"downgrade", "base"}).status == 0);
  CHECK(b.versions().empty());
  CHECK_FALSE(b.has_table("users"));
}

TEST_CASE_TEMPLATE("quiet says nothing, verbose shows the SQL", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  const auto quiet = b.reviewpoint({"upgrade", "+1", "-q"});
  CHECK(quiet.status == 0);
  CHECK(quiet.output.empty());
  const auto loud = b.reviewpoint({"-v", "upgrade", "+1"});
  CHECK(loud.status == 0);
  CHECK(loud.output.find("ALTER TABLE file_metadata ADD COLUMN file_size ") == 0);
}

TEST_CASE_TEMPLATE("current", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  CHECK(json(b.reviewpoint({"current", "--json"})) == nlohmann::json::array());
  const auto none = b.reviewpoint({"current", "--check-heads"});
  CHECK(none.status == 3);
  CHECK(none.output.empty());
  REQUIRE(b.reviewpoint({"upgrade", "+1"}).status == 0);
  const auto behind = b.reviewpoint({"current"});
  CHECK(behind.status == 0);
  CHECK(behind.output == "f140e6f46727\n");
  const auto no = b.reviewpoint({"current", "--check-heads"});
  CHECK(no.status == 3);
  CHECK(no.output == "f140e6f46727\n");
  CHECK(no.errors == fmt::format("{} is not at the heads\n", b.shown_url()));
  REQUIRE(b.reviewpoint({"upgrade", "head"}).status == 0);
  const auto there = b.reviewpoint({"current", "--check-heads"});
  CHECK(there.status == 0);
  CHECK(there.output == "20250605 (head)\n");
  auto expected = third_json();
  expected["is_current"] = true;
  CHECK(documented(json(b.reviewpoint({"current", "--json"})), true) ==
        nlohmann::json::array({expected}));
  const auto verbose = b.reviewpoint({"current", "-v"});
  CHECK(verbose.status == 0);
  CHECK(verbose.output.find("Current revision(s) for " + b.shown_url() +
                            ":\nRev: 20250605 (head)\n"
                            "Parent: 31eb30e5f037\n") == 0);
}

TEST_CASE_TEMPLATE("history", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  REQUIRE(b.reviewpoint({"upgrade", second}).status == 0);
  const auto all = b.reviewpoint({"history"});
  CHECK(all.status == 0);
  CHECK(all.output ==
        "31eb30e5f037 -> 20250605 (head), Add used password reset tokens\n"
        "f140e6f46727 -> 31eb30e5f037, Add file size field\n"
        "<base> -> f140e6f46727, Initial migration\n");
  const auto marked = b.reviewpoint({"history", "-i"});
  CHECK(marked.output ==
        "31eb30e5f037 -> 20250605 (head), Add used password reset tokens\n"
        "f140e6f46727 -> 31eb30e5f037 (current), Add file size field\n"
        "<base> -> f140e6f46727, Initial migration\n");
  const auto range = b.reviewpoint({"history", "-r-1:current"});
  CHECK(range.status == 0);
  CHECK(range.output == "f140e6f46727 -> 31eb30e5f037, Add file size field\n");
  CHECK(b.reviewpoint({"history", "-r", "base:f140e6f46727"}).output ==
        "<base> -> f140e6f46727, Initial migration\n");
  auto newest = third_json();
  auto middle = revision_json(second, first_id, false, "Add file size field");
  auto oldest = revision_json(first_id, nullptr, false, "Initial migration");
  CHECK(documented(json(b.reviewpoint({"--json", "history"}))) ==
        nlohmann::json::array({newest, middle, oldest}));
  newest["is_current"] = oldest["is_current"] = false;
  middle["is_current"] = true;
  CHECK(documented(json(b.reviewpoint({"history", "--json", "-i"})), true) ==
        nlohmann::json::array({newest, middle, oldest}));
}

TEST_CASE("heads, branches and show need no database") {
  const bench b("sqlite");
  CHECK(b.runner({"heads"}).output == "20250605 (head)\n");
  CHECK(documented(json(b.runner({"heads", "--json"}))) == nlohmann::json::array({third_json()}));
  CHECK(b.runner({"branches"}).output.empty());
  CHECK(json(b.runner({"branches", "--json"})) == nlohmann::json::array());
  const auto shown = b.runner({"show", "31eb"});
  CHECK(shown.status == 0);
  CHECK(shown.output.find("Rev: 31eb30e5f037\nParent: f140e6f46727\n") == 0);
  CHECK(shown.output.find("\n\n    Add file size field\n") != std::string::npos);
  CHECK(documented(json(b.runner({"show", "head", "--json"}))) ==
        nlohmann::json::array({third_json()}));
  CHECK_FALSE(b.exists("test.db"));
}

TEST_CASE("branches prints branch points only, with their children") {
  const bench b("sqlite");
  b.migration("root", "", "SELECT 1;", "");
  b.migration("left", "root", "SELECT 1;", "");
  b.migration("right", "root", "SELECT 1;", "");
  const auto text = b.retort({"branches"});
  CHECK(text.output == "root (branchpoint)\n     -> left (head)\n     -> right (head)\n");
  const auto verbose = b.retort({"branches", "-v"}).output;
  CHECK(
      verbose.starts_with("Rev: root (branchpoint)\nParent: <base>\nBranches into: left, right\n"));
  CHECK(verbose.ends_with("     -> left (head), Step left\n     -> right (head), Step right\n"));
  const auto list = json(b.retort({"branches", "--json"}));
  REQUIRE(list.size() == 1);
  CHECK(list[0]["revision"] == "root");
  CHECK(list[0]["is_branch_point"] == true);
  CHECK(json(b.retort({"heads", "--json"})).size() == 2);
}

TEST_CASE("children stand behind their branch point, however many bytes its characters have") {
  const bench b("sqlite");
  b.migration("Été", "", "SELECT 1;", "");
  b.migration("left", "Été", "SELECT 1;", "");
  b.migration("right", "Été", "SELECT 1;", "");
  CHECK(b.retort({"branches"}).output ==
        "Été (branchpoint)\n    -> left (head)\n    -> right (head)\n");
}

TEST_CASE("the marks of each listing are Alembic's") {
  const bench b("sqlite");
  const auto write = [&](const std::string& id, const std::string& header) {
    b.write("migrations/" + id + ".sql",
            "-- Step " + id + "\n-- revision: " + id + "\n" + header + "-- migrate:up\n");
  };
  write("aaaa", "");
  write("bbbb", "-- down_revision: aaaa\n-- branch_labels: lib\n");
  write("cccc", "-- down_revision: aaaa\n");
  write("dddd", "-- down_revision: bbbb, cccc\n");
  write("eeee", "-- depends_on: dddd\n-- branch_labels: app\n");
  REQUIRE(b.retort({"upgrade", "heads"}).status == 0);
  CHECK(b.retort({"heads"}).output == "dddd (lib) (effective head)\neeee (app) (head)\n");
  CHECK(b.retort({"current"}).output == "dddd (effective head) (mergepoint)\neeee (head)\n");
  // The rows alone; `current` adds what they imply.
  CHECK(b.retort({"history", "-i"}).output ==
        "<base> (dddd) -> eeee (app) (head) (current), Step eeee\n"
        "bbbb, cccc -> dddd (lib) (effective head) (mergepoint), Step dddd\n"
        "aaaa -> bbbb (lib), Step bbbb\naaaa -> cccc, Step cccc\n"
        "<base> -> aaaa (branchpoint), Step aaaa\n");
  CHECK(b.retort({"show", "dddd"})
            .output.starts_with("Rev: dddd (head) (mergepoint)\nMerges: bbbb, "
                                "cccc\nBranch names: lib\nPath: "));
  CHECK(b.retort({"show", "eeee"})
            .output.starts_with(
                "Rev: eeee (head)\nParent: <base>\nAlso depends on: dddd\nBranch names: app\n"));
}

TEST_CASE_TEMPLATE("stamp and ensure_version", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  CHECK(json(b.reviewpoint({"ensure_version", "--json"})) == nlohmann::json{{"created", true}});
  CHECK(json(b.reviewpoint({"ensure_version", "--json"})) == nlohmann::json{{"created", false}});
  const auto silent = b.reviewpoint({"ensure_version"});
  CHECK(silent.status == 0);
  CHECK(silent.errors.empty());
  CHECK(b.versions().empty());
  const auto stamped = b.reviewpoint({"stamp", second});
  CHECK(stamped.status == 0);
  CHECK(stamped.output == fmt::format("{} is at 31eb30e5f037\n", b.shown_url()));
  CHECK(b.versions() == second);
  CHECK_FALSE(b.has_table("users"));
  const auto up = b.reviewpoint({"stamp", "head", "--json"});
  CHECK(up.status == 0);
  CHECK(json(up).at("after") == nlohmann::json::array({third}));
  CHECK(b.reviewpoint({"stamp", "base"}).status == 0);
  CHECK(b.versions().empty());
  b.execute("INSERT INTO retort_version VALUES ('stranger')");
  const auto refused = b.reviewpoint({"stamp", "head"});
  CHECK(refused.status == 1);
  CHECK(b.versions() == "stranger");
  CHECK(b.reviewpoint({"stamp", "head", "--purge"}).status == 0);
  CHECK(b.versions() == third);
}

TEST_CASE_TEMPLATE("schema prints what makes the structure anew", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  if (b.is_sqlite()) {
    const auto none = b.reviewpoint({"schema"});
    CHECK(none.status == 1);
    CHECK(none.errors.find("does not exist, so it has no schema") != std::string::npos);
  }
  REQUIRE(b.reviewpoint({"upgrade", "head"}).status == 0);
  const auto printed = b.reviewpoint({"schema"});
  REQUIRE(printed.status == 0);
  CHECK(printed.output.find("CREATE TABLE users (") != std::string::npos);
  CHECK(printed.output.find("retort_version") == std::string::npos);
  CHECK(json(b.reviewpoint({"schema", "--json"})) == nlohmann::json{{"sql", printed.output}});
  const bench copy(Db::dialect);
  const auto made =
      copy.shell((b.is_sqlite() ? ".bail on\n" : "\\set ON_ERROR_STOP on\n") + printed.output);
  CHECK(made.errors.empty());
  REQUIRE(made.status == 0);
  CHECK(copy.reviewpoint({"schema"}).output == printed.output);
}

TEST_CASE_TEMPLATE("the version table is Alembic's", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  REQUIRE(b.reviewpoint({"ensure_version"}).status == 0);
  if (b.is_sqlite()) {
    CHECK(b.query("SELECT sql FROM sqlite_master WHERE name = 'retort_version'") ==
          "CREATE TABLE retort_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)");
  } else {
    CHECK(b.query("SELECT column_name, data_type, character_maximum_length, is_nullable "
                  "FROM information_schema.columns WHERE table_name = 'retort_version'") ==
          "version_num|character varying|32|NO");
  }
  // A database that Alembic managed is taken over as it stands.
  b.execute(
      "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
      "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))");
  b.execute("INSERT INTO alembic_version VALUES ('31eb30e5f037')");
  const auto current = b.reviewpoint({"current", "--version-table", "alembic_version"});
  CHECK(current.output == "31eb30e5f037\n");
  CHECK(b.reviewpoint({"upgrade", "head", "--version-table", "alembic_version"}).status == 0);
  CHECK(b.versions("alembic_version") == third);
  CHECK(b.versions().empty());
}

TEST_CASE_TEMPLATE("global options stand before and after the command", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  CHECK(b.runner({"--url", b.url(), "-q", "upgrade", "head"}).status == 0);
  CHECK(b.runner({"current", "--url", b.url()}).output == "20250605 (head)\n");
  CHECK(b.runner({"--url=" + b.url(), "current", "--json"}).output ==
        b.runner({"--json", "current", "--url=" + b.url()}).output);
  CHECK(b.runner({"--url", b.url(), "downgrade", "-1"}).status == 0);
  CHECK(b.runner({"downgrade", "-1", "--url", b.url()}).status == 0);
  CHECK(b.runner({"downgrade", "--url", b.url(), "-1"}).status == 0);
  CHECK(b.versions().empty());
}

TEST_CASE("wrong command lines exit with 2 and say what was meant") {
  const bench b("sqlite");
  const std::vector<std::pair<arguments, std::string>> table = {
      {{"upgrad", "head"},
       "FAILED: there is no command 'upgrad'\n  help: did you mean 'upgrade'?\n"},
      {{"upgrad", "--help"},
       "FAILED: there is no command 'upgrad'\n  help: did you mean 'upgrade'?\n"},
      {{"upgrade", "head", "--jsno"},
       "FAILED: unexpected argument '--jsno'\n  help: did you mean '--json'?\n"},
      {{"--ulr=sqlite://", "current"},
       "FAILED: unexpected argument '--ulr'\n  help: did you mean '--url'?\n"},
      {{}, "FAILED: no command is given\n  help: see `retort --help`\n"},
      {{"upgrade", "head", "--lock-wait", "-1"},
       "FAILED: --lock-wait takes a number from 0 to 1000000, not '-1'\n"
       "  help: see `retort upgrade --help`\n"},
      {{"upgrade", "head", "--lock-wait=1s"},
       "FAILED: --lock-wait takes a number from 0 to 1000000, not '1s'\n"
       "  help: see `retort upgrade --help`\n"},
      {{"upgrade", "head", "--transaction", "both"},
       "FAILED: --transaction takes migration or run, not 'both'\n"
       "  help: see `retort upgrade --help`\n"},
      {{"check", "model"},
       "FAILED: check takes graph, sum, models or checksums, not 'model'\n"
       "  help: see `retort check --help`\n"},
      {{"upgrade", "aaaa", "bbbb"},
       "FAILED: unexpected argument 'bbbb'\n  help: see `retort upgrade --help`\n"},
      {{"init", "one", "two"},
       "FAILED: unexpected argument 'two'\n  help: see `retort init --help`\n"},
      {{"revision", "--rev-id"},
       "FAILED: --rev-id needs a value: --rev-id ID\n  help: see `retort revision --help`\n"},
      {{"upgrade", "head", "--transaction"},
       "FAILED: --transaction needs a value: --transaction SCOPE\n"
       "  help: see `retort upgrade --help`\n"},
      {{"--url"}, "FAILED: --url needs a value: --url URL\n  help: see `retort --help`\n"},
      {{"heads", "--resolve-dependencies=maybe"},
       "FAILED: --resolve-dependencies takes no value\n  help: see `retort heads --help`\n"},
      {{"adopt", "--drop-table", "--keep-table"},
       "FAILED: --keep-table and --drop-table cannot be given together\n"
       "  help: see `retort adopt --help`\n"},
      {{"history", "--indicate"},
       "FAILED: unexpected argument '--indicate'\n  help: did you mean '--indicate-current'?\n"},
      {{"current", "--check"},
       "FAILED: unexpected argument '--check'\n  help: did you mean '--check-heads'?\n"},
      {{"heads", "--resolve-dep"},
       "FAILED: unexpected argument '--resolve-dep'\n"
       "  help: did you mean '--resolve-dependencies'?\n"},
      {{"upgrade"},
       "FAILED: upgrade needs a revision\n"
       "  help: for example `upgrade head`; from the build, REV=head\n"},
      {{"upgrade", "a:b"},
       "FAILED: the range 'a:b' is only for --sql\n"
       "  help: name the revision to go to; the database says itself where it is\n"},
      {{"revision"},
       "FAILED: a revision needs a message\n"
       "  help: write `revision -m \"add phone\"`; from the build, MESSAGE=\"add phone\"\n"},
  };
  for (const auto& [line, message] : table) {
    const auto result = b.tool(line, {{"RETORT_URL", "sqlite:///x.db"}});
    CHECK(result.status == 2);
    if (line == arguments{"upgrade"} || line == arguments{"revision"} ||
        line == arguments{"upgrade", "a:b"}) {
      b.migration("aaaa", "", "SELECT 1;", "");
      auto with_folder = line;
      with_folder.insert(with_folder.end(), {"--script-location", "migrations"});
      const auto found = b.tool(with_folder, {{"RETORT_URL", "sqlite:///x.db"}});
      CHECK(found.status == 2);
      CHECK(found.errors == message);
    } else {
      CHECK(result.errors == message);
    }
    CHECK(result.output.empty());
  }
  CHECK_FALSE(b.exists("x.db"));
}

TEST_CASE("values stand behind a sign or not, and the last one counts") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  b.migration("bbbb", "aaaa", "SELECT 1;", "");
  const arguments where = {"--script-location", "migrations", "--url", b.url()};
  const auto run = [&](arguments words) {
    words.insert(words.begin(), where.begin(), where.end());
    return b.tool(words);
  };
  REQUIRE(run({"upgrade", "aaaa"}).status == 0);
  const auto one = run({"history", "-r", "base:aaaa"});
  for (const auto* range :
       {"-r=-1:current", "-r-1:current", "--rev-range=-1:current", "-r=base:aaaa"}) {
    CAPTURE(range);
    CHECK(run({"history", range}).output == one.output);
  }
  CHECK(run({"-n=other", "heads"}).errors.find("no environment 'other'") != std::string::npos);
  CHECK(run({"revision", "-m=", "--message=two words", "--rev-id=no", "--rev-id", "cccc",
             "--format", "sql"})
            .status == 0);
  CHECK(b.read("migrations/cccc_two_words.sql").starts_with("-- two words\n"));
  CHECK(run({"--url", "sqlite:///none/x.db", "--url=" + b.url(), "current"}).status == 0);
  CHECK(run({"history", "-x=a=b", "-x", "c=d"}).status == 0);
  // An empty value is one.
  CHECK(run({"--name=", "heads"}).status == run({"--name", "", "heads"}).status);
  CHECK(run({"show", "--", "-r=x"}).errors ==
        "FAILED: no revision or branch '-r=x'\n  help: `history` lists what there is\n");
}

TEST_CASE("behind -- nothing is an option") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  b.migration("bbbb", "aaaa", "SELECT 1;", "");
  // The options that every command needs come first here.
  const auto run = [&](const arguments& words) {
    arguments all = {"--script-location", "migrations", "--url", b.url()};
    all.insert(all.end(), words.begin(), words.end());
    return b.tool(all);
  };
  CHECK(run({"upgrade", "--", "+1"}).status == 0);
  CHECK(b.versions() == "aaaa");
  CHECK(run({"upgrade", "-q", "--", "head"}).status == 0);
  CHECK(b.versions() == "bbbb");
  CHECK(run({"show", "--json", "--", "-1"}).output == run({"show", "aaaa", "--json"}).output);
  CHECK(run({"downgrade", "--", "-1"}).status == 0);
  CHECK(b.versions() == "aaaa");
  CHECK(run({"stamp", "aaaa", "--", "bbbb"}).status == 0);
  CHECK(b.versions() == "bbbb");
  CHECK(run({"heads", "--"}).output == run({"heads"}).output);
  CHECK(run({"show", "--", "--json"}).errors ==
        "FAILED: no revision or branch '--json'\n  help: `history` lists what there is\n");
  CHECK(run({"show", "--", "aaaa", "--json"}).errors ==
        "FAILED: unexpected argument '--json'\n  help: options stand before `--`\n");
  CHECK(b.tool({"init", "-t", "sql", "--", "-db"}).status == 0);
  CHECK(b.exists("-db/retort.toml"));
  // As an option's value it is text.
  CHECK(run({"revision", "--rev-id", "cccc", "-m", "--"}).status == 0);
}

TEST_CASE("a full disk behind standard output is a failure") {
  const bench b("sqlite");
  const auto result =
      b.program("sh", {"-c", fmt::format("'{}' history > /dev/full", RETORT_RUNNER)});
  CHECK(result.status == 1);
  CHECK(result.errors == "FAILED: cannot write to standard output\n");
}

/// The first words of the lines behind "Subcommands:".
std::vector<std::string> listed_commands(const std::string& help) {
  std::vector<std::string> result;
  std::istringstream lines(help.substr(help.find("Subcommands:")));
  std::string line;
  for (std::getline(lines, line); std::getline(lines, line) && line.starts_with("  ");) {
    result.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  return result;
}

TEST_CASE("help and version") {
  const bench b("sqlite");
  const auto help = b.runner({"--help"});
  CHECK(help.status == 0);
  const auto commands = listed_commands(help.output);
  CHECK(commands.size() >= 17);
  CHECK(listed_commands(b.retort({"--help"}).output) == commands);
  for (const auto& command : commands) {
    CAPTURE(command);
    const auto one = b.runner({command, "--help"});
    CHECK(one.status == 0);
    CHECK(one.output.find("Example: reviewpoint-db " + command) != std::string::npos);
  }
  const auto version = b.runner({"--version"});
  CHECK(version.status == 0);
  CHECK(version.output.find("reviewpoint-db (retort ") == 0);
}

TEST_CASE("check names what is wrong with the graph") {
  const bench b("sqlite");
  const auto sound = b.runner({"check", "graph"});
  CHECK(sound.status == 0);
  CHECK(sound.output == "the graph of 3 revisions is sound\n");
  b.migration("aaaa", "gone", "SELECT 1;", "");
  const auto broken = b.retort({"check", "graph"});
  CHECK(broken.status == 1);
  CHECK(broken.errors.find("migrations/aaaa_step.sql:4: error: ") == 0);
  const auto list = json(b.retort({"check", "--json"}));
  REQUIRE(list.size() == 1);
  CHECK(list[0]["file"] == "migrations/aaaa_step.sql");
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
