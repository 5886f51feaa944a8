#include <retort/migration.h>

RETORT_MIGRATION(c3){
    .down_revision = {"b2"},
    .message = "Lengths",
    .upgrade =
        [](retort::operations& op) {
          // Twice would show.
          op.backfill("words", "length = length + length(word)", "id > 0").batches_of(5);
        },
    .downgrade =
        [](retort::operations& op) {
          op.backfill("words", "length = length - length(word)", "id > 0");
        },
};
