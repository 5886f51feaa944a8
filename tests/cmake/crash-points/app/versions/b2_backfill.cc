#include <retort/migration.h>
using retort::column;

RETORT_MIGRATION(b2){
    .down_revision = {"a1"},
    .message = "Backfill in batches",
    .loses = {"people.size"},
    .upgrade =
        [](retort::operations& op) {
          op.backfill("people", "size = coalesce(size, 0) + length(name)").batches_of(2);
          op.add_column("people", column("rank", retort::types::integer));
        },
    .downgrade = [](retort::operations& op) { op.drop_column("people", "rank"); },
};
