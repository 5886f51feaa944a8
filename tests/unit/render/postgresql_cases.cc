#include "unit/render/cases.h"

namespace retort::render {
namespace {

model::type raw(std::string name) { return {model::type_kind::raw, -1, -1, std::move(name)}; }

/// As introspection shows it: every constraint has its name.
model::table users() {
  model::table made;
  made.name = {{}, "users"};
  made.columns = {plain_column("id", "integer", false),
                  plain_column("email", "character varying(255)", false),
                  plain_column("balance", "numeric(10,2)"),
                  plain_column("tags", "text[]"),
                  plain_column("mood", "mood"),
                  plain_column("created", "timestamp with time zone", false),
                  plain_column("lower_email", "text"),
                  plain_column("org", "bigint")};
  made.columns[0].identity.emplace();
  made.columns[2].default_sql = "0";
  made.columns[4].default_sql = "'it''s \"ok\"'::mood";
  made.columns[5].default_sql = "CURRENT_TIMESTAMP";
  made.columns[6].generated = model::generated{"lower(email)", true};
  made.columns[7].comment = "who pays; \"null\" is nobody";
  made.primary_key = model::primary_key{"users_pkey", {"id"}, {}, false};
  made.uniques = {{"users_email_key", {"email"}, false, false, false, {}}};
  made.checks = {{"users_balance_check", "balance > 0::numeric", false},
                 {"users_mood", "mood <> 'sad'::mood", true}};
  made.comment = "people";
  return made;
}

model::table everything() {
  model::table made;
  made.name = {"other", "Order Lines"};
  made.columns = {plain_column("a", "integer", false), plain_column("b", "integer", false),
                  plain_column("Weird \"Name\"", "character(3)"),
                  plain_column("during", "tstzrange"), plain_column("c", "character varying")};
  made.columns[2].collation = "C";
  made.primary_key = model::primary_key{"pk_lines", {"a", "b"}, {}, false};
  made.uniques = {{"uq_1", {"a", "c"}, true, true, false, {}},
                  {"uq_2", {"c"}, false, false, true, {}},
                  {"uq_3", {"b"}, true, false, false, {}}};
  model::foreign_key full = {"fk_full", {"a", "b"}, {{}, "u"}, {"x", "y"}};
  full.on_delete = cascade;
  full.on_update = set_null;
  full.match = "FULL";
  full.initially_deferred = full.deferrable = true;
  model::foreign_key far = {"fk_far", {"a"}, {"third", "u"}, {"x"}};
  far.not_valid = true;
  made.foreign_keys = {full, far, {"fk_key", {"b"}, {{}, "u"}, {}}};
  made.excludes = {{"ex", "USING gist (during WITH &&)"}};
  model::index index = {"ix_lines", {{"c", false}, {"lower(c)", true}}};
  made.indexes = {index};
  made.opaque = {"ENABLE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY"};
  return made;
}

/// Two that PostgreSQL alone can say, and one that no call can.
void add_postgresql_tables(std::vector<render_case>& to) {
  to.push_back({model::create_table{users()}, proof::schema});
  to.push_back({model::create_table{everything()}, proof::schema});
  model::table by_day;
  by_day.name = {{}, "by_day"};
  by_day.columns = {plain_column("day", "date", false)};
  by_day.opaque = {"PARTITION BY RANGE (day)"};
  to.push_back({model::create_table{by_day, true}});
  model::table part;
  part.name = {{}, "may"};
  part.opaque = {"PARTITION OF \"user\" FOR VALUES FROM ('2025-05-01') TO ('2025-06-01')"};
  part.indexes = {{"ix_may", {{"day"}}}};
  to.push_back({model::create_table{part}, proof::sql});
  part.opaque = {"PARTITION OF other.by_day DEFAULT"};
  part.indexes.clear();
  to.push_back(
      {model::create_table{part, false, model::qualified_name{"other", "by_day"}}, proof::sql});
  auto long_winded = by_day;
  long_winded.name.name = "long_winded";
  long_winded.opaque.clear();
  long_winded.columns.push_back(plain_column("kind", "text"));
  long_winded.columns.back().default_sql =
      "CASE\n    WHEN true THEN 'a'::text\n    ELSE 'b'::text\nEND";
  long_winded.checks = {
      {"ck_1", "CASE\n    WHEN true THEN day > 'today'\n    ELSE true\nEND", false},
      {"ck_2", "day > '2000-01-01' AND kind <> 'something long' AND kind <> 'longer'", true}};
  long_winded.comment =
      "as long as it gets in one line of a file, and then a good deal longer than that";
  to.push_back({model::create_table{long_winded}, proof::schema});
  auto stored = by_day;
  stored.name.name = "stored";
  stored.opaque = {"WITH (fillfactor=70)"};
  to.push_back({model::create_table{stored}, proof::sql});
  auto numbered = by_day;
  numbered.name.name = "numbered";
  numbered.opaque.clear();
  numbered.columns.push_back(plain_column("n", "bigint", false));
  numbered.columns.back().identity = model::identity{true, "START WITH 10"};
  to.push_back({model::create_table{numbered}, proof::sql});
  to.push_back({model::drop_table{{"other", "u"}, true}});
  to.push_back({model::drop_table{{{}, "t"}}});
  to.push_back({model::rename_table{{"other", "u"}, "v"}});
  to.push_back({model::comment_table{{{}, "t"}, "it's"}});
  to.push_back({model::comment_table{{{}, "t"}, ""}});
  to.push_back({model::attach_partition{{{}, "t"}, {"other", "u"}, "FOR VALUES IN (1)"}});
  to.push_back({model::detach_partition{{"other", "u"}, {{}, "t"}, true}});
  to.push_back({model::row_security{{{}, "t"}, true, true}});
  to.push_back({model::row_security{{"other", "u"}, true, false}});
  to.push_back({model::row_security{{{}, "t"}, false, false}});
  to.push_back({model::row_security{{{}, "t"}, false, true}, proof::sql});
}

void add_columns(std::vector<render_case>& to) {
  const model::qualified_name t = {{}, "t"};
  to.push_back({model::add_column{t, plain_column("n", "bigint")}});
  to.push_back({model::add_column{{"other", "u"}, plain_column("n", "interval", false)}});
  model::add_column keyed = {t, plain_column("n", "uuid")};
  keyed.unique = true;
  keyed.check = "n IS NOT NULL";
  keyed.foreign_key = model::foreign_key{{}, {"n"}, {{}, "v"}, {"x"}};
  keyed.foreign_key->on_delete = restrict;
  keyed.foreign_key->on_update = set_default;
  to.push_back({keyed});
  keyed.unique_name = "uq_n";
  keyed.check_name = "ck_n";
  keyed.foreign_key->name = "fk_n";
  to.push_back({keyed, proof::schema});
  model::add_column only = {t, plain_column("n", "jsonb")};
  only.if_not_exists = true;
  to.push_back({only});
  only.unique = true;
  only.unique_name = "uq_n";
  to.push_back({only, proof::sql});
  to.push_back({model::drop_column{{"other", "u"}, "x", true}});
  to.push_back({model::drop_column{t, "b"}});
  model::alter_column change = {t, "b"};
  change.type = raw("bigint[]");
  change.conversion = "ARRAY[length(b)]";
  change.nullable = false;
  change.default_sql.emplace("'{}'::bigint[]");
  change.comment = "";
  change.rename = "bb";
  to.push_back({change});
  change = {{"other", "u"}, "x"};
  change.nullable = true;
  change.default_sql.emplace();
  change.identity.emplace();
  to.push_back({change});
  change = {t, "a"};
  change.identity.emplace(model::identity{});
  to.push_back({change});
  change.identity.emplace(model::identity{true, {}});
  to.push_back({change, proof::sql});
}

void add_constraints(std::vector<render_case>& to) {
  const model::qualified_name t = {{}, "t"};
  const model::qualified_name u = {"other", "u"};
  to.push_back({model::add_constraint{u, model::primary_key{"pk", {"x"}, {}, false}}});
  to.push_back({model::add_constraint{u, model::primary_key{{}, {"x"}, {}, false}}});
  to.push_back(
      {model::add_constraint{t, model::unique{"uq", {"a", "b"}, false, false, false, {}}}});
  to.push_back({model::add_constraint{t, model::unique{"uq", {"b"}, true, true, true, {}}}});
  to.push_back({model::add_constraint{t, model::check{"ck2", "\"a\" > 0", false}}});
  to.push_back({model::add_constraint{t, model::check{"ck2", "a > 0", true}}});
  to.push_back({model::add_constraint{t, model::exclude{"ex", "USING gist (a WITH =)"}}});
  model::foreign_key key = {"fk", {"a"}, {"other", "u"}, {"x"}};
  key.on_delete = cascade;
  key.on_update = set_null;
  key.deferrable = key.initially_deferred = key.not_valid = true;
  key.match = "FULL";
  to.push_back({model::add_constraint{t, key}});
  key = {"fk", {"a", "b"}, {{}, "v"}, {}};
  key.deferrable = true;
  to.push_back({model::add_constraint{u, key}});
  to.push_back({model::drop_constraint{t, "ck", model::constraint_kind::check}});
  to.push_back({model::drop_constraint{t, "ck", model::constraint_kind::any, {}, true}});
  to.push_back({model::drop_constraint{t, {}, model::constraint_kind::primary_key}});
  model::drop_constraint unnamed = {t, {}};
  unnamed.definition = model::unique{{}, {"b"}, false, false, false, {}};
  to.push_back({unnamed, proof::sql});
  to.push_back({model::rename_constraint{t, "ck", "ck_new"}});
  to.push_back({model::validate_constraint{t, "ck"}});
}

void add_indexes(std::vector<render_case>& to) {
  const model::qualified_name t = {{}, "t"};
  to.push_back({model::create_index{t, {"ix2", {{"a"}, {"b"}}}}});
  model::index rich = {"ix2",
                       {{"a", false, true},
                        {"b", false, true, true, "C", "text_pattern_ops"},
                        {"b", false, false, true},
                        {"lower(b)", true, true}}};
  rich.unique = true;
  rich.where = "\"b\" IS NOT NULL";
  rich.method = "gin";
  rich.include = {"a", "b"};
  rich.nulls_not_distinct = true;
  rich.storage = "fillfactor=70";
  to.push_back({model::create_index{t, rich, true, true}});
  to.push_back({model::drop_index{{{}, "ix"}, t, true, true}});
  to.push_back({model::drop_index{{{}, "ix"}, {"other", "t"}}});
  to.push_back({model::rename_index{{{}, "ix"}, "ix_new"}});
}

void add_postgresql_objects(std::vector<render_case>& to) {
  const auto add = [&](model::object_name name, std::string body) {
    to.push_back({model::create_object{std::move(name), std::move(body)}, proof::sql});
  };
  add({"view", {{}, "v1"}}, "CREATE VIEW v1 AS\n SELECT t.a,\n    t.b\n   FROM t");
  add({"view", {"other", "v1"}}, "CREATE VIEW other.v1 AS\n SELECT 1 AS \"one\"");
  add({"view", {{}, "v1"}}, "CREATE VIEW v1 WITH (security_barrier=true) AS\n SELECT 1");
  add({"materialized view", {{}, "m"}},
      "CREATE MATERIALIZED VIEW m AS\n SELECT 1 AS one\n WITH NO DATA");
  add({"function", {{}, "f"}},
      "CREATE OR REPLACE FUNCTION public.f(a integer, b text)\n RETURNS integer\n LANGUAGE sql\n"
      "AS $function$ SELECT length($2) + a -- \")sql\" \n$function$");
  add({"function", {{}, "f"}, {}, "a integer"},
      "CREATE OR REPLACE FUNCTION public.f(a integer DEFAULT 1)\n RETURNS integer\n LANGUAGE sql\n"
      "AS 'SELECT 1'");
  add({"function", {{}, "f"}, {}, "a numeric(1,2)"}, "RETURNS integer LANGUAGE sql AS 'SELECT 1'");
  add({"procedure", {{}, "p"}},
      "CREATE OR REPLACE PROCEDURE public.p()\n LANGUAGE sql\nAS $procedure$$procedure$");
  add({"trigger", {{}, "tr"}, {"other", "u"}},
      "CREATE TRIGGER tr BEFORE UPDATE ON other.u FOR EACH ROW EXECUTE FUNCTION f()");
  add({"trigger", {{}, "tr"}, {{}, "t"}},
      "CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f() -- disabled");
  add({"policy", {{}, "p 1"}, {{}, "t"}},
      "CREATE POLICY \"p 1\" ON t AS PERMISSIVE FOR ALL TO PUBLIC USING ((a > 0))");
  add({"sequence", {{}, "s"}}, "CREATE SEQUENCE s AS integer START WITH 5");
  add({"sequence", {"other", "s"}}, "CREATE SEQUENCE other.s");
  add({"sequence owner", {{}, "s"}}, "ALTER SEQUENCE s OWNED BY t.a");
  add({"domain", {{}, "d"}}, "CREATE DOMAIN d AS text CONSTRAINT d_check CHECK ((VALUE <> ''))");
  add({"schema", {{}, "third"}}, "CREATE SCHEMA third");
  add({"extension", {{}, "pg_trgm"}}, "CREATE EXTENSION IF NOT EXISTS pg_trgm");
  add({"extension", {{}, "hstore"}}, "CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA third");
  add({"type", {{}, "mood2"}}, "CREATE TYPE mood2 AS ENUM ('sad', 'it''s \"ok\"')");
  add({"type", {{}, "none"}}, "CREATE TYPE none AS ENUM ()");
  add({"type", {{}, "pair"}}, "CREATE TYPE pair AS (a integer, b text)");
  add({"rule", {{}, "r"}, {{}, "t"}}, "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING");
  const auto replace = [&](model::object_name name, std::string body) {
    to.push_back({model::replace_object{std::move(name), std::move(body)}, proof::sql});
  };
  replace({"view", {{}, "v"}}, "CREATE VIEW v AS\n SELECT 2 AS two");
  replace({"view", {{}, "v"}}, "CREATE VIEW v WITH (security_barrier=true) AS\n SELECT 2 AS two");
  replace({"materialized view", {"other", "m"}}, "CREATE MATERIALIZED VIEW other.m AS\n SELECT 2");
  replace({"function", {{}, "f"}, {}, "a integer"},
          "CREATE OR REPLACE FUNCTION public.f(a integer)\n RETURNS integer\n LANGUAGE sql\n"
          "AS 'SELECT 2'");
  replace({"procedure", {{}, "p"}, {}, ""},
          "CREATE OR REPLACE PROCEDURE p()\n LANGUAGE sql\nAS 'SELECT 2'");
  const auto drop = [&](model::object_name name, bool if_exists = false, bool cascade = false) {
    to.push_back({model::drop_object{std::move(name), if_exists, cascade}, proof::sql});
  };
  drop({"view", {"other", "v"}}, true, true);
  drop({"materialized view", {{}, "m"}});
  drop({"trigger", {{}, "tr"}, {"other", "u"}});
  drop({"policy", {{}, "p"}, {{}, "t"}}, true);
  drop({"function", {{}, "f"}, {}, "a integer, b text"});
  drop({"procedure", {{}, "p"}, {}, ""});
  for (const char* kind : {"sequence", "domain", "schema", "extension", "type", "aggregate"}) {
    drop({kind, {{}, "x"}});
  }
  to.push_back({model::alter_enum{{{}, "mood"}, "glad", {}, "sad"}, proof::sql});
  to.push_back({model::alter_enum{{"other", "mood"}, "glad", {}, {}, "sad", true}, proof::sql});
  to.push_back({model::alter_enum{{{}, "mood"}, "sad", "it's \"sad\""}, proof::sql});
}

void add_rows(std::vector<render_case>& to) {
  using kind = value::kind;
  const model::qualified_name t = {{}, "t"};
  model::bulk_insert rows = {t, {"a", "b"}};
  rows.rows = {{{kind::integer, "1"}, {kind::string, "it's\t\"\\\r\nnext"}},
               {{kind::integer, "-9223372036854775808"}, {kind::null, {}}},
               {{kind::real, "1"}, {kind::boolean, "1"}},
               {{kind::real, "-2.5e-10"}, {kind::blob, std::string("\x01z\0\xff", 4)}},
               {{kind::real, "1e+20"},
                {kind::string,
                 "Grüße?"
                 "?)text\""}}};
  to.push_back({rows});
  rows.table = {"other", "u"};
  rows.columns = {"x"};
  rows.rows = {{{kind::sql, "CURRENT_DATE"}}};
  to.push_back({rows});
  rows.rows.clear();
  to.push_back({rows});
  to.push_back({model::backfill{t, "b = 'x' || b", "b IS NULL", {"a"}, 10}});
  to.push_back({model::backfill{{"other", "u"}, "x = 1"}});
  to.push_back({model::change_privileges{true, "SELECT, INSERT (a)", "TABLE t", "reader", true}});
  to.push_back({model::change_privileges{false, "ALL", "SCHEMA other", "PUBLIC"}});
  to.push_back({model::execute{"SELECT 1"}});
  to.push_back({model::execute{"DO $$\nBEGIN\n  PERFORM ')sql\"';\nEND $$"}, proof::both});
  to.push_back(
      {model::execute{"SELECT 'a\\b', \"c\" FROM t WHERE a > 1 AND b = 'something long' AND "
                      "b <> 'something longer'"}});
}

}  // namespace

std::vector<render_case> postgresql_cases() {
  std::vector<render_case> all;
  add_postgresql_tables(all);
  add_columns(all);
  add_constraints(all);
  add_indexes(all);
  add_postgresql_objects(all);
  add_rows(all);
  return all;
}

model::schema postgresql_before() {
  model::schema made;
  model::table t;
  t.name = {{}, "t"};
  t.columns = {plain_column("a", "integer", false), plain_column("b", "text")};
  t.primary_key = model::primary_key{"t_pkey", {"a"}, {}, false};
  t.uniques = {{"t_b_key", {"b"}, false, false, false, {}}};
  t.checks = {{"ck", "a > 1", true}};
  t.indexes = {{"ix", {{"b"}}}};
  model::table u;
  u.name = {"other", "u"};
  u.columns = {plain_column("x", "integer"), plain_column("a", "integer"),
               plain_column("b", "integer")};
  made.tables = {{t.name, t}, {u.name, u}};
  return made;
}

}  // namespace retort::render
