#pragma once

#include "command/environment.h"

namespace retort::command {

/// The version rows of the database, sorted; none where there is no database yet. Changes nothing.
history::rows read_rows(const environment& env);

}  // namespace retort::command
