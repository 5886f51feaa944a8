#include <retort/migration.h>

RETORT_MIGRATION(f6){
    .down_revision = {"e5"},
    .upgrade = [](retort::operations& op) { op.create_index("ix_phone", "users", {"phone"}); },
};
