#include <fmt/format.h>

#include "e2e/bench.h"

namespace retort::e2e {
namespace {

TEST_SUITE_BEGIN("init");

TEST_CASE("a folder with the name of a target that CMake or Retort has") {
  const bench b("sqlite");
  for (const std::string name : {"test", "retort", "all"}) {
    REQUIRE(b.tool({"init", name}).status == 0);
    const auto text = b.read(name + "/CMakeLists.txt");
    CHECK_MESSAGE(text.find("retort_add_migrations(db_" + name) != std::string::npos, text);
  }
}

TEST_CASE("list_templates") {
  const bench b("sqlite");
  const auto text = b.tool({"list_templates"});
  CHECK(text.output.starts_with("generic - A CMake project's migrations"));
  const auto list = json(b.tool({"list_templates", "--json"}));
  REQUIRE(list.size() == 2);
  CHECK(list[0]["name"] == "generic");
  CHECK(list[1]["name"] == "sql");
  CHECK(text.output == fmt::format("generic - {}\nsql - {}\n",
                                   list[0]["description"].get<std::string>(),
                                   list[1]["description"].get<std::string>()));
}

TEST_CASE("a folder of SQL migrations works at once") {
  const bench b("sqlite");
  const auto made = b.tool({"init", "my-db", "-t", "sql", "--json"});
  CHECK_MESSAGE(made.status == 0, made.errors);
  CHECK(json(made)["files"] ==
        nlohmann::json::array({"my-db/README.md", "my-db/retort.toml",
                               "my-db/templates/migration.sql.in", "my-db/versions/.gitkeep"}));
  const arguments config = {"-c", "my-db/retort.toml"};
  const auto with = [&](arguments words) {
    words.insert(words.begin(), config.begin(), config.end());
    return b.tool(words);
  };
  CHECK(with({"revision", "-m", "first", "--rev-id", "aaaa"}).output ==
        "created my-db/versions/aaaa_first.sql\n");
  CHECK(with({"upgrade", "head"}).status == 0);
  CHECK(b.exists("my_db.db"));
  CHECK(with({"current"}).output == "aaaa (head)\n");
}

TEST_CASE("an environment for CMake names what its programs can do") {
  const bench b("sqlite");
  CHECK(b.tool({"init", "sub/db"}).status == 0);
  const auto fragment = b.read("sub/db/CMakeLists.txt");
  CHECK(fragment.find("find_package(retort 0.1 REQUIRED COMPONENTS sqlite postgres runner)") !=
        std::string::npos);
  CHECK(fragment.find('@') == std::string::npos);
  CHECK(b.read("sub/db/retort.toml").find("# ix = \"ix_@column_0_label@\"") != std::string::npos);
  CHECK(nlohmann::json::accept(b.read("sub/db/CMakePresets.json")));
  CHECK_FALSE(b.exists("CMakePresets.json"));
}

TEST_CASE("a project gets the presets, and is told where to add what") {
  const bench b("sqlite");
  b.write("CMakeLists.txt", "");
  const auto made = b.tool({"init", "db"});
  CHECK(made.output.ends_with(
      "created CMakePresets.json\nnext:\n"
      "  in CMakeLists.txt, after project(): enable_testing()\n"
      "                                      add_subdirectory(db)\n"
      "  cmake --preset db && cmake --build --preset db\n"
      "  MESSAGE=\"create accounts\" cmake --build --preset db --target db-revision\n"));
  CHECK(nlohmann::json::parse(b.read("CMakePresets.json"))["include"] ==
        nlohmann::json::array({"db/CMakePresets.json"}));
  const auto again = b.tool({"init", "second"});
  CHECK(again.output.find("in CMakePresets.json: \"include\": [\"second/CMakePresets.json\"]") !=
        std::string::npos);
  CHECK(nlohmann::json::parse(b.read("CMakePresets.json"))["include"].size() == 1);
}

TEST_CASE("a folder's name is quoted where it is to be typed") {
  const bench b("sqlite");
  const auto alone = b.tool({"init", "we ird"});
  CHECK_MESSAGE(alone.output.find("  cmake -S 'we ird' -B 'we ird/build' && cmake --build 'we "
                                  "ird/build'\n") != std::string::npos,
                alone.output);
  b.write("CMakeLists.txt", "");
  const auto added = b.tool({"init", "od d"});
  CHECK_MESSAGE(added.output.find("add_subdirectory(\"od d\")\n") != std::string::npos,
                added.output);
  const auto sql = b.tool({"init", "la st", "-t", "sql"});
  CHECK_MESSAGE(sql.output.find("retort -c 'la st/retort.toml' revision") != std::string::npos,
                sql.output);
}

TEST_CASE("what init refuses, and that it then writes nothing") {
  const bench b("sqlite");
  b.write("full/file", "mine");
  const auto before = b.files("");
  CHECK(b.tool({"init"}).status == 2);
  const auto taken = b.tool({"init", "full"});
  CHECK(taken.status == 2);
  CHECK(taken.errors ==
        "FAILED: full is there already and is not empty\n  help: name a new folder\n");
  CHECK(b.tool({"init", "."}).errors ==
        "FAILED: . is there already and is not empty\n  help: name a new folder\n");
  CHECK(b.tool({"init", "db", "-t", "generc"}).errors ==
        "FAILED: there is no template 'generc'\n  help: did you mean 'generic'?\n");
  CHECK(b.tool({"init", "full/file/db"}).status == 1);
  CHECK(b.files("") == before);
  CHECK(b.files("full") == std::vector<std::string>{"file"});
  b.write("note", "");
  CHECK(b.tool({"init", "note"}).errors ==
        "FAILED: note is there already and is not a folder\n  help: name a new folder\n");
  REQUIRE(b.program("ln", {"-s", "nowhere", "link"}).status == 0);
  CHECK(b.tool({"init", "link"}).errors ==
        "FAILED: link is there already and is not a folder\n  help: name a new folder\n");
  CHECK(b.read("note").empty());
  CHECK(b.program("readlink", {"link"}).output == "nowhere\n");
  // A folder that is there and empty is taken.
  REQUIRE(b.program("mkdir", {"empty"}).status == 0);
  CHECK(b.tool({"init", "empty/", "-t", "sql"}).status == 0);
  CHECK(b.exists("empty/retort.toml"));
}

TEST_CASE("the current folder is taken where it is empty") {
  for (const auto* name : {".", "./"}) {
    const bench b("sqlite");
    const auto made = b.tool({"init", name});
    CAPTURE(made.errors);
    REQUIRE(made.status == 0);
    CHECK(b.exists("retort.toml"));
    CHECK(b.exists("versions/.gitkeep"));
    CHECK_FALSE(b.exists(".part"));
    CHECK(made.output.find("cmake -S . -B ./build && cmake --build ./build") != std::string::npos);
  }
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
