#include <retort/migration.h>

namespace t = retort::types;
using retort::column;

// No downgrade is written: creating a table and its indexes can be reversed.
RETORT_MIGRATION(20250605){
    .down_revision = {"31eb30e5f037"},
    .message = "Add used password reset tokens",
    .created = "2025-06-05T16:00:00Z",
    .upgrade =
        [](retort::operations& op) {
          op.create_table(
              "used_password_reset_tokens",
              {
                  column("id", t::integer).identity().primary_key(),
                  column("email", t::varchar(255)).not_null(),
                  column("nonce", t::varchar(64)).not_null(),
                  column("used_at", t::timestamptz).not_null().server_default("CURRENT_TIMESTAMP"),
              });
          op.create_index("ix_used_password_reset_tokens_email", "used_password_reset_tokens",
                          {"email"});
          op.create_index("ix_used_password_reset_tokens_nonce", "used_password_reset_tokens",
                          {"nonce"}, {.unique = true});
        },
};
