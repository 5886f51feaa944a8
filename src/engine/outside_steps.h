#pragma once

#include <cstddef>
#include <vector>

#include "dialect/dialect.h"

namespace retort::engine {

/// Statements of a migration outside a transaction that are done or not done as one: from `first`
/// up to `last`, which is not among them. Several: a transaction of the author's own, whose kind is
/// `opens`.
struct outside_step {
  std::size_t first = 0;
  std::size_t last = 0;
  dialect::outside kind = dialect::outside::wrapped;
};

/// The steps in order; each statement is in one.
std::vector<outside_step> outside_steps(const std::vector<dialect::statement>& statements,
                                        const dialect::dialect& target);

}  // namespace retort::engine
