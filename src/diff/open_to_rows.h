#pragma once

#include "base/sql_lexer.h"
#include "model/schema.h"

namespace retort::diff {

/// The schema without what acts on rows that come, or refuses them though they stand in such a
/// schema: triggers, rules, row level security; on PostgreSQL also foreign keys, which want the
/// rows that are referred to first, and what is NOT VALID.
model::schema open_to_rows(model::schema whole, base::sql_flavour flavour);

}  // namespace retort::diff
