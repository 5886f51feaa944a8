#pragma once

#include <string>

#include "model/name.h"
#include "model/operation.h"

namespace retort::model {

/// What models say of the name that a table or a column had before.
struct rename_hint {
  /// Under its name in the models.
  qualified_name table = {};
  /// Its name in the models; empty: the hint is the table's.
  std::string column = {};
  /// The name before, without a schema or a table.
  std::string from = {};
  origin where = {};
};

}  // namespace retort::model
