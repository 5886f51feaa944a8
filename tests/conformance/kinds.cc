#include "conformance/kinds.h"

#include <retort/migration.h>

namespace retort::conformance {

namespace t = retort::types;

const std::vector<kind_of_change>& kinds() {
  static const std::vector<kind_of_change> all = {
      {"create table",
       [](operations& op) {
         op.create_table("tags", {column("id", t::bigint).identity().primary_key(),
                                  column("item_id", t::integer).references("items", "id"),
                                  column("tag", t::varchar(10)).not_null().unique()});
       }},
      {"drop table", [](operations& op) { op.drop_table("parts"); }, {"parts"}},
      {"rename table", [](operations& op) { op.rename_table("parts", "pieces"); }, {"parts"}, true},
      {"rename table with children",
       [](operations& op) { op.rename_table("items", "things"); },
       {"items"},
       true},
      {"comment on table",
       [](operations& op) { op.create_table_comment("items", "what there is"); }},
      {"add column", [](operations& op) { op.add_column("items", "size", t::integer); }},
      {"add column: not null, default",
       [](operations& op) {
         op.add_column("items", column("size", t::integer).not_null().server_default("7"));
       }},
      {"add column: computed default",
       [](operations& op) {
         op.add_column("items", column("seen", t::date).server_default("CURRENT_DATE"));
       }},
      {"add column: unique",
       [](operations& op) { op.add_column("items", column("size", t::integer).unique()); }},
      {"add column: check",
       [](operations& op) {
         op.add_column("items", column("size", t::integer).check("size > 0"));
       }},
      {"add column: reference",
       [](operations& op) {
         op.add_column(
             "items",
             column("second_id", t::integer).references("owners", "id").on_delete(set_null));
       }},
      {"add column: generated",
       [](operations& op) {
         op.add_column("items", column("shout", t::text).generated_stored("upper(note)"));
       }},
      {"add column: comment",
       [](operations& op) {
         op.add_column("items", column("size", t::integer).comment("how big"));
       }},
      {"drop column", [](operations& op) { op.drop_column("items", "note"); }, {"items.note"}},
      {"drop column that is NOT NULL with a default",
       [](operations& op) { op.drop_column("logs", "level"); },
       {"logs.level"}},
      {"type",
       [](operations& op) { op.alter_column("parts", "n", change().type(t::bigint)); },
       {},
       true},
      {"type and values",
       [](operations& op) { op.alter_column("logs", "what", change().type(t::varchar(200))); }},
      {"not null", [](operations& op) { op.alter_column("items", "code", change().not_null()); }},
      {"nullable", [](operations& op) { op.alter_column("items", "name", change().nullable()); }},
      {"default",
       [](operations& op) {
         op.alter_column("items", "note", change().server_default(literal("it's")));
       }},
      {"no default",
       [](operations& op) { op.alter_column("items", "price", change().no_server_default()); }},
      {"rename column",
       [](operations& op) { op.alter_column("items", "note", change().rename("remark")); },
       {"items.note"}},
      {"rename column that is a key elsewhere",
       [](operations& op) { op.alter_column("owners", "id", change().rename("number")); },
       {"owners.id"}},
      {"comment on column",
       [](operations& op) { op.alter_column("items", "note", change().comment("a note")); }},
      {"identity", [](operations& op) { op.alter_column("items", "id", change().identity()); }},
      {"several at once",
       [](operations& op) {
         op.alter_column("items", "code", change().not_null());
         op.add_column("items", column("weight", t::integer).not_null().server_default("1"));
         op.create_check_constraint("ck_items_weight", "items", "weight < 100");
         op.drop_constraint("uq_items_code", "items");
       }},
      {"primary key",
       [](operations& op) {
         op.create_primary_key("pk_logs", "logs", {"at", "what"});
       }},
      {"drop primary key",
       [](operations& op) {
         op.create_primary_key("pk_logs", "logs", {"at"});
         op.drop_constraint("", "logs", {.type = constraint_type::primary});
         op.create_primary_key("pk_logs", "logs", {"what"});
       }},
      {"unique constraint",
       [](operations& op) {
         op.create_unique_constraint("uq_items", "items", {"name", "code"});
       }},
      {"check constraint",
       [](operations& op) {
         op.create_check_constraint("ck_items_owner", "items", "owner_id > 0");
       }},
      {"foreign key",
       [](operations& op) {
         op.create_foreign_key("fk_parts_owner", "parts", "owners", {"owner_id"}, {"id"},
                               {.on_delete = cascade, .on_update = restrict});
       }},
      {"deferred foreign key",
       [](operations& op) {
         op.create_foreign_key("fk_parts_owner", "parts", "owners", {"owner_id"}, {"id"},
                               {.initially_deferred = true});
       }},
      {"not valid, then validated",
       [](operations& op) {
         op.add_constraint("items", check("id > 0").named("ck_later").not_valid());
       }},
      {"nulls not distinct",
       [](operations& op) {
         op.add_constraint("parts", unique({"n", "owner_id"}).named("uq_n").nulls_not_distinct());
       }},
      {"exclude constraint",
       [](operations& op) {
         op.create_exclude_constraint("ex_parts", "parts", "USING btree (id WITH =)");
       }},
      {"drop unique constraint",
       [](operations& op) { op.drop_constraint("uq_items_code", "items"); }},
      {"drop check constraint",
       [](operations& op) { op.drop_constraint("ck_items_price", "items"); },
       {},
       true},
      {"drop foreign key", [](operations& op) { op.drop_constraint("fk_items_owner", "items"); }},
      {"drop foreign key to itself",
       [](operations& op) { op.drop_constraint("fk_items_parent", "items"); }},
      {"rename constraint",
       [](operations& op) { op.rename_constraint("ck_items_price", "items", "ck_price"); }},
      {"rename unique constraint",
       [](operations& op) { op.rename_constraint("uq_items_code", "items", "uq_code"); }},
      {"index",
       [](operations& op) {
         op.create_index("ix", "items", {"note", descending("id")});
       }},
      {"unique index",
       [](operations& op) { op.create_index("ix", "items", {"code"}, {.unique = true}); }},
      {"partial index",
       [](operations& op) {
         op.create_index("ix", "items", {"code"}, {.where = "note IS NOT NULL"});
       }},
      {"index over an expression",
       [](operations& op) { op.create_index("ix", "items", {expression("upper(note)")}); }},
      {"covering index",
       [](operations& op) { op.create_index("ix", "items", {"code"}, {.include = {"note"}}); }},
      {"hash index",
       [](operations& op) { op.create_index("ix", "items", {"code"}, {.method = "hash"}); }},
      {"drop index", [](operations& op) { op.drop_index("ix_items_name"); }},
      {"rename index", [](operations& op) { op.rename_index("ix_items_name", "ix_name"); }},
      {"view", [](operations& op) { op.create_view("v", "SELECT id FROM named_items"); }, {}, true},
      {"drop view", [](operations& op) { op.drop_view("coded_items"); }, {}, true},
      {"replace view by more columns",
       [](operations& op) { op.replace_view("named_items", "SELECT id, name, code FROM items"); },
       {},
       true},
      {"replace view by other columns",
       [](operations& op) {
         op.replace_view("named_items", "SELECT id, code AS name, 1 AS one FROM items");
       },
       {},
       true},
      {"trigger",
       [](operations& op) {
         op.create_trigger("tr", "parts",
                           op.dialect() == "sqlite"
                               ? "AFTER DELETE ON parts BEGIN DELETE FROM logs; END"
                               : "AFTER DELETE ON parts FOR EACH ROW EXECUTE FUNCTION count_up()");
       },
       {},
       true},
      {"drop trigger", [](operations& op) { op.drop_trigger("tr_items", "items"); }, {}, true},
      {"enum type",
       [](operations& op) {
         op.create_enum("mood", {"sad", "ok"});
       }},
      {"sequence", [](operations& op) { op.create_sequence("s", "START WITH 3"); }},
      {"domain", [](operations& op) { op.create_domain("d", "AS text NOT NULL"); }},
      {"partition",
       [](operations& op) {
         op.create_table("by_year", {column("at", t::date)}, {.partition_by = "RANGE (at)"});
         op.create_partition("in_2025", "by_year",
                             "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')");
       }},
      {"attached partition",
       [](operations& op) {
         op.create_table("by_year", {column("at", t::date)}, {.partition_by = "RANGE (at)"});
         op.create_table("in_2025", {column("at", t::date)});
         op.attach_partition("by_year", "in_2025",
                             "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')");
       }},
      {"attached partition that gets keys",
       [](operations& op) {
         op.create_table("by_n",
                         {column("id", t::integer).not_null(), column("name", t::text),
                          column("n", t::integer).not_null(), primary_key({"id", "n"}),
                          unique({"n", "name"}), foreign_key({"n"}, "owners", {"id"})},
                         {.partition_by = "LIST (n)"});
         op.create_index("ix_by_n", "by_n", {"n", "name"});
         op.create_index("ix_lower", "by_n", {expression("lower(name)"), descending("n")});
         op.create_index("ix_sum", "by_n", {expression("n + id")});
         op.create_table("of_one", {column("id", t::integer).not_null(), column("name", t::text),
                                    column("n", t::integer).not_null()});
         op.attach_partition("by_n", "of_one", "FOR VALUES IN (1)");
       }},
      {"detached partition",
       [](operations& op) {
         op.create_table("by_year",
                         {column("id", t::integer).not_null(), column("at", t::date).not_null(),
                          column("owner", t::integer), column("n", t::integer),
                          primary_key({"id", "at"}), unique({"at", "n"}),
                          check("n > 0").named("ck_n"), foreign_key({"owner"}, "owners", {"id"})},
                         {.partition_by = "RANGE (at)"});
         op.create_index("ix_by_year", "by_year", {"n", "at"});
         op.create_partition("in_2025", "by_year",
                             "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')");
         op.detach_partition("by_year", "in_2025");
       }},
      {"index of a materialized view",
       [](operations& op) {
         op.create_materialized_view("stored", "SELECT id, name FROM items");
         op.create_index("ix_stored", "stored", {"id"}, {.unique = true});
         op.create_index("ix_gone", "stored", {descending("name"), expression("lower(name)")},
                         {.where = "id > 3"});
         op.rename_index("ix_stored", "ix_kept");
         op.drop_index("ix_gone");
         op.drop_materialized_view("stored");
       },
       {},
       true},
      {"row level security",
       [](operations& op) { op.enable_row_level_security("items", {.force = true}); }},
      {"replace materialized view",
       [](operations& op) {
         op.create_materialized_view("stored", "SELECT id FROM items");
         op.create_view("over_stored", "SELECT id FROM stored");
         op.replace_materialized_view("stored", "SELECT name, id FROM items");
       },
       {},
       true},
      {"functions with defaults",
       [](operations& op) {
         op.create_function("f", "a integer, b text DEFAULT 'x'",
                            "RETURNS text LANGUAGE sql AS 'SELECT b'");
         op.create_function("g", "a integer DEFAULT 1", "RETURNS int LANGUAGE sql AS 'SELECT a'");
         op.drop_function("g", "integer");
       },
       {},
       true},
      {"policy",
       [](operations& op) { op.create_policy("p", "items", "FOR SELECT USING (price > 0)"); },
       {},
       true},
      {"schema", [](operations& op) { op.create_schema("area"); }},
  };
  return all;
}

const char* const world = R"(
CREATE TABLE owners (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(40) NOT NULL);
CREATE TABLE items (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(40) NOT NULL DEFAULT 'none',
  price NUMERIC(10, 2) DEFAULT 0, code TEXT, parent_id INTEGER, owner_id INTEGER, note TEXT,
  CONSTRAINT uq_items_code UNIQUE (code), CONSTRAINT ck_items_price CHECK (price >= 0),
  CONSTRAINT fk_items_parent FOREIGN KEY (parent_id) REFERENCES items (id) ON DELETE CASCADE,
  CONSTRAINT fk_items_owner FOREIGN KEY (owner_id) REFERENCES owners (id));
CREATE INDEX ix_items_name ON items (name);
CREATE TABLE parts (id INTEGER NOT NULL PRIMARY KEY, item_id INTEGER NOT NULL REFERENCES items (id)
  ON DELETE CASCADE, owner_id INTEGER, n INTEGER NOT NULL DEFAULT 5);
CREATE TABLE logs (at INTEGER NOT NULL, what VARCHAR(10) NOT NULL, level INTEGER NOT NULL DEFAULT 1);
CREATE VIEW named_items AS SELECT id, name FROM items;
CREATE VIEW coded_items AS SELECT id, code FROM items;
CREATE VIEW over_named AS SELECT name, count(*) AS n FROM named_items GROUP BY name;
INSERT INTO owners (id, name) VALUES (1, 'Ann'), (2, 'Bo');
INSERT INTO items (id, name, price, code, parent_id, owner_id, note) VALUES
  (1, 'it''s', 1.50, 'a', NULL, 1, 'x'), (2, 'two', 0, 'b', 1, 2, NULL), (3, '3', 7, 'c', 2, NULL, '');
INSERT INTO parts (id, item_id, owner_id, n) VALUES (1, 1, 1, 0), (2, 1, NULL, 9), (7, 3, 2, -1);
INSERT INTO logs (at, what) VALUES (1, 'a'), (2, 'b');
)";
const char* const sqlite_trigger =
    "CREATE TRIGGER tr_items AFTER UPDATE OF price ON items BEGIN UPDATE parts SET n = n + 1 WHERE "
    "item_id = new.id; END;";
const char* const postgres_trigger =
    "CREATE FUNCTION count_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE parts SET n = "
    "n "
    "+ 1 WHERE item_id = new.id; RETURN new; END $$; CREATE TRIGGER tr_items AFTER UPDATE OF price "
    "ON items FOR EACH ROW EXECUTE FUNCTION count_up();";

}  // namespace retort::conformance
