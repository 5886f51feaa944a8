#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sqlite/dialect.h"

using retort::dialect::outside;

namespace {

struct expectation {
  const char* sql;
  outside kind;
};

const std::vector<expectation> table = {
    {"CREATE TABLE t (id INTEGER)", outside::wrapped},
    {"/* a */ VACUUM", outside::alone},
    {"VACUUM INTO 'x'", outside::alone},
    {"PRAGMA user_version = 3", outside::wrapped},
    {"PRAGMA main.user_version = 3", outside::wrapped},
    {"PRAGMA application_id(4)", outside::wrapped},
    {"PRAGMA journal_mode = WAL", outside::alone},
    {"PRAGMA foreign_keys = ON", outside::setting},
    {"ATTACH 'x.db' AS x", outside::setting},
    {"DETACH x", outside::setting},
    {"REINDEX", outside::wrapped},
    {"BEGIN IMMEDIATE", outside::opens},
    {"SAVEPOINT s", outside::opens},
    {"RELEASE s", outside::closes},
    {"COMMIT", outside::closes},
    {"END TRANSACTION", outside::closes},
};

}  // namespace

TEST_CASE("what a statement is outside a transaction") {
  const retort::sqlite::sqlite_dialect dialect;
  for (const auto& row : table) {
    const std::string sql = row.sql;
    CAPTURE(sql);
    retort::dialect::statement statement;
    statement.sql = sql;
    CHECK(static_cast<int>(dialect.classify(statement)) == static_cast<int>(row.kind));
  }
}
