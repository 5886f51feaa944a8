#pragma once

#include "model/table.h"

namespace retort::sqlite {

/// The part of dialect::normalise that needs no other table.
void normalise_table(model::table& table);

}  // namespace retort::sqlite
