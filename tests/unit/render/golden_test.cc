#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include <retort/error.h>
#include <retort/postgres.h>
#include <retort/sqlite.h>

#include "dialect/backend.h"
#include "model/apply.h"
#include "record/recorder.h"
#include "render/cpp.h"
#include "unit/render/cases.h"
#include "unit/render/recorded.h"

// tests/golden/render holds what `cpp_calls` writes of all cases. It is compiled into this program,
// and what it records must be what it was written from. RETORT_UPDATE_GOLDEN=1 writes the files
// anew; then build again.

namespace retort::render {
namespace {

struct side {
  const dialect::dialect& target;
  std::vector<render_case> cases;
  model::schema before;
  void (*recorded)(operations& op);
};

std::vector<std::string> sql_of_all(const dialect::dialect& target,
                                    const std::vector<model::operation>& operations) {
  std::vector<dialect::statement> statements;
  for (auto op : operations) {
    op.where = {};
    target.write(op, statements);
  }
  std::vector<std::string> all;
  for (const auto& one : statements) all.push_back(one.sql + one.rows);
  return all;
}

std::string rendered(const side& of, const render_case& one) {
  const auto fallback = [&](const model::operation& op) { return sql_of_all(of.target, {op}); };
  return cpp_calls({{one.what, {}}}, of.target.name(), fallback, "op", 2);
}

/// What differs though it means the same: line breaks for blanks, and how the server shows a
/// function.
std::string plain(std::string sql) {
  for (const std::string_view word : {"OR REPLACE ", "public."}) {
    if (const auto at = sql.find(word); at != std::string::npos) sql.erase(at, word.size());
  }
  std::string out;
  for (const char c : sql) {
    const bool is_space = c == ' ' || c == '\n';
    if (!is_space) out += c;
    if (is_space && !out.ends_with(' ')) out += ' ';
  }
  return out;
}

std::string sql(const side& of, const std::vector<model::operation>& operations) {
  std::string all;
  for (const auto& one : sql_of_all(of.target, operations)) all += plain(one) + ";\n";
  return all;
}

model::schema after(const side& of, const std::vector<model::operation>& operations) {
  model::tracked_schema state = {of.before, {}};
  for (const auto& op : operations) model::apply(state, op);
  return of.target.normalise(state.schema);
}

/// The operations that the calls of each case record: each begins with a mark in the file.
std::vector<std::vector<model::operation>> recorded_by_case(const side& of) {
  std::vector<std::vector<model::operation>> all;
  for (auto& op : record::replay(of.recorded, of.target.name())) {
    const auto* raw = std::get_if<model::execute>(&op.what);
    if (raw != nullptr && raw->sql.starts_with("-- case ")) {
      all.emplace_back();
    } else {
      all.back().push_back(std::move(op));
    }
  }
  return all;
}

std::string mark(std::size_t place, const render_case& one) {
  const auto described = fmt::format("-- case {}: {}", place, model::describe(one.what));
  return cpp_calls({{model::execute{described}, {}}}, "sqlite", {}, "op", 2);
}

void compare_text(const side& of) {
  std::string made;
  for (std::size_t i = 0; i < of.cases.size(); ++i) {
    made += mark(i, of.cases[i]) + "\n" + rendered(of, of.cases[i]) + "\n";
  }
  const auto path =
      fmt::format("{}/tests/golden/render/{}.inc", RETORT_SOURCE_DIR, of.target.name());
  if (std::getenv("RETORT_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << made;
  std::ostringstream kept;
  kept << std::ifstream(path).rdbuf();
  CHECK(made == kept.str());
}

void compare_meaning(const side& of) {
  const auto recorded = recorded_by_case(of);
  REQUIRE(recorded.size() == of.cases.size());
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const auto& one = of.cases[i];
    CAPTURE(rendered(of, one));
    const std::vector<model::operation> given = {{one.what, {}}};
    if (one.by != proof::schema) CHECK(sql(of, recorded[i]) == sql(of, given));
    if (one.by != proof::sql) CHECK(after(of, recorded[i]) == after(of, given));
  }
}

side postgresql() {
  return {postgres_backend().dialect(), postgresql_cases(), postgresql_before(),
          recorded_postgresql};
}

side sqlite() {
  return {sqlite_backend().dialect(), sqlite_cases(), sqlite_before(), recorded_sqlite};
}

}  // namespace

TEST_CASE("operations on PostgreSQL become these calls") { compare_text(postgresql()); }
TEST_CASE("operations on SQLite become these calls") { compare_text(sqlite()); }
TEST_CASE("the calls record what they were written from, on PostgreSQL") {
  compare_meaning(postgresql());
}
TEST_CASE("the calls record what they were written from, on SQLite") { compare_meaning(sqlite()); }

}  // namespace retort::render
