#include <fmt/format.h>

#include <regex>

#include "e2e/bench.h"

namespace retort::e2e {
namespace {

TEST_SUITE_BEGIN("revision");

std::string only_new_file(const bench& b, const std::string& folder) {
  const auto files = b.files(folder);
  REQUIRE(files.size() == 1);
  return files.front();
}

TEST_CASE("a SQL revision from the template") {
  const bench b("sqlite");
  b.write("new/.keep", "");
  const auto made = b.runner({"revision", "-m", "Add phone", "--format", "sql", "--version-path",
                              "new", "--rev-id", "abc123def456"});
  CHECK_MESSAGE(made.status == 0, made.errors);
  CHECK(made.output == "created new/abc123def456_add_phone.sql\n");
  const std::string text = std::regex_replace(b.read("new/abc123def456_add_phone.sql"),
                                              std::regex("created: [-0-9T:]+Z"), "created: NOW");
  CHECK(text ==
        "-- Add phone\n--\n-- revision: abc123def456\n-- down_revision: 20250605\n"
        "-- created: NOW\n\n-- migrate:up\n\n-- migrate:down\n");
}

TEST_CASE("a C++ revision from the template") {
  const bench b("sqlite");
  b.write("new/.keep", "");
  const auto made = b.runner({"revision", "-m", "Add phone", "--format", "cpp", "--version-path",
                              "new", "--rev-id", "abc123def456"});
  CHECK_MESSAGE(made.status == 0, made.errors);
  const std::string text = b.read("new/abc123def456_add_phone.cc");
  CHECK(text.find("RETORT_MIGRATION(abc123def456){\n") != std::string::npos);
  CHECK(text.find("    .down_revision = {\"20250605\"},\n") != std::string::npos);
  CHECK(text.find("    .message = \"Add phone\",\n") != std::string::npos);
  CHECK(text.find("@") == std::string::npos);
}

TEST_CASE("ids are twelve hexadecimal digits") {
  const bench b("sqlite");
  b.write("migrations/.keep", "");
  for (int n = 0; n < 5; ++n) {
    const auto made = json(b.retort({"revision", "-m", "next", "--json"}));
    CHECK(std::regex_match(made.at("revision").get<std::string>(), std::regex("[0-9a-f]{12}")));
    CHECK(made.at("path") == fmt::format("migrations/{}_next.sql", made["revision"]));
  }
  CHECK(json(b.retort({"history", "--json"})).size() == 5);
  CHECK(b.retort({"upgrade", "head"}).status == 0);
}

TEST_CASE("hostile messages come back as they were written") {
  const std::vector<std::string> messages = {
      "plain",
      "quotes \" and \\ backslash",
      "it's -- a */ comment /* ; $$",
      "revision: other",
      "-- migrate:up",
      "migrate:down",
      "\xC3\x9C"
      "bergr\xC3\xB6\xC3\x9F"
      "e \xE6\x97\xA5\xE6\x9C\xAC",
      "@revision@ ?\?/ @@",
      "../../etc/passwd",
      "------",
      "a message that is quite a lot longer than what anybody would take for a file's name in the "
      "end",
      "percent %s {} ${HOME} `id`",
  };
  for (const auto& message : messages) {
    CAPTURE(message);
    const bench b("sqlite");
    b.write("migrations/.keep", "");
    const auto made = b.retort({"revision", "-m", message});
    CHECK_MESSAGE(made.status == 0, made.errors);
    const auto list = json(b.retort({"history", "--json"}));
    REQUIRE(list.size() == 1);
    CHECK(list[0]["message"] == message);
    CHECK(b.retort({"upgrade", "head"}).status == 0);
    CHECK(b.retort({"downgrade", "base"}).status == 0);
  }
}

TEST_CASE("hostile messages in C++ stay in their string") {
  const bench b("sqlite");
  b.write("new/.keep", "");
  const auto made = b.runner({"revision", "-m", "a \"quote\", a \\ and\na line ?\?/", "--format",
                              "cpp", "--version-path", "new", "--rev-id", "abc123def456"});
  CHECK_MESSAGE(made.status == 0, made.errors);
  const auto files = b.files("new");
  REQUIRE(files.size() == 2);
  CHECK(b.read("new/" + files.back())
            .find("    .message = \"a \\\"quote\\\", a \\\\ and\\na line ?\\?/\",\n") !=
        std::string::npos);
}

TEST_CASE("messages, labels and ids that cannot be read back are refused") {
  const bench b("sqlite");
  b.write("migrations/.keep", "");
  struct row {
    arguments what;
    int status;
    const char* errors;
  };
  const std::vector<row> table = {
      {{"revision", "-m", "caf\xE9"},
       2,
       "FAILED: the message is not UTF-8\n  help: write it in UTF-8, as the file will be\n"},
      {{"revision", "-m", "  "},
       2,
       "FAILED: a revision needs a message\n"
       "  help: write `revision -m \"add phone\"`; from the build, MESSAGE=\"add phone\"\n"},
      {{"revision", "-m", "x", "--rev-id", "a b"},
       2,
       "FAILED: 'a b' cannot be a revision id: ' ' not allowed in a revision identifier\n"
       "  help: leave out --rev-id to get a fresh one\n"},
      {{"revision", "-m", "x", "--branch-label", "a:b"},
       2,
       "FAILED: 'a:b' cannot be a branch label: ':' not allowed in a branch label\n"
       "  help: a label is a name without @ and :, slashes, quotes and blanks\n"},
      {{"revision", "-m", "x", "--depends-on", "none"},
       1,
       "FAILED: no revision or branch 'none'\n  help: there are no revisions here yet\n"},
  };
  for (const auto& [what, status, errors] : table) {
    const auto result = b.retort(what);
    CHECK(result.status == status);
    CHECK(result.errors == errors);
  }
  CHECK(only_new_file(b, "migrations") == ".keep");
}

TEST_CASE("the user's own templates, and a mistake in one") {
  const bench b("sqlite");
  b.write("migrations/.keep", "");
  b.write("templates/migration.sql.in",
          "-- @message@ (ours)\n-- revision: @revision@\n@?down_revision@-- down_revision: "
          "@down_revision@\n-- migrate:up\nSELECT 'mail@@example.org';\n-- migrate:down\n");
  b.write("retort.toml",
          "url = \"sqlite:///test.db\"\nscript_location = \"migrations\"\ntemplates = "
          "\"templates\"\nfile_template = \"@year@-@revision@\"\n");
  const auto made = json(b.tool({"revision", "-m", "x", "--rev-id", "aaaa", "--json"}));
  CHECK(std::regex_match(made.at("path").get<std::string>(),
                         std::regex("migrations/20[0-9]{2}-aaaa\\.sql")));
  CHECK(b.read(made.at("path")) ==
        "-- x (ours)\n-- revision: aaaa\n-- migrate:up\nSELECT 'mail@example.org';\n-- "
        "migrate:down\n");
  b.write("templates/migration.sql.in", "-- @massage@\n");
  const auto refused = b.tool({"revision", "-m", "y"});
  CHECK(refused.status == 1);
  CHECK(refused.errors ==
        "FAILED: unknown placeholder '@massage@'\n  --> templates/migration.sql.in:1:4\n"
        "   | -- @massage@\n   |    ^\n"
        "  help: did you mean 'message'?; an @ of its own is written @@\n");
  CHECK(b.files("migrations").size() == 2);
}

TEST_CASE("a folder of templates that is not there is said") {
  const bench b("sqlite");
  b.write("migrations/.keep", "");
  b.write("retort.toml", "script_location = \"migrations\"\ntemplates = \"nodir\"\n");
  const auto refused = b.tool({"revision", "-m", "x"});
  CHECK(refused.status == 1);
  CHECK(refused.errors ==
        "FAILED: there is no folder nodir, which the configuration names as the place of the "
        "templates\n  --> retort.toml:2:13\n  help: make the folder, or correct `templates`\n");
  CHECK(b.files("migrations") == std::vector<std::string>{".keep"});
}

TEST_CASE("a folder of migrations that is not there is told at the line that names it") {
  const bench b("sqlite");
  b.write("retort.toml", "script_location = \"nodir\"\n");
  const auto one = b.tool({"heads"});
  CHECK(one.status == 1);
  CHECK(one.errors ==
        "FAILED: there is no folder nodir, which the configuration names as a place of "
        "migrations\n  --> retort.toml:1:19\n  help: make the folder, or correct the "
        "configuration\n");
  b.write("here/.keep", "");
  b.write("retort.toml", "version_locations = [\"here\",\n  \"nodir\"]\n");
  CHECK(b.tool({"heads"}).errors.find("\n  --> retort.toml:2:3\n") != std::string::npos);
}

TEST_CASE("the runner refuses a folder with revisions that it was not built with") {
  const bench b("sqlite");
  b.write("new/aaaa_other.sql", "-- Other\n-- revision: aaaa\n-- migrate:up\n");
  const auto refused = b.runner({"revision", "-m", "mine", "--version-path", "new"});
  CHECK(refused.status == 1);
  CHECK(refused.errors ==
        "FAILED: aaaa_other.sql declares revision 'aaaa', which this program was not built with\n"
        "  --> new/aaaa_other.sql\n"
        "  help: build the project first, so that the new revision gets the right parent\n");
  b.write("new/aaaa_other.sql", "nothing of ours\n");
  b.write("new/bbbb_code.cc", "#include <retort/migration.h>\n\nRETORT_MIGRATION(bbbb) {};\n");
  CHECK(b.runner({"revision", "-m", "mine", "--version-path", "new"}).status == 1);
  CHECK(b.files("new").size() == 2);
}

TEST_CASE("the generic tool refuses a --version-path with revisions that it does not read") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  b.write("new/bbbb_other.sql", "-- Other\n-- revision: bbbb\n-- migrate:up\n");
  const auto refused = b.retort({"revision", "-m", "mine", "--version-path", "new"});
  CHECK(refused.status == 2);
  CHECK(refused.errors ==
        "FAILED: new is not one of the version locations, migrations\n"
        "  help: name one of them, or add the folder to version_locations in retort.toml\n");
  CHECK(b.files("new").size() == 1);
}

TEST_CASE("--head, --splice and an id that is there") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  b.migration("bbbb", "aaaa", "SELECT 1;", "");
  const auto no_head = b.retort({"revision", "-m", "x", "--head", "aaaa"});
  CHECK(no_head.status == 1);
  CHECK(no_head.errors ==
        "FAILED: revision aaaa is not a head\n"
        "  help: write --splice to start a branch there, or name a head\n");
  CHECK(
      b.retort({"revision", "-m", "x", "--head", "aaaa", "--splice", "--rev-id", "cccc"}).status ==
      0);
  CHECK(json(b.retort({"heads", "--json"})).size() == 2);
  const auto twice = b.retort({"revision", "-m", "x", "--head", "bbbb", "--rev-id", "cccc"});
  CHECK(twice.status == 1);
  CHECK(twice.errors ==
        "FAILED: there is a revision 'cccc' already\n"
        "  help: leave out --rev-id to get a fresh one\n");
  CHECK(
      b.retort({"revision", "-m", "merge", "--head", "bbbb", "--head", "cccc", "--rev-id", "dddd"})
          .status == 0);
  CHECK(json(b.retort({"heads", "--json"})).at(0)["down_revision"] ==
        nlohmann::json::array({"bbbb", "cccc"}));
}

TEST_CASE("a folder that is not there or cannot be written to") {
  const bench b("sqlite");
  const auto missing = b.runner({"revision", "-m", "x", "--version-path", "nowhere"});
  CHECK(missing.status == 1);
  CHECK(missing.errors ==
        "FAILED: there is no folder nowhere to write the revision to\n"
        "  help: create it, or name another with --version-path\n");
}

/// A folder with two branches.
void write_fork(const bench& b) {
  b.migration("aaaa", "", "SELECT 1;", "");
  b.migration("bbbb", "aaaa", "SELECT 1;", "");
  b.migration("cccc", "aaaa", "SELECT 1;", "");
}

TEST_CASE("merge joins heads") {
  const bench b("sqlite");
  write_fork(b);
  const auto made = b.retort({"merge", "heads", "--rev-id", "dddd", "--branch-label", "trunk"});
  CHECK_MESSAGE(made.status == 0, made.errors);
  CHECK(made.output == "created migrations/dddd_merge_bbbb_and_cccc.sql\n");
  const auto shown = json(b.retort({"show", "dddd", "--json"}));
  CHECK(shown.at(0)["down_revision"] == nlohmann::json::array({"bbbb", "cccc"}));
  CHECK(shown.at(0)["branch_labels"] == nlohmann::json::array({"trunk"}));
  CHECK(shown.at(0)["message"] == "merge bbbb and cccc");
  // One parent alone makes a plain child, as in Alembic.
  const auto child = b.retort({"merge", "dddd", "-m", "only one", "--rev-id", "eeee", "--json"});
  CHECK(json(child) ==
        nlohmann::json{{"revision", "eeee"}, {"path", "migrations/eeee_only_one.sql"}});
}

TEST_CASE("current names no revision where no database is asked") {
  const bench b("sqlite");
  write_fork(b);
  const std::string refused =
      "FAILED: 'current' names no revision here: it is where a database is, and none is asked\n"
      "  help: name the revision; `current` lists the database's\n";
  CHECK(b.retort({"revision", "-m", "x", "--head", "current"}).errors == refused);
  CHECK(b.retort({"merge", "current"}).errors == refused);
  CHECK(b.retort({"revision", "-m", "x", "--head", "bbbb", "--depends-on", "current"}).errors ==
        refused);
  CHECK(b.files("migrations").size() == 3);
}

TEST_CASE("each --depends-on names one revision") {
  const bench b("sqlite");
  write_fork(b);
  const std::string help =
      "  help: name one revision or branch label; --depends-on may be repeated\n";
  CHECK(b.retort({"revision", "-m", "x", "--head", "bbbb", "--depends-on", "heads"}).errors ==
        "FAILED: 'heads' names 2 revisions to depend on\n" + help);
  CHECK(b.retort({"revision", "-m", "x", "--head", "bbbb", "--depends-on", "base"}).errors ==
        "FAILED: 'base' names no revision to depend on\n" + help);
  CHECK(b.files("migrations").size() == 3);
  CHECK(b.retort({"revision", "-m", "x", "--head", "bbbb", "--depends-on", "cccc"}).status == 0);
}

TEST_CASE("a file that nothing would read is not written") {
  const bench b("sqlite");
  write_fork(b);
  b.write("new/.keep", "");
  b.write("retort.toml", "file_template = \"@slug@\"\n");
  const auto nameless =
      b.runner({"--config", "retort.toml", "revision", "-m", "plain", "--version-path", "new"});
  CHECK(nameless.status == 1);
  CHECK(nameless.errors.find("file_template makes plain.cc, which does not show revision") !=
        std::string::npos);
  b.write("retort.toml", "file_template = \"@year@/@revision@\"\n");
  const auto below =
      b.runner({"--config", "retort.toml", "revision", "-m", "below", "--version-path", "new"});
  CHECK(below.status == 2);
  CHECK(below.errors.find("RECURSIVE in retort_add_migrations") != std::string::npos);
  b.write("retort.toml", "file_template = \"@year@/@revision@\"\nrecursive = true\n");
  const arguments first = {"--config",       "retort.toml", "revision", "-m",  "below",
                           "--version-path", "new",         "--rev-id", "dddd"};
  REQUIRE(b.runner(first).status == 0);
  const auto second =
      b.runner({"--config", "retort.toml", "revision", "-m", "more", "--version-path", "new"});
  CHECK(second.status == 1);
  CHECK(second.errors.find("declares revision 'dddd', which this program was not built with") !=
        std::string::npos);
}

TEST_CASE("what merge refuses") {
  const bench b("sqlite");
  write_fork(b);
  CHECK(b.retort({"merge"}).errors ==
        "FAILED: merge needs the revisions to join\n"
        "  help: for example `merge heads -m \"join\"`; from the build, REV=heads\n");
  CHECK(b.retort({"merge", "aaaa", "bbbb"}).errors ==
        "FAILED: revision aaaa is not a head\n"
        "  help: write --splice to start a branch there, or name a head\n");
  CHECK(b.retort({"merge", "aaaa", "bbbb", "--splice"}).errors ==
        "FAILED: aaaa is an ancestor of bbbb, so there is nothing to merge\n"
        "  help: leave out aaaa\n");
  CHECK(b.retort({"merge", "bbbb", "bb"}).status != 0);
  CHECK(b.retort({"merge", "bbbb", "bbbb"}).errors ==
        "FAILED: head bbbb is named twice\n  help: name it once\n");
  CHECK(b.retort({"merge", "heads", "--rev-id", "aaaa"}).status == 1);
  CHECK(b.files("migrations").size() == 3);
}

TEST_CASE("edit opens the files in the user's editor, without a shell") {
  const bench b("sqlite");
  write_fork(b);
  b.write("editor",
          "#!/bin/sh\nfor word; do echo \"[$word]\"; done >seen\necho edited\nexit ${STATUS:-0}\n");
  REQUIRE(b.program("chmod", {"+x", "editor"}).status == 0);
  const variables editor = {{"VISUAL", ""}, {"EDITOR", "./editor --wait $HOME;"}};
  CHECK(b.retort({"edit", "heads"}, editor).status == 0);
  CHECK(b.read("seen") ==
        "[--wait]\n[$HOME;]\n[migrations/bbbb_step.sql]\n[migrations/cccc_step.sql]\n");
  REQUIRE(b.retort({"upgrade", "aaaa"}).status == 0);
  CHECK(json(b.retort({"edit", "current", "--json"}, editor)) ==
        nlohmann::json{{"paths", {"migrations/aaaa_step.sql"}}});
  CHECK(b.read("seen").find("aaaa_step.sql") != std::string::npos);
  const variables failing = {{"VISUAL", "./editor"}, {"STATUS", "3"}};
  const auto failed = b.retort({"edit", "-1"}, failing);
  CHECK(failed.status == 1);
  CHECK(failed.errors ==
        "FAILED: the editor ./editor ended with status 3\n"
        "  help: see what it said; VISUAL or EDITOR names another one\n");
  REQUIRE(b.retort({"downgrade", "base"}).status == 0);
  CHECK(b.retort({"edit", "current"}, editor).errors ==
        "FAILED: the database is at no revision, so none is edited\n"
        "  help: name the revision; `history` lists them\n");
  CHECK(b.retort({"edit", "base"}, editor).errors ==
        "FAILED: 'base' names no revision to edit\n"
        "  help: name a revision; `history` lists them\n");
}

TEST_CASE("several version locations: a new revision goes where its parent is") {
  const bench b("sqlite");
  b.write("one/aaaa.sql", "-- A\n-- revision: aaaa\n-- migrate:up\n");
  b.write("two/bbbb.sql", "-- B\n-- revision: bbbb\n-- migrate:up\n");
  b.write("retort.toml", "version_locations = [\"one\", \"two\"]\n");
  CHECK(b.tool({"revision", "-m", "x", "--head", "bbbb", "--rev-id", "cccc"}).output ==
        "created two/cccc_x.sql\n");
  CHECK(b.tool({"revision", "-m", "x", "--head", "base", "--rev-id", "dddd"}).errors ==
        "FAILED: there are several folders for new revisions: one, two\n"
        "  help: name one with --version-path\n");
  CHECK(b.tool({"revision", "-m", "x", "--head", "base", "--rev-id", "dddd", "--version-path",
                "./one/"})
            .status == 0);
  CHECK(b.files("one").size() == 2);
}

TEST_CASE("a file name with folders in it") {
  const bench b("sqlite");
  b.write("versions/aaaa.sql", "-- A\n-- revision: aaaa\n-- migrate:up\n");
  const std::string name = "file_template = \"@year@/@revision@_@slug@\"\n";
  b.write("retort.toml", "script_location = \"versions\"\n" + name);
  const auto refused = b.tool({"revision", "-m", "x"});
  CHECK(refused.status == 2);
  CHECK(refused.errors.find("nothing below it is read") != std::string::npos);
  CHECK(b.files("versions").size() == 1);
  b.write("retort.toml", "script_location = \"versions\"\nrecursive = true\n" + name);
  CHECK(b.tool({"revision", "-m", "x", "--rev-id", "bbbb"}).status == 0);
  CHECK(json(b.tool({"heads", "--json"})).at(0)["revision"] == "bbbb");
}

TEST_CASE("the time zone of new files") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  b.write("retort.toml", "timezone = \"Asia/Kathmandu\"\nscript_location = \"migrations\"\n");
  REQUIRE(b.tool({"revision", "-m", "x", "--rev-id", "bbbb"}).status == 0);
  CHECK(b.read("migrations/bbbb_x.sql").find("+05:45\n") != std::string::npos);
  b.write("retort.toml", "timezone = \"fake\"\nscript_location = \"migrations\"\n");
  const auto refused = b.tool({"revision", "-m", "y"});
  CHECK(refused.status == 1);
  CHECK(refused.errors ==
        "FAILED: there is no time zone 'fake' on this machine\n  --> retort.toml:1:12\n"
        "  help: write an IANA name such as \"Europe/Berlin\", \"UTC\" or \"local\"\n");
  CHECK(b.files("migrations").size() == 2);
}

TEST_CASE("post-write hooks run without a shell, and their exit status counts") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  b.write("hook", "#!/bin/sh\necho \"$1|${2##*/}|$#\" >>seen\necho it is so\nexit ${STATUS:-0}\n");
  REQUIRE(b.program("chmod", {"+x", "hook"}).status == 0);
  b.write("retort.toml",
          "script_location = \"migrations\"\n"
          "[[post_write_hooks]]\ncommand = [\"./hook\", \"$(touch pwned); one\"]\n"
          "[[post_write_hooks]]\nname = \"second\"\ncommand = [\"./hook\", \"@path@\", \"two\"]\n"
          "[[post_write_hooks]]\ncommand = [\"no-such-program\"]\nformat = \"cpp\"\n");
  const auto made = b.tool({"revision", "-m", "x", "--rev-id", "bbbb", "--json"});
  CHECK(made.status == 0);
  CHECK(json(made).at("revision") == "bbbb");
  CHECK(made.errors == "it is so\nit is so\n");
  CHECK(b.read("seen") ==
        fmt::format("$(touch pwned); one|bbbb_x.sql|2\n{}/migrations/bbbb_x.sql|two|2\n",
                    b.folder()));
  CHECK_FALSE(b.exists("pwned"));
  const auto failed = b.tool({"revision", "-m", "y", "--rev-id", "cccc"}, {{"STATUS", "4"}});
  CHECK(failed.status == 1);
  CHECK(failed.errors ==
        fmt::format("it is so\n"
                    "FAILED: the post-write hook './hook' failed on {}/migrations/cccc_y.sql with "
                    "status 4, so nothing is written\n"
                    "  help: mend what it says, or take it out of post_write_hooks in "
                    "retort.toml\n",
                    b.folder()));
  CHECK_FALSE(b.exists("migrations/cccc_y.sql"));
  CHECK(b.tool({"revision", "-m", "y", "--format", "cpp"}).errors ==
        "it is so\nit is so\n"
        "FAILED: the post-write hook 'no-such-program' cannot run, so nothing is written: program "
        "'no-such-program' is not found\n"
        "  help: install it, or add its folder to PATH\n");
  CHECK(b.files("migrations").size() == 2);
}

TEST_CASE("a file that does not say what it was asked to say is not written") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  constexpr auto whole =
      "-- revision: @revision@\n@?down_revision@-- down_revision: @down_revision@\n-- migrate:up\n";
  const auto refused = [&](const std::string& text, const std::string& hook,
                           const arguments& more) {
    b.write("templates/migration.sql.in", text);
    b.write("retort.toml", "script_location = \"migrations\"\ntemplates = \"templates\"\n" + hook);
    arguments words = {"revision", "-m", "x", "--rev-id", "bbbb"};
    words.insert(words.end(), more.begin(), more.end());
    const auto made = b.tool(words);
    CHECK(made.status == 1);
    CHECK(b.files("migrations").size() == 1);
    return made.errors;
  };
  const auto would_not = [&](const std::string& what, const std::string& key) {
    return fmt::format(
        "FAILED: migrations/bbbb_x.sql would not declare {}, so nothing is "
        "written\n  help: give the template migration.sql.in its `@{}@`, and see "
        "what the post-write hooks do\n",
        what, key);
  };
  CHECK(refused(whole, "", {"--branch-label", "l"}) ==
        would_not("branch_labels l", "branch_labels"));
  CHECK(refused(whole, "", {"--depends-on", "aaaa"}) == would_not("depends_on aaaa", "depends_on"));
  CHECK(refused("-- revision: fixed\n-- migrate:up\n", "", {}) ==
        would_not("revision bbbb", "revision"));
  CHECK(refused("-- revision: @revision@\n-- migrate:up\n", "", {}) ==
        would_not("down_revision aaaa", "down_revision"));
  CHECK(refused("no header\n", "", {}).find("bbbb_x.sql:1") != std::string::npos);
  CHECK(refused(whole, "[[post_write_hooks]]\ncommand = [\"rm\"]\n", {}).find("bbbb_x.sql") !=
        std::string::npos);
}

TEST_CASE("a C++ file that does not say what it was asked to say is not written") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  b.write("retort.toml", "script_location = \"migrations\"\ntemplates = \"templates\"\n");
  b.write("templates/migration.cc.in",
          "RETORT_MIGRATION(@revision@){.down_revision = {@down_revision@}};\n");
  CHECK(b.tool({"revision", "-m", "x", "--format", "cpp", "--branch-label", "l"})
            .errors.find("would not declare branch_labels l") != std::string::npos);
  CHECK(b.files("migrations").size() == 1);
  CHECK(b.tool({"revision", "-m", "x", "--format", "cpp"}).status == 0);
}

TEST_CASE("a folder that is read at run time gets SQL, whatever is compiled in") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  for (const auto* id : {"bbbb", "cccc"}) {
    const auto made =
        b.runner({"--script-location", "migrations", "revision", "-m", "x", "--rev-id", id});
    CAPTURE(made.errors);
    CHECK(made.status == 0);
    CHECK(b.exists(fmt::format("migrations/{}_x.sql", id)));
  }
}

TEST_CASE("a file that would break the graph is not written") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  for (const arguments& wrong :
       {arguments{"--rev-id", "head"}, arguments{"--rev-id", "current"},
        arguments{"--branch-label", "base"}, arguments{"--branch-label", "aaaa"}}) {
    arguments words = {"revision", "-m", "x"};
    words.insert(words.end(), wrong.begin(), wrong.end());
    CHECK(b.retort(words).status == 2);
    words[0] = "merge";
    words.insert(words.begin() + 1, "heads");
    CHECK(b.retort(words).status == 2);
  }
  CHECK(b.files("migrations").size() == 1);
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
