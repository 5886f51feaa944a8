#include <retort/migration.h>
namespace t = retort::types;
using retort::column;

RETORT_MIGRATION(a1){
    .message = "Tables",
    .upgrade =
        [](retort::operations& op) {
          op.create_table("people", {
                                        column("id", t::bigint).identity().primary_key(),
                                        column("name", t::varchar(40)).not_null(),
                                        column("age", t::integer).server_default("18"),
                                    });
          op.create_table("pets", {
                                      column("id", t::bigint).identity().primary_key(),
                                      column("owner", t::bigint).not_null(),
                                      column("name", t::text),
                                  });
          op.create_index("ix_people_age", "people", {retort::descending("age")});
          op.execute("INSERT INTO people (name, age) VALUES ('Ann', 30), ('Bo', 4)");
          op.execute("INSERT INTO pets (owner, name) VALUES (1, 'Cat')");
        },
    .downgrade =
        [](retort::operations& op) {
          op.drop_table("pets");
          op.drop_table("people");
        },
};
