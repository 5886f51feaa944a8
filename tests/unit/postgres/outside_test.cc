#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "postgres/dialect.h"

using retort::dialect::outside;

namespace {

struct expectation {
  const char* sql;
  outside kind;
};

const std::vector<expectation> table = {
    {"CREATE TABLE vacuum (id INTEGER)", outside::wrapped},
    {"CREATE INDEX i ON t (concurrently)", outside::wrapped},
    {"CREATE INDEX concurrently ON t (n)", outside::alone},  // The name is missing: it is the word.
    {"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (n)", outside::alone},
    {"-- a comment\n/* and /* another */ */ create index\n  concurrently i on t (n)",
     outside::alone},
    {"DROP INDEX CONCURRENTLY i", outside::alone},
    {"DROP INDEX i", outside::wrapped},
    {"REINDEX TABLE CONCURRENTLY t", outside::alone},
    {"REINDEX (CONCURRENTLY) TABLE t", outside::alone},
    {"REINDEX TABLE t", outside::wrapped},
    {"REINDEX DATABASE d", outside::alone},
    {"REINDEX (VERBOSE) SYSTEM d", outside::alone},
    {"VACUUM", outside::alone},
    {"VACUUM (FULL) t", outside::alone},
    {"CLUSTER", outside::alone},
    {"CLUSTER VERBOSE", outside::alone},
    {"CLUSTER t", outside::alone},
    {"ANALYZE t", outside::wrapped},
    {"ALTER TYPE mood ADD VALUE 'x'", outside::wrapped},
    {"ALTER SYSTEM SET work_mem = '1MB'", outside::alone},
    {"ALTER DATABASE d SET TABLESPACE s", outside::alone},
    {"ALTER DATABASE d SET work_mem = '1MB'", outside::wrapped},
    {"ALTER TABLE t DETACH PARTITION p CONCURRENTLY", outside::alone},
    {"ALTER TABLE t DETACH PARTITION p", outside::wrapped},
    {"REFRESH MATERIALIZED VIEW CONCURRENTLY v", outside::wrapped},
    {"CREATE DATABASE d", outside::alone},
    {"CREATE TABLESPACE s LOCATION '/x'", outside::alone},
    {"CALL p()", outside::piecemeal},
    {"DO $$BEGIN UPDATE t SET n = 1; END$$", outside::wrapped},
    {"DO $$BEGIN UPDATE t SET n = 1; COMMIT; END$$", outside::piecemeal},
    {"SET work_mem = '1MB'", outside::setting},
    {"RESET ALL", outside::setting},
    {"SELECT set_config('a.b', 'c', false)", outside::setting},
    {"SELECT pg_catalog.set_config('a.b', 'c', false)", outside::setting},
    {"SELECT f()", outside::wrapped},
    {"BEGIN", outside::opens},
    {"START TRANSACTION", outside::opens},
    {"COMMIT", outside::closes},
    {"END", outside::closes},
    {"ROLLBACK", outside::closes},
};

}  // namespace

TEST_CASE("what a statement is outside a transaction") {
  const retort::postgres::postgres_dialect dialect;
  for (const auto& row : table) {
    const std::string sql = row.sql;
    CAPTURE(sql);
    retort::dialect::statement statement;
    statement.sql = sql;
    CHECK(static_cast<int>(dialect.classify(statement)) == static_cast<int>(row.kind));
  }
}
