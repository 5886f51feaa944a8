#include <retort/migration.h>

#include "unit/render/recorded.h"

namespace t = retort::types;
using retort::column;

void retort::render::recorded_postgresql(operations& op) {
#include "golden/render/postgresql.inc"
}
