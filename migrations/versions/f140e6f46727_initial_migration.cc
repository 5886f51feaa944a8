#include <retort/migration.h>

namespace t = retort::types;
using retort::column;

RETORT_MIGRATION(f140e6f46727){
    .message = "Initial migration",
    .created = "2025-06-05T08:00:00Z",
    .upgrade =
        [](retort::operations& op) {
          op.create_table("blacklisted_tokens",
                          {
                              column("id", t::integer).identity().primary_key(),
                              column("jti", t::varchar(255)).not_null(),
                              column("expires_at", t::timestamptz).not_null(),
                              column("created_at", t::timestamptz).not_null(),
                              column("updated_at", t::timestamptz).not_null(),
                          });
          op.create_index("ix_blacklisted_tokens_jti", "blacklisted_tokens", {"jti"},
                          {.unique = true});

          op.create_table("users", {
                                       column("id", t::integer).identity().primary_key(),
                                       column("email", t::varchar(255)).not_null(),
                                       column("hashed_password", t::varchar(255)).not_null(),
                                       column("is_active", t::boolean).not_null(),
                                       column("is_deleted", t::boolean).not_null(),
                                       column("is_admin", t::boolean).not_null(),
                                       column("last_login_at", t::timestamp),
                                       column("name", t::varchar(128)),
                                       column("bio", t::varchar(512)),
                                       column("avatar_url", t::varchar(255)),
                                       column("preferences", t::json),
                                       column("created_at", t::timestamptz).not_null(),
                                       column("updated_at", t::timestamptz).not_null(),
                                   });
          op.create_index("ix_users_email", "users", {"email"}, {.unique = true});

          op.create_table("file_metadata",
                          {
                              column("id", t::integer).identity().primary_key(),
                              column("filename", t::varchar(255)).not_null(),
                              column("content_type", t::varchar(128)).not_null(),
                              column("user_id", t::integer).not_null().references("users", "id"),
                              column("created_at", t::timestamptz).not_null(),
                              column("updated_at", t::timestamptz).not_null(),
                          });
          op.create_index("ix_file_metadata_user_id", "file_metadata", {"user_id"});

          op.create_table("user_sessions",
                          {
                              column("id", t::integer).identity().primary_key(),
                              column("user_id", t::integer)
                                  .not_null()
                                  .references("users", "id")
                                  .on_delete(retort::cascade),
                              column("session_token", t::varchar(255)).not_null().unique(),
                              column("ip_address", t::varchar(45)),
                              column("user_agent", t::varchar(512)),
                              column("expires_at", t::timestamptz).not_null(),
                              column("created_at", t::timestamptz).not_null(),
                              column("updated_at", t::timestamptz).not_null(),
                          });
          op.create_index("ix_user_sessions_user_id", "user_sessions", {"user_id"});
        },
    .downgrade =
        [](retort::operations& op) {
          op.drop_table("user_sessions");
          op.drop_table("file_metadata");
          op.drop_table("users");
          op.drop_table("blacklisted_tokens");
        },
};
