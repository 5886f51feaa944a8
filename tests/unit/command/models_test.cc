#include "command/models.h"

#include <doctest/doctest.h>
#include <retort/bundle.h>
#include <retort/error.h>

#include <filesystem>
#include <fstream>

#include "base/diagnostics.h"

namespace {

namespace fs = std::filesystem;
using namespace retort::command;

void make_users(retort::operations& /*schema*/) {}

constexpr retort::models users = {.schema = make_users};
const retort::bundle::set accounts = {
    .name = "accounts",
    .models =
        {
            {.path = "../users.cc", .code = &users},
            {.path = "../roles.sql", .sql = {"CREATE TABLE ", "roles (id INTEGER);"}},
        },
};
const retort::bundle::set shop = {.name = "shop",
                                  .models = {{.path = "../shop.sql", .sql = {"-- nothing"}}}};
const retort::bundle::program both = {.name = "app", .sets = {&accounts, &shop}};

/// A folder that is gone with the object.
struct folder {
  fs::path path = fs::temp_directory_path() / "retort-models-test";
  folder() { fs::create_directories(path); }
  ~folder() { fs::remove_all(path); }

  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(path / name) << content;
    return (path / name).string();
  }
  environment configured(const std::string& configuration) const {
    global_options options;
    options.configuration_file = write("retort.toml", configuration);
    return {both, options};
  }
};

std::string problem(const environment& env, const std::string& named_file = "") {
  try {
    find_models(env, named_file);
  } catch (const retort::error& e) {
    return retort::base::render(e);
  }
  return "no error";
}

}  // namespace

TEST_CASE("models that are compiled in come set by set, each in its order") {
  const auto found = find_models(environment(both, {}), "");
  REQUIRE(found.size() == 3);
  CHECK(found[0].name == "../users.cc");
  CHECK((found[0].define == make_users));
  CHECK(found[0].sql.empty());
  CHECK(found[1].name == "../roles.sql");
  CHECK((found[1].define == nullptr));
  CHECK(found[1].sql == "CREATE TABLE roles (id INTEGER);");
  CHECK(found[2].name == "../shop.sql");
  CHECK(find_models(environment({}, {}), "").empty());
}

TEST_CASE("the configuration's models go before them, the command line's before both") {
  const folder home;
  home.write("one.sql", "SELECT 1;");
  home.write("two.sql", "SELECT 2;");
  const auto named = home.write("three.sql", "SELECT 3;");
  const auto env = home.configured("models = ['two.sql', 'one.sql']");
  const auto found = find_models(env, "");
  REQUIRE(found.size() == 2);
  CHECK(found[0].name == (home.path / "two.sql").string());
  CHECK(found[0].sql == "SELECT 2;");
  CHECK(found[1].sql == "SELECT 1;");
  const auto said = find_models(env, named);
  REQUIRE(said.size() == 1);
  CHECK(said[0].name == named);
  CHECK(said[0].sql == "SELECT 3;");
}

TEST_CASE("files that cannot be models") {
  const folder home;
  const auto env = home.configured("models = ['nowhere.sql']");
  CHECK(problem(env) == "FAILED: cannot read " + (home.path / "nowhere.sql").string() +
                            "\n  it is named by `models` of the configuration"
                            "\n  help: check that it is a readable file\n");
  CHECK(problem(env, home.path.string()) ==
        "FAILED: cannot read " + home.path.string() +
            "\n  it is named by --models\n  help: check that it is a readable file\n");
  CHECK(problem(env, "models.cc") ==
        "FAILED: the models in models.cc are C++, which cannot be read at run time\n"
        "  help: compile them in with retort_add_models, or name a SQL file\n");
}
