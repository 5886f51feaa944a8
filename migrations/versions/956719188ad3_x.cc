#include <retort/migration.h>

namespace t = retort::types;
using retort::column;

RETORT_MIGRATION(956719188ad3){
    .down_revision = {"20250605"},
    .message = "x",
    .created = "2026-11-27T18:03:57Z",
    .upgrade =
        [](retort::operations& op) {
          (void)op;  // op.create_table(…), op.add_column(…), op.execute("…")
        },
};
