#pragma once

#include <string>

#include "base/sql_lexer.h"
#include "model/table.h"

namespace retort::diff {

/// What values lose where a column's type becomes another one, for people: "shop.price becomes
/// numeric(8,1): what it has no digits for is rounded away". Empty: nothing, or values that do not
/// fit make the change fail. Both are as introspection shows them.
std::string loss_by_type(const model::qualified_name& table, const model::column& from,
                         const model::column& to, base::sql_flavour flavour);

}  // namespace retort::diff
