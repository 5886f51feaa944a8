#include <retort/migration.h>

RETORT_MIGRATION(c3){
    .down_revision = {"b2"},
    .message = "Build a table anew",
    .upgrade =
        [](retort::operations& op) {
          op.alter_column("people", "name", retort::change().not_null());
        },
};
