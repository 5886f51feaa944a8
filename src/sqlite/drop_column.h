#pragma once

#include <string>
#include <string_view>

#include "model/schema.h"

namespace retort::sqlite {

/// Whether a column can go by ALTER TABLE ("ALTER TABLE DROP COLUMN"). `text` is the table's CREATE
/// statement.
bool can_drop(const model::schema& all, const model::table& table, const std::string& column,
              std::string_view text);

}  // namespace retort::sqlite
