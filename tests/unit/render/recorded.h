#pragma once

#include <retort/migration.h>

namespace retort::render {

/// tests/golden/render, compiled.
void recorded_postgresql(operations& op);
void recorded_sqlite(operations& op);

}  // namespace retort::render
