#include <retort/migration.h>
namespace t = retort::types;
using retort::column;

RETORT_MIGRATION(a1){
    .message = "Two tables with rows",
    .upgrade =
        [](retort::operations& op) {
          op.create_table("people", {
                                        column("id", t::integer).primary_key(),
                                        column("name", t::text),
                                        column("size", t::integer),
                                    });
          op.create_table("pets", {
                                      column("id", t::integer).primary_key(),
                                      column("owner", t::integer).references("people", "id"),
                                  });
          op.execute("INSERT INTO people (id, name) VALUES (1, 'Ann'), (2, 'Bo'), (3, 'Cy')");
          op.execute("INSERT INTO pets (id, owner) VALUES (1, 1), (2, 3)");
        },
    .downgrade =
        [](retort::operations& op) {
          op.drop_table("pets");
          op.drop_table("people");
        },
};
