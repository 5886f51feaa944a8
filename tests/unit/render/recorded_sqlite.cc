#include <retort/migration.h>

#include "unit/render/recorded.h"

namespace t = retort::types;
using retort::column;

void retort::render::recorded_sqlite(operations& op) {
#include "golden/render/sqlite.inc"
}
