#include "command/config.h"

#include <doctest/doctest.h>
#include <retort/error.h>

#include <map>

#include "base/diagnostics.h"

namespace {

using namespace retort::command;
using strings = std::vector<std::string>;

const std::map<std::string, std::string> variables = {
    {"USER", "ada"}, {"EMPTY", ""}, {"DB_URL", "postgresql://u:secret@h/db"}};

std::optional<std::string> lookup(const std::string& name) {
  const auto found = variables.find(name);
  return found == variables.end() ? std::nullopt : std::optional(found->second);
}

settings load(const std::string& text, const std::string& section = "") {
  return load_settings(text, "env/retort.toml", section, lookup);
}

std::string problem(const std::string& text, const std::string& section = "") {
  try {
    const settings loaded = load(text, section);
    if (loaded.url_problem) return retort::base::render(*loaded.url_problem);
  } catch (const retort::error& e) {
    return retort::base::render(e);
  }
  return "no error";
}

constexpr const char* every_key_twice = R"(
url = "sqlite:///a.db"
url_env = "APP_DB_URL"
script_location = "versions"
version_locations = ["one", "/abs/two", "../three"]
models = ["models.sql", "/abs/more.sql", "../further.sql"]
recursive = true
version_table = "v"
schema = "app"
extra_search_path = ["public", "ext"]
role = "owner"
file_template = "@revision@"
slug_length = 10
timezone = "Europe/Berlin"
version_table_schema = "audit"
include_objects = ["app_*"]
exclude_objects = ["index:tmp_*"]
templates = "templates"
format = "sql"
transaction = "run"
lock_wait = 5

[production]
url = "${DB_URL}"
recursive = false
format = "cpp"
transaction = "migration"
lock_wait = 0
)";

}  // namespace

TEST_CASE("an empty file leaves every setting at its default") {
  const settings s = load("");
  CHECK_FALSE(s.url.has_value());
  CHECK_FALSE(s.url_env.has_value());
  CHECK_FALSE(s.script_location.has_value());
  CHECK(s.version_locations.empty());
  CHECK(s.models.empty());
  CHECK_FALSE(s.templates.has_value());
  CHECK_FALSE(s.recursive);
  CHECK_FALSE(s.version_table.has_value());
  CHECK_FALSE(s.schema.has_value());
  CHECK(s.extra_search_path.empty());
  CHECK_FALSE(s.role.has_value());
  CHECK(s.file_template == "@revision@_@slug@");
  CHECK(s.slug_length == 40);
  CHECK_FALSE(s.format.has_value());
  CHECK_FALSE(s.transaction.has_value());
  CHECK_FALSE(s.lock_wait.has_value());
  CHECK(s.timezone == "UTC");
  CHECK_FALSE(s.version_table_schema.has_value());
  CHECK(s.post_write_hooks.empty());
  CHECK(s.naming_convention == retort::model::naming_convention());
  CHECK(s.environments.empty());
}

TEST_CASE("every key") {
  const settings s = load(every_key_twice);
  CHECK(s.url == "sqlite:///a.db");
  CHECK(s.url_env == "APP_DB_URL");
  CHECK(s.script_location == "env/versions");
  CHECK(s.version_locations == strings{"env/one", "/abs/two", "three"});
  CHECK(s.models == strings{"env/models.sql", "/abs/more.sql", "further.sql"});
  CHECK(s.templates == "env/templates");
  CHECK(s.recursive);
  CHECK(s.version_table == "v");
  CHECK(s.schema == "app");
  CHECK(s.extra_search_path == strings{"public", "ext"});
  CHECK(s.role == "owner");
  CHECK(s.file_template == "@revision@");
  CHECK(s.slug_length == 10);
  CHECK(s.timezone == "Europe/Berlin");
  CHECK(s.version_table_schema == "audit");
  CHECK(s.include_objects == strings{"app_*"});
  CHECK(s.exclude_objects == strings{"index:tmp_*"});
  CHECK(s.format == retort::script::file_format::sql);
  CHECK(s.transaction == transaction_scope::run);
  CHECK(s.lock_wait == 5);
  CHECK(s.environments == strings{"production"});
}

TEST_CASE("an environment's table overrides what holds for all") {
  const settings s = load(every_key_twice, "production");
  CHECK(s.url == "postgresql://u:secret@h/db");
  // Both say where the database is.
  CHECK_FALSE(s.url_env);
  CHECK_FALSE(s.recursive);
  CHECK(s.format == retort::script::file_format::cpp);
  CHECK(s.transaction == transaction_scope::migration);
  CHECK(s.lock_wait == 0);
}

TEST_CASE("an environment's folder takes the place of the folders that hold for all") {
  const std::string file =
      "version_locations = ['a', 'b']\n[one]\nscript_location = 'c'\n[two]\nrecursive = true\n";
  const settings one = load(file, "one");
  CHECK(one.script_location == "env/c");
  CHECK(one.version_locations.empty());
  CHECK(load(file, "two").version_locations == std::vector<std::string>{"env/a", "env/b"});
}

TEST_CASE("variables") {
  const auto url = [](const std::string& value) { return load("url = '" + value + "'").url; };
  CHECK(url("a${USER}b${USER}") == "aadabada");
  CHECK(url("${NONE:-x:-y}") == "x:-y");
  CHECK(url("a${EMPTY:-x}") == "ax");
  CHECK(url("a${EMPTY}") == "a");
  CHECK(url("a${NONE:-}") == "a");
  CHECK(url("${EMPTY}") == std::nullopt);
  CHECK(url("${DB_URL:-x}") == "postgresql://u:secret@h/db");
  CHECK(url("$${USER} $USER $ $$") == "${USER} $USER $ $$");
  CHECK(load("version_locations = ['${USER}']").version_locations == strings{"env/ada"});
  // A table that is not in effect needs no variables.
  CHECK(load("url = 'x'\n[other]\nurl = '${NONE}'").url == "x");
  CHECK(load("url = '${NONE}'\n[other]\nurl = 'x'", "other").url == "x");
}

TEST_CASE("a variable that is not there, and no word of the value") {
  CHECK(problem("\nurl = \"postgresql://u:secret@${PGHOST}/db\"") ==
        "FAILED: 'url' needs the variable PGHOST, and it is not set\n"
        "  --> env/retort.toml:2:7\n"
        "  help: set PGHOST, or write ${PGHOST:-default}\n");
  CHECK(problem("url = \"secret${\"") ==
        "FAILED: 'url' has a '${' without its '}'\n"
        "  --> env/retort.toml:1:7\n"
        "  help: a '${' of its own is written '$${'\n");
  CHECK(problem("url = \"${se-cret}\"") ==
        "FAILED: 'url' has a '${…}' that names no variable\n"
        "  --> env/retort.toml:1:7\n"
        "  help: write ${NAME} or ${NAME:-default}; a '${' of its own is written '$${'\n");
}

TEST_CASE("a pattern for a type that no object has") {
  CHECK(problem("include_objects = ['*', 'materialized view:m', 'grants on schema:s']") ==
        "no error");
  CHECK(problem("exclude_objects = ['table:t',\n  'sequense:t.*']") ==
        "FAILED: no object is of type 'sequense'\n"
        "  --> env/retort.toml:2:3\n"
        "  help: did you mean 'sequence'?\n");
}

TEST_CASE("values that only a new file would need are looked at, too") {
  CHECK(problem("timezone = 'UTC'\nfile_template = '@epoch@_@revision@'") == "no error");
  CHECK(problem("\n timezone = 'Mars/Phobos'").find("\n  --> env/retort.toml:2:13\n") !=
        std::string::npos);
  CHECK(problem("file_template = '@rev@_@slug@'")
            .find("FAILED: file_template \"@rev@_@slug@\": unknown placeholder '@rev@'\n"
                  "  --> env/retort.toml:1:17\n") == 0);
}

TEST_CASE("an environment may have no hooks where all the others have some") {
  const std::string text =
      "[[post_write_hooks]]\ncommand = ['x']\n[quiet]\npost_write_hooks = []\n";
  CHECK(load(text).post_write_hooks.size() == 1);
  CHECK(load(text, "quiet").post_write_hooks.empty());
}

TEST_CASE("unknown keys") {
  CHECK(problem("# c\nurll = \"postgresql://u:secret@h/db\"") ==
        "FAILED: unknown key 'urll'\n"
        "  --> env/retort.toml:2:1\n"
        "  help: did you mean 'url'?\n");
  CHECK(problem("[a]\n  colour = 1")
            .find("FAILED: unknown key 'colour'\n"
                  "  --> env/retort.toml:2:3\n"
                  "  help: the keys are autogenerate_online, checksums, concurrently_wait, ") == 0);
  CHECK(problem("[a.b]\nurl = 'x'").find("FAILED: unknown key 'b'\n") == 0);
  CHECK(problem("[[hooks]]\nname = 'x'").find("FAILED: unknown key 'hooks'\n") == 0);
  CHECK(problem("[naming_convention]\nindex = 'a'") ==
        "FAILED: unknown key 'index'\n  --> env/retort.toml:2:1\n"
        "  help: the keys are ix, uq, ck, fk, pk\n");
  CHECK(problem("[[post_write_hooks]]\ncomand = ['x']") ==
        "FAILED: unknown key 'comand'\n  --> env/retort.toml:2:1\n"
        "  help: did you mean 'command'?\n");
}

TEST_CASE("a variable that is not set is a problem for who needs the URL alone") {
  const settings s = load("url = '${NONE}'\nschema = 'app'");
  CHECK_FALSE(s.url.has_value());
  REQUIRE(s.url_problem.has_value());
  CHECK(s.schema == "app");
  CHECK(problem("schema = '${NONE}'").find("FAILED: 'schema' needs the variable NONE") == 0);
}

TEST_CASE("naming conventions") {
  const char* text =
      "naming_convention = { ix = 'ix_@column_0_label@', pk = 'pk_@table_name@' }\n"
      "[other.naming_convention]\nix = '${USER}_@column_0_N_name@'\n";
  CHECK(load(text).naming_convention.ix == "ix_@column_0_label@");
  CHECK(load(text).naming_convention.pk == "pk_@table_name@");
  CHECK(load(text).naming_convention.uq.empty());
  CHECK(load(text, "other").naming_convention.ix == "ada_@column_0_N_name@");
  CHECK(load(text, "other").naming_convention.pk.empty());
  CHECK(problem("[naming_convention]\nix = 'ix_@table@'") ==
        "FAILED: unknown placeholder '@table@'\n"
        "  --> env/retort.toml:2:6\n"
        "  help: the placeholders are table_name, column_0_name, column_0_label, column_0_N_name, "
        "referred_table_name, referred_column_0_name\n");
  CHECK(problem("[naming_convention]\nix = 1") ==
        "FAILED: 'ix' wants a string in quotes\n  --> env/retort.toml:2:6\n");
  CHECK(problem("naming_convention = 'ix'")
            .find("FAILED: 'naming_convention' wants a table, such as ") == 0);
}

TEST_CASE("post-write hooks") {
  const settings s = load(
      "[[post_write_hooks]]\nname = 'format'\ncommand = ['clang-format', '-i']\nformat = 'cpp'\n"
      "[[post_write_hooks]]\ncommand = ['sqlfluff', '${USER}', '@path@']\n");
  REQUIRE(s.post_write_hooks.size() == 2);
  CHECK(s.post_write_hooks[0].name == "format");
  CHECK(s.post_write_hooks[0].command == strings{"clang-format", "-i"});
  CHECK(s.post_write_hooks[0].format == retort::script::file_format::cpp);
  CHECK(s.post_write_hooks[1].name == "sqlfluff");
  CHECK(s.post_write_hooks[1].command == strings{"sqlfluff", "ada", "@path@"});
  CHECK_FALSE(s.post_write_hooks[1].format.has_value());
  CHECK(problem("[[post_write_hooks]]\nname = 'x'") ==
        "FAILED: a post-write hook has no 'command'\n"
        "  --> env/retort.toml:1:1\n"
        "  help: write the program and its arguments: command = [\"clang-format\", \"-i\"]\n");
  CHECK(problem("[[post_write_hooks]]\ncommand = 'a b'") ==
        "FAILED: 'command' wants a list of strings, such as [\"a\", \"b\"]\n"
        "  --> env/retort.toml:2:11\n");
  CHECK(problem("[[post_write_hooks]]\ncommand = ['a']\nformat = 'py'") ==
        "FAILED: 'format' wants \"cpp\" or \"sql\"\n  --> env/retort.toml:3:10\n");
  CHECK(problem("post_write_hooks = ['a']") ==
        "FAILED: 'post_write_hooks' wants tables, each under [[post_write_hooks]]\n"
        "  --> env/retort.toml:1:20\n");
}

TEST_CASE("wrong types and values") {
  CHECK(problem("recursive = \"yes\"") ==
        "FAILED: 'recursive' wants true or false\n"
        "  --> env/retort.toml:1:13\n");
  CHECK(problem("url = ['secret']") ==
        "FAILED: 'url' wants a string in quotes\n"
        "  --> env/retort.toml:1:7\n");
  CHECK(problem("[url]\nx = 1").find("FAILED: 'url' wants a string in quotes\n") == 0);
  CHECK(problem("version_locations = ['a', 1]") ==
        "FAILED: 'version_locations' wants a list of strings, such as [\"a\", \"b\"]\n"
        "  --> env/retort.toml:1:21\n");
  CHECK(problem("lock_wait = 1.5") ==
        "FAILED: 'lock_wait' wants a whole number\n"
        "  --> env/retort.toml:1:13\n");
  CHECK(problem("lock_wait = -1") ==
        "FAILED: 'lock_wait' wants a number from 0 to 86400\n"
        "  --> env/retort.toml:1:13\n");
  CHECK(problem("slug_length = 0") ==
        "FAILED: 'slug_length' wants a number from 1 to 200\n"
        "  --> env/retort.toml:1:15\n");
  CHECK(problem("format = 'c++'") ==
        "FAILED: 'format' wants \"cpp\" or \"sql\"\n"
        "  --> env/retort.toml:1:10\n");
  CHECK(problem("version_table = ''") ==
        "FAILED: 'version_table' is empty\n"
        "  --> env/retort.toml:1:17\n"
        "  help: name the table, or leave the key out: it is retort_version then\n");
  CHECK(problem("file_template = ''") ==
        "FAILED: 'file_template' is empty\n"
        "  --> env/retort.toml:1:17\n"
        "  help: write a name, or leave the key out: it is @revision@_@slug@ then\n");
  CHECK(problem("timezone = '${EMPTY}'") ==
        "FAILED: 'timezone' is empty\n"
        "  --> env/retort.toml:1:12\n"
        "  help: name the zone, or leave the key out: it is UTC then\n");
  for (const std::string key : {"format", "checksums", "transaction"}) {
    CAPTURE(key);
    CHECK(problem(key + " = ''").find("FAILED: '" + key + "' wants \"") == 0);
  }
  CHECK(problem("[[post_write_hooks]]\ncommand = ['a']\nformat = ''") ==
        "FAILED: 'format' wants \"cpp\" or \"sql\"\n  --> env/retort.toml:3:10\n");
  // An environment takes back with it what holds for all.
  for (const std::string key : {"url", "schema", "role", "templates", "version_table_schema"}) {
    CHECK(problem(key + " = ''") == "no error");
  }
  CHECK(problem("transaction = 'all'") ==
        "FAILED: 'transaction' wants \"migration\" or \"run\"\n"
        "  --> env/retort.toml:1:15\n");
  // In an environment that is not asked for, too.
  CHECK(problem("[a]\nrecursive = 1") ==
        "FAILED: 'recursive' wants true or false\n"
        "  --> env/retort.toml:2:13\n");
}

TEST_CASE("malformed TOML, and no word of what was read") {
  struct example {
    std::string toml;
    std::string message;
    std::string place;
  };
  const std::vector<example> examples = {
      {"url = true_secret", "boolean: expected value-terminator", "1:11"},
      {"url = \"secret", "string: encountered end-of-file", "1:14"},
      {"url = 99999999999999999999999", "number out of range", "1:30"},
      {"url = 'a'\nurl = 'secret'", "key-value pair: cannot redefine existing string 'url'", "2:7"},
      {"url = \"a\"secret\"", "key-value pair: expected a comment or whitespace", "1:10"},
      {"= 1", "root table: expected keys, tables, whitespace or comments", "1:1"},
      {"role = '\xE9'", "Encountered invalid utf-8 sequence", "1:8"},
  };
  for (const example& e : examples) {
    CAPTURE(e.toml);
    CHECK(problem(e.toml) ==
          "FAILED: malformed TOML: " + e.message + "\n  --> env/retort.toml:" + e.place + "\n");
  }
  CHECK(problem("schema = 'a'\nurl = secret\n") ==
        "FAILED: malformed TOML: value: could not determine value type\n"
        "  --> env/retort.toml:2:7\n"
        "  help: put text in quotes\n");
}

TEST_CASE("an environment that is not there") {
  CHECK(problem("[production]\n[development]\n", "prodution") ==
        "FAILED: env/retort.toml has no environment 'prodution'\n"
        "  help: did you mean 'production'?\n");
  CHECK(problem("[b]\n[a]\n", "staging") ==
        "FAILED: env/retort.toml has no environment 'staging'\n"
        "  help: its environments are a, b\n");
  CHECK(problem("url = 'x'\n", "a") ==
        "FAILED: env/retort.toml has no environment 'a'\n"
        "  help: it has no environments; write a table [a]\n");
  CHECK(problem("url = 'x'\n", "url").find("FAILED: env/retort.toml has no environment 'url'\n") ==
        0);
  try {
    load("", "a");
  } catch (const retort::error& e) {
    CHECK(e.kind == retort::failure::usage);
  }
}
