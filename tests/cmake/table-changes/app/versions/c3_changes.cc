#include <retort/migration.h>
namespace t = retort::types;
using retort::column;

RETORT_MIGRATION(c3){
    .down_revision = {"b2"},
    .message = "Every kind of change",
    .upgrade =
        [](retort::operations& op) {
          op.alter_column("people", "age", retort::change().not_null().server_default("21"));
          op.alter_column("people", "age", retort::change().rename("years"));
          op.add_column("people", column("mail", t::text).unique());
          op.create_check_constraint("ck_people_years", "people", "years >= 0");
          op.create_unique_constraint("uq_people", "people", {"name", "years"});
          op.create_foreign_key("fk_owner", "pets", "people", {"owner"}, {"id"},
                                {.on_delete = retort::cascade});
          op.create_table_comment("people", "those who keep pets");
          op.rename_table("pets", "animals");
        },
    .downgrade =
        [](retort::operations& op) {
          op.rename_table("animals", "pets");
          op.drop_table_comment("people");
          op.drop_constraint("fk_owner", "pets", {.type = retort::constraint_type::foreignkey});
          op.drop_constraint("uq_people", "people");
          op.drop_constraint("ck_people_years", "people");
          op.drop_column("people", "mail");
          op.alter_column("people", "years", retort::change().rename("age"));
          op.alter_column("people", "age", retort::change().nullable().server_default("18"));
        },
};
