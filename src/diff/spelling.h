#pragma once

#include "dialect/dialect.h"
#include "model/schema.h"

namespace retort::diff {

/// A schema in which SQL that the database takes for the same as SQL of `like`
/// (`dialect::comparable`) is spelled as there, so that comparing shows no difference.
model::schema spelled_like(model::schema schema, const model::schema& like,
                           const dialect::dialect& target);

}  // namespace retort::diff
