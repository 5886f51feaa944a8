#pragma once

#include <vector>

#include "model/operation.h"

namespace retort::diff {

/// The operations with `serial` for a column, its sequence and what ties the two together, wherever
/// that says the same (PostgreSQL, "Serial Types"): in the words of an author.
std::vector<model::operation> with_serials(std::vector<model::operation> operations);

}  // namespace retort::diff
