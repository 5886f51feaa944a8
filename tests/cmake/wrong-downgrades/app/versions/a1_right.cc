#include <retort/migration.h>

namespace t = retort::types;
using retort::column;

RETORT_MIGRATION(a1){
    .upgrade =
        [](retort::operations& op) {
          op.create_table("users", {
                                       column("id", t::bigint).identity().primary_key(),
                                       column("email", t::varchar(80)).not_null(),
                                       column("nick", t::varchar(20)).server_default("'nobody'"),
                                   });
          op.create_index("ix_users_email", "users", {"email"}, {.unique = true});
        },
};
