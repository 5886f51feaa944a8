#include "conformance/kinds.h"

#include <retort/migration.h>

namespace retort::conformance {

namespace t = retort::types;

const std::vector<kind_of_change>& spread_kinds() {
  static const std::vector<kind_of_change> all = {
      {"table of another schema, with keys across",
       [](operations& op) {
         op.create_table("tags",
                         {column("id", t::bigint).identity().primary_key(),
                          column("stock_id", t::integer), column("item_id", t::integer)},
                         {.schema = "wide"});
         op.create_foreign_key("fk_tags_stock", "tags", "stock", {"stock_id"}, {"id"},
                               {.schema = "wide", .referent_schema = "far"});
         op.create_foreign_key("fk_tags_item", "tags", "items", {"item_id"}, {"id"},
                               {.on_delete = cascade, .schema = "wide"});
       }},
      {"rename table that two schemas have",
       [](operations& op) { op.rename_table("owners", "people", {.schema = "far"}); },
       {"far.owners"},
       true},
      {"rename table that others refer to",
       [](operations& op) { op.rename_table("stock", "goods", {.schema = "far"}); },
       {"far.stock"},
       true},
      {"drop table of another schema",
       [](operations& op) { op.drop_table("marks", {.schema = "wide"}); },
       {"wide.marks"}},
      {"column of another schema",
       [](operations& op) {
         op.add_column("stock", column("size", t::integer).not_null().server_default("7"),
                       {.schema = "far"});
       }},
      {"column of another schema's type",
       [](operations& op) {
         op.add_column("items",
                       column("feeling", t::raw("far.mood")).server_default(literal("ok")));
       }},
      {"drop column of another schema",
       [](operations& op) { op.drop_column("stock", "n", {.schema = "far"}); },
       {"far.stock.n"}},
      {"rename column that is a key elsewhere, in another schema",
       [](operations& op) {
         op.alter_column("owners", "id", change().rename("number"), {.schema = "far"});
       },
       {"far.owners.id"},
       true},
      {"type of a column that refers across",
       [](operations& op) {
         op.alter_column("marks", "stock_id", change().type(t::bigint), {.schema = "wide"});
       }},
      {"default of another schema's type",
       [](operations& op) {
         op.alter_column("marks", "feeling", change().server_default(literal("sad")),
                         {.schema = "wide"});
       }},
      {"no default of another schema's type",
       [](operations& op) {
         op.alter_column("marks", "feeling", change().no_server_default(), {.schema = "wide"});
       }},
      {"not null in another schema",
       [](operations& op) {
         op.alter_column("owners", "feeling", change().not_null(), {.schema = "far"});
       }},
      {"key to another schema",
       [](operations& op) {
         op.create_foreign_key("fk_parts_far", "parts", "owners", {"owner_id"}, {"id"},
                               {.referent_schema = "far"});
       }},
      {"drop key across schemas",
       [](operations& op) { op.drop_constraint("fk_stock_item", "stock", {.schema = "far"}); }},
      {"check in another schema",
       [](operations& op) {
         op.create_check_constraint("ck_items_price", "stock", "n > 0", {.schema = "far"});
       }},
      {"unique constraint in another schema",
       [](operations& op) {
         op.create_unique_constraint("uq_items_code", "stock", {"item_id", "n"}, {.schema = "far"});
       }},
      {"rename constraint in another schema",
       [](operations& op) {
         op.rename_constraint("fk_stock_item", "stock", "fk_to_item", {.schema = "far"});
       }},
      {"index in another schema",
       [](operations& op) {
         op.create_index("ix_marks", "marks", {"feeling"}, {.schema = "wide"});
       }},
      {"drop index that two schemas have",
       [](operations& op) { op.drop_index("ix_items_name", {.schema = "far"}); }},
      {"rename index that two schemas have",
       [](operations& op) { op.rename_index("ix_items_name", "ix_stock", {.schema = "far"}); }},
      {"value of another schema's enumeration",
       [](operations& op) { op.rename_enum_value("mood", "sad", "blue", {.schema = "far"}); },
       {"far.owners.feeling", "wide.marks.feeling"},
       true},
      {"enumeration of another schema",
       [](operations& op) {
         op.create_enum("mood", {"x", "y"}, {.schema = "wide"});
         op.add_column("marks", column("second", t::raw("wide.mood")), {.schema = "wide"});
       }},
      {"view over several schemas",
       [](operations& op) {
         op.create_view("v", "SELECT m.id FROM wide.marks m JOIN far.stock s ON s.id = m.stock_id",
                        {.schema = "far"});
       },
       {},
       true},
      {"drop view of another schema",
       [](operations& op) { op.drop_view("seen", {.schema = "wide"}); },
       {},
       true},
      {"comment in another schema",
       [](operations& op) { op.create_table_comment("stock", "what is far", {.schema = "far"}); }},
  };
  return all;
}

const char* const spread_world = R"(
CREATE SCHEMA far;
CREATE SCHEMA wide;
CREATE TYPE far.mood AS ENUM ('sad', 'ok');
CREATE TABLE far.owners (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(40) NOT NULL, feeling far.mood);
CREATE TABLE far.stock (id INTEGER NOT NULL PRIMARY KEY, item_id INTEGER NOT NULL CONSTRAINT fk_stock_item
  REFERENCES items (id) ON DELETE CASCADE, owner_id INTEGER CONSTRAINT fk_stock_owner
  REFERENCES far.owners (id), n INTEGER NOT NULL DEFAULT 1);
CREATE INDEX ix_items_name ON far.stock (owner_id);
CREATE TABLE wide.marks (id INTEGER NOT NULL PRIMARY KEY, feeling far.mood NOT NULL DEFAULT 'ok',
  stock_id INTEGER CONSTRAINT fk_marks_stock REFERENCES far.stock (id) ON DELETE SET NULL);
CREATE VIEW wide.seen AS SELECT s.id, o.name FROM far.stock s JOIN far.owners o ON o.id = s.owner_id;
INSERT INTO far.owners VALUES (1, 'Di', 'sad'), (2, 'Ed', 'ok');
INSERT INTO far.stock VALUES (1, 1, 1, 4), (2, 3, NULL, 5);
INSERT INTO wide.marks VALUES (1, 'sad', 1), (2, 'ok', NULL);
)";

}  // namespace retort::conformance
