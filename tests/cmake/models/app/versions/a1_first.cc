#include <retort/migration.h>

namespace t = retort::types;
using retort::column;

RETORT_MIGRATION(a1){
    .message = "People and pets",
    .upgrade =
        [](retort::operations& op) {
          op.create_table("people", {column("id", t::integer).primary_key(),
                                     column("name", t::text).not_null()});
          op.create_index("ix_people_name", "people", {"name"});
          op.create_table("pets", {column("id", t::integer).primary_key(),
                                   column("owner", t::integer).references("people", "id")});
        },
};
