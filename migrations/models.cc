#include <retort/schema.h>

namespace t = retort::types;
using retort::column;

namespace {

void file_metadata(retort::operations& schema) {
  schema.create_table("file_metadata",
                      {
                          column("id", t::integer).identity().primary_key(),
                          column("filename", t::varchar(255)).not_null(),
                          column("content_type", t::varchar(128)).not_null(),
                          column("user_id", t::integer).not_null().references("users", "id"),
                          column("created_at", t::timestamptz).not_null(),
                          column("updated_at", t::timestamptz).not_null(),
                          column("file_size", t::bigint),
                      });
  schema.create_index("ix_file_metadata_user_id", "file_metadata", {"user_id"});
}

void tokens(retort::operations& schema) {
  schema.create_table("blacklisted_tokens", {
                                                column("id", t::integer).identity().primary_key(),
                                                column("jti", t::varchar(255)).not_null(),
                                                column("expires_at", t::timestamptz).not_null(),
                                                column("created_at", t::timestamptz).not_null(),
                                                column("updated_at", t::timestamptz).not_null(),
                                            });
  schema.create_index("ix_blacklisted_tokens_jti", "blacklisted_tokens", {"jti"}, {.unique = true});
  schema.create_table(
      "used_password_reset_tokens",
      {
          column("id", t::integer).identity().primary_key(),
          column("email", t::varchar(255)).not_null(),
          column("nonce", t::varchar(64)).not_null(),
          column("used_at", t::timestamptz).not_null().server_default("CURRENT_TIMESTAMP"),
      });
  schema.create_index("ix_used_password_reset_tokens_email", "used_password_reset_tokens",
                      {"email"});
  schema.create_index("ix_used_password_reset_tokens_nonce", "used_password_reset_tokens",
                      {"nonce"}, {.unique = true});
}

void users(retort::operations& schema) {
  schema.create_table("users", {
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
  schema.create_index("ix_users_email", "users", {"email"}, {.unique = true});
}

void user_sessions(retort::operations& schema) {
  schema.create_table("user_sessions",
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
  schema.create_index("ix_user_sessions_user_id", "user_sessions", {"user_id"});
}

}  // namespace

// The schema that the migrations lead to; `db-check` compares the two.
RETORT_MODELS(reviewpoint){
    .schema =
        [](retort::operations& schema) {
          users(schema);
          user_sessions(schema);
          file_metadata(schema);
          tokens(schema);
        },
};
