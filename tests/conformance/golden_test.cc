#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include <retort/data.h>
#include <retort/error.h>
#include <retort/sqlite.h>

#include "conformance/postgres_server.h"
#include "dialect/backend.h"
#include "record/recorder.h"

// Every call of a migration and the SQL that it becomes, without a database:
// tests/golden/operations. RETORT_UPDATE_GOLDEN=1 writes the files anew.

namespace retort::conformance {
namespace {

namespace t = retort::types;

struct call {
  const char* name;
  void (*body)(operations& op);
};

const call calls[] = {
    {"create_table: types",
     [](operations& op) {
       op.create_table("typed", {column("a", t::boolean),
                                 column("b", t::smallint),
                                 column("c", t::integer),
                                 column("d", t::bigint),
                                 column("e", t::real),
                                 column("f", t::double_precision),
                                 column("g", t::numeric(10, 2)),
                                 column("h", t::text),
                                 column("i", t::varchar(20)),
                                 column("j", t::character(3)),
                                 column("k", t::bytes),
                                 column("l", t::date),
                                 column("m", t::time),
                                 column("n", t::timestamp),
                                 column("o", t::timestamptz),
                                 column("p", t::interval),
                                 column("q", t::json),
                                 column("r", t::jsonb),
                                 column("s", t::uuid),
                                 column("t", t::inet),
                                 column("u", t::raw("int4range"))});
     }},
    {"create_table: columns and constraints",
     [](operations& op) {
       op.create_table(
           "t",
           {column("id", t::bigint).identity().primary_key(),
            column("a", t::varchar(20)).not_null().unique().server_default(literal("it's")),
            column("b", t::integer).server_default("1 + 1").check("b > 0"),
            column("c", t::bigint).references("t", "id").on_delete(cascade).on_update(restrict),
            column("d", t::text).generated_stored("upper(a)"), column("Weird Name", t::text),
            unique({"a", "b"}).named("uq_t"), check("a <> 'x'").named("ck_t"),
            foreign_key({"c", "b"}, "u", {"x", "y"}).named("fk_t").match_full()},
           {.comment = "a table"});
     }},
    {"create_table: keys of several columns, if_not_exists",
     [](operations& op) {
       op.create_table("t",
                       {column("a", t::integer), column("b", t::integer), primary_key({"b", "a"})},
                       {.if_not_exists = true});
     }},
    {"create_table: strict, without rowid",
     [](operations& op) {
       op.create_table("t", {column("a", t::varchar(5)).primary_key()},
                       {.strict = true, .without_rowid = true});
     }},
    {"create_table: collation",
     [](operations& op) { op.create_table("t", {column("a", t::text).collate("NOCASE")}); }},
    {"create_table: partitioned",
     [](operations& op) {
       op.create_table("t", {column("a", t::date)}, {.partition_by = "RANGE (a)"});
     }},
    {"create_table: exclude",
     [](operations& op) {
       op.create_table("t", {column("a", t::raw("int4range")),
                             exclude("USING gist (a WITH &&)").named("ex_t")});
     }},
    {"drop_table", [](operations& op) { op.drop_table("t"); }},
    {"drop_table: if_exists", [](operations& op) { op.drop_table("t", {.if_exists = true}); }},
    {"rename_table", [](operations& op) { op.rename_table("t", "u"); }},
    {"create_table_comment", [](operations& op) { op.create_table_comment("t", "it's"); }},
    {"drop_table_comment", [](operations& op) { op.drop_table_comment("t"); }},
    {"add_column", [](operations& op) { op.add_column("t", "a", t::text); }},
    {"add_column: not null, default, comment",
     [](operations& op) {
       op.add_column("t", column("a", t::integer).not_null().server_default("0").comment("c"));
     }},
    {"add_column: unique",
     [](operations& op) { op.add_column("t", column("a", t::integer).unique()); }},
    {"add_column: a default that is computed",
     [](operations& op) {
       op.add_column("t", column("a", t::timestamptz).server_default("CURRENT_TIMESTAMP"));
     }},
    {"add_column: foreign key",
     [](operations& op) { op.add_column("t", column("a", t::integer).references("u", "id")); }},
    {"add_column: generated",
     [](operations& op) { op.add_column("t", column("a", t::text).generated_stored("b || c")); }},
    {"add_column: if_not_exists",
     [](operations& op) { op.add_column("t", column("a", t::integer), {.if_not_exists = true}); }},
    {"add_column: after",
     [](operations& op) { op.add_column("t", column("a", t::integer), {.after = "b"}); }},
    {"drop_column", [](operations& op) { op.drop_column("t", "a"); }},
    {"drop_column: if_exists",
     [](operations& op) { op.drop_column("t", "a", {.if_exists = true}); }},
    {"alter_column: type",
     [](operations& op) { op.alter_column("t", "a", change().type(t::bigint)); }},
    {"alter_column: type, using",
     [](operations& op) {
       op.alter_column("t", "a", change().type(t::integer).using_sql("length(a)"));
     }},
    {"alter_column: not null, default",
     [](operations& op) {
       op.alter_column("t", "a", change().not_null().server_default(literal("x")));
     }},
    {"alter_column: nullable, no default",
     [](operations& op) { op.alter_column("t", "a", change().nullable().no_server_default()); }},
    {"alter_column: comment",
     [](operations& op) { op.alter_column("t", "a", change().comment("it's")); }},
    {"alter_column: rename",
     [](operations& op) { op.alter_column("t", "a", change().rename("b")); }},
    {"alter_column: identity",
     [](operations& op) { op.alter_column("t", "a", change().identity()); }},
    {"alter_column: no identity",
     [](operations& op) { op.alter_column("t", "a", change().no_identity()); }},
    {"create_primary_key",
     [](operations& op) {
       op.create_primary_key("pk", "t", {"a", "b"});
     }},
    {"create_unique_constraint",
     [](operations& op) { op.create_unique_constraint("uq", "t", {"a"}); }},
    {"create_check_constraint",
     [](operations& op) { op.create_check_constraint("ck", "t", "a > 0"); }},
    {"create_foreign_key",
     [](operations& op) {
       op.create_foreign_key("fk", "t", "u", {"a"}, {"id"},
                             {.on_delete = set_null, .initially_deferred = true});
     }},
    {"create_foreign_key: not valid",
     [](operations& op) {
       op.create_foreign_key("fk", "t", "u", {"a"}, {"id"}, {.not_valid = true});
     }},
    {"create_exclude_constraint",
     [](operations& op) {
       op.create_exclude_constraint("ex", "t", "USING gist (a WITH =, b WITH &&)");
     }},
    {"add_constraint: nulls not distinct",
     [](operations& op) {
       op.add_constraint("t", unique({"a"}).named("uq").nulls_not_distinct());
     }},
    {"drop_constraint", [](operations& op) { op.drop_constraint("uq", "t"); }},
    {"drop_constraint: primary",
     [](operations& op) { op.drop_constraint("", "t", {.type = constraint_type::primary}); }},
    {"rename_constraint", [](operations& op) { op.rename_constraint("uq", "t", "uq2"); }},
    {"validate_constraint", [](operations& op) { op.validate_constraint("ck", "t"); }},
    {"create_index",
     [](operations& op) {
       op.create_index("ix", "t", {"a", descending("b")});
     }},
    {"create_index: unique, partial, expression, collation",
     [](operations& op) {
       op.create_index("ix", "t", {expression("lower(a)"), index_key("b").collate("NOCASE")},
                       {.unique = true, .where = "a IS NOT NULL"});
     }},
    {"create_index: PostgreSQL's options",
     [](operations& op) {
       op.create_index("ix", "t", {index_key("a").opclass("text_pattern_ops").nulls_first()},
                       {.unique = true,
                        .method = "btree",
                        .include = {"b"},
                        .nulls_not_distinct = true,
                        .storage = "fillfactor=70",
                        .concurrently = true});
     }},
    {"drop_index", [](operations& op) { op.drop_index("ix", {.if_exists = true}); }},
    {"rename_index", [](operations& op) { op.rename_index("ix", "ix2"); }},
    {"create_partition",
     [](operations& op) {
       op.create_partition("t1", "t", "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')");
     }},
    {"attach_partition",
     [](operations& op) { op.attach_partition("t", "t1", "FOR VALUES IN (1, 2)"); }},
    {"detach_partition",
     [](operations& op) { op.detach_partition("t", "t1", {.concurrently = true}); }},
    {"enable_row_level_security",
     [](operations& op) { op.enable_row_level_security("t", {.force = true}); }},
    {"disable_row_level_security", [](operations& op) { op.disable_row_level_security("t"); }},
    {"replace_materialized_view",
     [](operations& op) { op.replace_materialized_view("v", "SELECT 2 AS two"); }},
    {"grant",
     [](operations& op) {
       op.grant("SELECT, INSERT (a)", "TABLE t", "reader", {.with_grant_option = true});
     }},
    {"revoke", [](operations& op) { op.revoke("ALL", "SCHEMA s", "PUBLIC"); }},
    {"create_view", [](operations& op) { op.create_view("v", "SELECT a FROM t"); }},
    {"drop_view", [](operations& op) { op.drop_view("v", {.cascade = true}); }},
    {"replace_view", [](operations& op) { op.replace_view("v", "SELECT a, b FROM t"); }},
    {"create_materialized_view",
     [](operations& op) { op.create_materialized_view("v", "SELECT 1 AS one"); }},
    {"drop_materialized_view", [](operations& op) { op.drop_materialized_view("v"); }},
    {"create_trigger",
     [](operations& op) {
       op.create_trigger("tr", "t",
                         op.dialect() == "sqlite" ? "AFTER INSERT ON t BEGIN DELETE FROM u; END"
                                                  : "AFTER INSERT ON t EXECUTE FUNCTION f()");
     }},
    {"drop_trigger", [](operations& op) { op.drop_trigger("tr", "t"); }},
    {"create_policy",
     [](operations& op) { op.create_policy("p", "t", "FOR SELECT USING (a > 0)"); }},
    {"drop_policy", [](operations& op) { op.drop_policy("p", "t"); }},
    {"create_function",
     [](operations& op) {
       op.create_function("f", "a integer", "RETURNS integer LANGUAGE sql AS 'SELECT a'");
     }},
    {"replace_function",
     [](operations& op) {
       op.replace_function("f", "a integer", "RETURNS integer LANGUAGE sql AS 'SELECT a + 1'");
     }},
    {"drop_function", [](operations& op) { op.drop_function("f", "integer"); }},
    {"create_procedure",
     [](operations& op) { op.create_procedure("p", "", "LANGUAGE sql AS 'SELECT 1'"); }},
    {"drop_procedure", [](operations& op) { op.drop_procedure("p", ""); }},
    {"create_sequence", [](operations& op) { op.create_sequence("s", "START WITH 5"); }},
    {"drop_sequence", [](operations& op) { op.drop_sequence("s"); }},
    {"create_domain", [](operations& op) { op.create_domain("d", "AS text CHECK (VALUE <> '')"); }},
    {"drop_domain", [](operations& op) { op.drop_domain("d"); }},
    {"create_schema", [](operations& op) { op.create_schema("s", {.if_not_exists = true}); }},
    {"drop_schema", [](operations& op) { op.drop_schema("s"); }},
    {"create_extension", [](operations& op) { op.create_extension("pg_trgm"); }},
    {"drop_extension", [](operations& op) { op.drop_extension("pg_trgm"); }},
    {"create_table: enumeration",
     [](operations& op) {
       op.create_table("t", {column("a", t::enumeration("mood", {"sad", "it's ok"})).not_null()});
     }},
    {"create_table: array",
     [](operations& op) { op.create_table("t", {column("a", t::array(t::varchar(5)))}); }},
    {"add_column: enumeration",
     [](operations& op) { op.add_column("t", column("a", t::enumeration("mood", {"sad"}))); }},
    {"create_enum",
     [](operations& op) {
       op.create_enum("mood", {"sad", "it's ok"});
     }},
    {"add_enum_value",
     [](operations& op) { op.add_enum_value("mood", "happy", {.before = "sad"}); }},
    {"rename_enum_value", [](operations& op) { op.rename_enum_value("mood", "sad", "blue"); }},
    {"drop_enum", [](operations& op) { op.drop_enum("mood"); }},
    {"bulk_insert",
     [](operations& op) {
       op.bulk_insert("t", {"a", "b", "c"},
                      {{1, "it's\t\\", true}, {-2.5, nullptr, false}, {0, "a\r\n", blob("\x01z")}});
     }},
    {"bulk_insert: computed",
     [](operations& op) { op.bulk_insert("t", {"a"}, {{computed("CURRENT_DATE")}}); }},
    {"run", [](operations& op) { op.run([](connection&) {}); }},
    {"backfill", [](operations& op) { op.backfill("t", "a = b + 1", "a IS NULL").batches_of(10); }},
    {"execute", [](operations& op) { op.execute("SELECT 1"); }},
    {"in a schema",
     [](operations& op) {
       op.create_table("t", {column("a", t::integer).primary_key()}, {.schema = "other"});
       op.create_index("ix", "t", {"a"}, {.schema = "other"});
       op.drop_column("t", "a", {.schema = "other"});
     }},
};

/// What the calls become, or why they cannot.
std::string golden(const dialect::dialect& target) {
  std::string all;
  for (const auto& one : calls) {
    all += fmt::format("-- {}\n", one.name);
    try {
      std::vector<dialect::statement> statements;
      for (auto& op : record::replay(one.body, target.name())) {
        op.where = {"file", 1, 0};
        target.write(op, statements);
      }
      for (const auto& statement : statements) {
        all += statement.sql + (statement.sql.starts_with("--") ? "\n" : ";\n");
        if (!statement.rows.empty()) all += statement.rows + "\\.\n";
      }
    } catch (const error& problem) {
      all += fmt::format("-- FAILED: {}\n", problem.what());
    }
    all += "\n";
  }
  return all;
}

void compare(const dialect::dialect& target) {
  const auto path =
      fmt::format("{}/tests/golden/operations/{}.sql", RETORT_SOURCE_DIR, target.name());
  const auto made = golden(target);
  if (std::getenv("RETORT_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << made;
  std::ostringstream kept;
  kept << std::ifstream(path).rdbuf();
  CHECK(made == kept.str());
}

TEST_CASE("operations become this SQL on SQLite") { compare(sqlite_backend().dialect()); }
TEST_CASE("operations become this SQL on PostgreSQL") { compare(postgres_backend().dialect()); }

}  // namespace
}  // namespace retort::conformance
