#include <retort/migration.h>

namespace t = retort::types;

RETORT_MIGRATION(31eb30e5f037){
    .down_revision = {"f140e6f46727"},
    .message = "Add file size field",
    .created = "2025-06-05T12:00:00Z",
    .upgrade =
        [](retort::operations& op) { op.add_column("file_metadata", "file_size", t::bigint); },
    .downgrade = [](retort::operations& op) { op.drop_column("file_metadata", "file_size"); },
};
