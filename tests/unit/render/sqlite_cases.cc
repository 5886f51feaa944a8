#include "unit/render/cases.h"

namespace retort::render {
namespace {

model::table numbered() {
  model::table made;
  made.name = {{}, "numbered"};
  made.columns = {plain_column("id", "INTEGER", false),
                  plain_column("name", "VARCHAR(20)", false),
                  plain_column("price", "NUMERIC(10, 2)"),
                  plain_column("at", "DATETIME", false),
                  plain_column("kind", "TEXT"),
                  plain_column("boss", "INTEGER"),
                  plain_column("odd", "MEDIUMINT UNSIGNED"),
                  plain_column("untyped", "")};
  made.columns[0].identity.emplace();
  made.columns[1].collation = "NOCASE";
  made.columns[3].default_sql = "CURRENT_TIMESTAMP";
  made.columns[4].default_sql = "'it''s'";
  made.columns[7].generated = model::generated{"price * 2", false};
  made.primary_key = model::primary_key{{}, {"id"}, {}, false};
  made.uniques = {{{}, {"name"}, false, false, false, {}},
                  {{}, {"kind", "at"}, false, false, false, {}}};
  made.checks = {{{}, "price > 0", false}, {"mood.kind", "kind IN ('sad', 'it''s')", false}};
  model::foreign_key boss = {{}, {"boss"}, {{}, "numbered"}, {"id"}};
  boss.on_delete = set_null;
  made.foreign_keys = {boss, {"fk", {"boss"}, {{}, "t"}, {}}};
  made.indexes = {{"ix_numbered", {{"name", false, true, false, "BINARY"}}, true, "price > 1"}};
  return made;
}

void add_sqlite_tables(std::vector<render_case>& to) {
  to.push_back({model::create_table{numbered()}, proof::schema});
  model::table strict;
  strict.name = {{}, "strict"};
  strict.columns = {plain_column("id", "INTEGER"), plain_column("data", "ANY")};
  strict.primary_key = model::primary_key{{}, {"id"}, {}, false};
  strict.strict = true;
  to.push_back({model::create_table{strict, true}, proof::schema});
  strict.without_rowid = true;
  strict.columns[0].nullable = false;
  strict.primary_key->name = "strict_pkey";
  to.push_back({model::create_table{strict}});
  auto clashing = strict;
  clashing.primary_key->conflict = "REPLACE";
  to.push_back({model::create_table{clashing}, proof::sql});
  clashing = strict;
  clashing.columns[0].not_null_conflict = "IGNORE";
  to.push_back({model::create_table{clashing}, proof::sql});
  clashing = strict;
  clashing.uniques = {{{}, {"data"}, false, false, false, {}, "(data COLLATE NOCASE)"}};
  to.push_back({model::create_table{clashing}, proof::sql});
  model::table words;
  words.name = {{}, "words"};
  words.opaque = {"CREATE VIRTUAL TABLE words USING fts5(word)"};
  to.push_back({model::create_table{words}, proof::sql});
  to.push_back({model::drop_table{{{}, "t"}}});
  to.push_back({model::rename_table{{{}, "t"}, "u"}});
}

void add_changes(std::vector<render_case>& to) {
  const model::qualified_name t = {{}, "t"};
  model::add_column added = {t, plain_column("n", "CHAR(36)")};
  added.after = "a";
  to.push_back({added});
  added.after.clear();
  added.first = true;
  added.column = plain_column("n", "BLOB", false);
  added.column.default_sql = "x'00'";
  added.unique = true;
  to.push_back({added});
  to.push_back({model::drop_column{t, "b"}});
  model::alter_column change = {t, "b"};
  change.type = model::type{model::type_kind::raw, -1, -1, "DOUBLE PRECISION"};
  change.nullable = false;
  change.default_sql.emplace("0");
  to.push_back({change});
  to.push_back({model::add_constraint{t, model::check{{}, "a > 0", false}}});
  to.push_back({model::add_constraint{t, model::unique{"uq", {"b"}, false, false, false, {}}}});
  to.push_back({model::add_constraint{t, model::foreign_key{{}, {"b"}, {{}, "t"}, {"a"}}}});
  to.push_back({model::drop_constraint{t, "ck"}});
  to.push_back({model::create_index{t, {"ix2", {{"a || b", true}}}}});
  to.push_back({model::drop_index{{{}, "ix"}, t}});
}

void add_sqlite_objects(std::vector<render_case>& to) {
  to.push_back({model::create_object{{"view", {{}, "v"}}, "CREATE VIEW v AS SELECT a, b FROM t"},
                proof::sql});
  to.push_back({model::create_object{{"view", {{}, "w"}}, "CREATE VIEW w (x) AS SELECT a FROM t"},
                proof::sql});
  to.push_back({model::create_object{{"trigger", {{}, "tr"}, {{}, "t"}},
                                     "CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM t "
                                     "WHERE a = new.a; UPDATE t SET b = 'x'; END"},
                proof::sql});
  to.push_back(
      {model::replace_object{{"view", {{}, "v"}}, "CREATE VIEW v AS SELECT a FROM t"}, proof::sql});
  to.push_back({model::drop_object{{"trigger", {{}, "tr"}, {{}, "t"}}}, proof::sql});
  to.push_back({model::drop_object{{"view", {{}, "v"}}}, proof::sql});
  to.push_back({model::create_object{{"pragma", {{}, "user_version"}}, "PRAGMA user_version = 3"},
                proof::sql});
  to.push_back({model::bulk_insert{{{}, "t"}, {"a"}, {{{value::kind::integer, "1"}}}}});
  to.push_back({model::backfill{{{}, "t"}, "b = 1", {}, {}, 500}});
  to.push_back({model::execute{"PRAGMA foreign_key_check"}});
}

}  // namespace

std::vector<render_case> sqlite_cases() {
  std::vector<render_case> all;
  add_sqlite_tables(all);
  add_changes(all);
  add_sqlite_objects(all);
  return all;
}

model::schema sqlite_before() {
  model::table t;
  t.name = {{}, "t"};
  t.columns = {plain_column("a", "INTEGER"), plain_column("b", "TEXT")};
  t.primary_key = model::primary_key{{}, {"a"}, {}, false};
  t.checks = {{"ck", "a > 1", false}};
  t.indexes = {{"ix", {{"b"}}}};
  model::schema made;
  made.tables = {{t.name, t}};
  return made;
}

}  // namespace retort::render
