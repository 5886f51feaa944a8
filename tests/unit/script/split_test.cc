#include "script/split.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "rendered.h"

namespace {

namespace fs = std::filesystem;
using retort::base::sql_flavour;
using retort::script::rendered;
using retort::script::split;
using retort::script::sql_statement;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Compares with the file beside the input; RETORT_UPDATE_GOLDEN writes it instead.
void check_golden(fs::path input, const std::string& actual) {
  const fs::path golden = input.replace_extension(".golden");
  if (std::getenv("RETORT_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(golden, std::ios::binary) << actual;
    return;
  }
  CAPTURE(golden.string());
  REQUIRE(fs::exists(golden));
  CHECK(actual == read(golden));
}

/// The .sql files of a folder under tests/golden/split, sorted.
std::set<fs::path> inputs(const std::string& folder) {
  std::set<fs::path> found;
  for (const auto& entry :
       fs::directory_iterator(RETORT_SOURCE_DIR "/tests/golden/split" + folder)) {
    if (entry.path().extension() == ".sql") found.insert(entry.path());
  }
  return found;
}

sql_flavour flavour_of(const std::string& sql) {
  const std::string line = sql.substr(0, sql.find('\n'));
  if (line == "-- sqlite") return sql_flavour::sqlite;
  REQUIRE(line == "-- postgresql");
  return sql_flavour::postgresql;
}

std::string shown(const std::vector<sql_statement>& statements) {
  std::string text;
  for (const sql_statement& s : statements) {
    text += "=== " + std::to_string(s.line) + ':' + std::to_string(s.column) + '\n' + s.sql + '\n';
  }
  return text;
}

}  // namespace

TEST_CASE("golden: statements and their places") {
  const std::set<fs::path> files = inputs("");
  CHECK(files.size() >= 10);
  for (const fs::path& file : files) {
    CAPTURE(file.string());
    const std::string sql = read(file);
    std::vector<sql_statement> statements;
    REQUIRE_NOTHROW(statements = split(sql, flavour_of(sql), 1, file.filename().string()));
    check_golden(file, shown(statements));
    // What was cut out is one statement again, and each place is where it stands.
    for (const sql_statement& s : statements) {
      CAPTURE(s.sql);
      const auto again = split(s.sql, flavour_of(sql));
      REQUIRE(again.size() == 1);
      CHECK(again[0].sql == s.sql);
    }
  }
}

TEST_CASE("golden: what cannot be split") {
  const std::set<fs::path> files = inputs("/invalid");
  CHECK(files.size() >= 5);
  for (const fs::path& file : files) {
    CAPTURE(file.string());
    const std::string sql = read(file);
    const auto call = [&] { split(sql, flavour_of(sql), 1, file.filename().string()); };
    const std::string message = rendered(call);
    CHECK(message != "no error");
    check_golden(file, message);
  }
}

TEST_CASE("what is no statement") {
  for (const auto flavour : {sql_flavour::sqlite, sql_flavour::postgresql}) {
    for (const std::string sql : {"", " \n", ";", ";;\n;", "-- only\n", "/* a */ ; -- b", "\n\n"}) {
      CAPTURE(sql);
      CHECK(split(sql, flavour).empty());
    }
  }
}

TEST_CASE("positions count from the given line, columns in characters") {
  const auto statements = split("/* ü */ select 1;\n\n  'é';x", sql_flavour::sqlite, 40);
  CHECK(statements ==
        std::vector<sql_statement>{{"select 1", 40, 9}, {"'é'", 42, 3}, {"x", 42, 7}});
}
