#include <retort/migration.h>

RETORT_MIGRATION(e5){
    .down_revision = {"d4"},
    .upgrade = [](retort::operations& op) { op.execute("DELETE FROM users WHERE id = 2"); },
    .downgrade = [](retort::operations&) {},
};
