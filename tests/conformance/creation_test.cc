#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include <retort/sqlite.h>

#include "base/text_tools.h"
#include "conformance/postgres_server.h"
#include "diff/creation.h"
#include "process/postgres_programs.h"
#include "process/run.h"
#include "script/split.h"

// What introspection shows of a database makes the same database anew: as pg_dump sees it on
// PostgreSQL, as PRAGMAs and sqlite_master tell on SQLite.

namespace retort::conformance {
namespace {

std::string text_of(const std::string& name) {
  std::ifstream file(std::string(RETORT_SOURCE_DIR) + "/tests/conformance/" + name);
  REQUIRE(file.good());
  std::ostringstream all;
  all << file.rdbuf();
  return all.str();
}

void load(db::connection& connection, const std::string& name, base::sql_flavour flavour) {
  for (const auto& statement : script::split(text_of(name), flavour)) {
    CAPTURE(statement.sql);
    REQUIRE_NOTHROW(connection.execute(statement.sql));
  }
}

void create(db::connection& connection, const model::schema& wanted,
            const dialect::dialect& target) {
  std::vector<dialect::statement> statements;
  for (const auto& op : diff::creation(wanted, target)) target.write(op, statements);
  for (const auto& statement : statements) {
    CAPTURE(statement.sql);
    REQUIRE_NOTHROW(connection.execute(statement.sql));
  }
}

/// `pg_dump -s`, without the lines that are different in every dump.
std::string dump(const db::url& url) {
  const auto programs = process::find_postgres_programs();
  const auto dumped = process::run(
      {.program = programs + "/pg_dump",
       .arguments = {"-s", "-h", url.host, "-p", url.port, "-U", url.user, url.database},
       .environment = {{"PGPASSWORD", url.password}}});
  REQUIRE(dumped.errors == "");
  std::string kept;
  for (const auto& line : base::split_list(dumped.output, '\n')) {
    if (line.find("restrict ") == std::string::npos) kept += line + "\n";
  }
  return kept;
}

TEST_CASE("a PostgreSQL database made anew has the same dump") {
  const auto server = postgres_server();
  if (!server) return;
  const auto& target = postgres_backend().dialect();
  const postgres_database original(*server);
  load(*original.connection, "postgres_everything.sql", target.flavour());
  const auto shown = target.introspect(*original.connection, "retort_version");
  const postgres_database copy(*server);
  copy.connection->execute("SET check_function_bodies = off");
  create(*copy.connection, shown, target);
  CHECK(dump(copy.url) == dump(original.url));
  CHECK(target.introspect(*copy.connection, "retort_version") == shown);
}

/// What SQLite itself says about a database, in which only the text of tables and indexes is free.
std::string facts(db::connection& connection) {
  std::string all;
  for (const char* sql :
       {"SELECT m.name, lower(x.name), upper(replace(x.type, ' ', '')), x.\"notnull\", "
        "x.dflt_value, x.pk, x.hidden FROM sqlite_master m, pragma_table_xinfo(m.name) x "
        "WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, x.cid",
        "SELECT m.name, CASE WHEN l.origin = 'c' THEN l.name END, l.\"unique\", l.origin, "
        "l.partial, i.seqno, i.cid, i.name, i.\"desc\", i.coll, i.key FROM sqlite_master m, "
        "pragma_index_list(m.name) l, pragma_index_xinfo(l.name) i WHERE m.type = 'table' "
        "ORDER BY 1, 2, 3, 4, 5, 6, 7, 8",
        "SELECT m.name, f.\"table\", f.\"from\", f.\"to\", f.on_update, f.on_delete, f.seq FROM "
        "sqlite_master m, pragma_foreign_key_list(m.name) f ORDER BY 1, 2, 3, 4",
        "SELECT name, type, ncol, wr, strict FROM pragma_table_list ORDER BY 1",
        "SELECT type, name, tbl_name FROM sqlite_master ORDER BY 1, 2",
        "SELECT user_version, application_id FROM pragma_user_version, pragma_application_id"}) {
    for (const auto& row : connection.query(sql).rows) {
      for (const auto& cell : row) all += cell.value_or("NULL") + "|";
      all += "\n";
    }
  }
  return all;
}

TEST_CASE("an SQLite database made anew is the same") {
  const auto& target = sqlite_backend().dialect();
  const auto original = target.open_memory();
  load(*original, "sqlite_everything.sql", target.flavour());
  const auto shown = target.introspect(*original, "retort_version");
  const auto copy = target.open_memory();
  create(*copy, shown, target);
  CHECK(facts(*copy) == facts(*original));
  CHECK(target.introspect(*copy, "retort_version") == shown);
}

}  // namespace
}  // namespace retort::conformance
