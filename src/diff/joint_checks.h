#pragma once

#include <map>
#include <string>
#include <vector>

#include "diff/fill.h"

namespace retort::diff {

/// By column, SQL for what rows that are there get in it.
using value_map = std::map<std::string, std::string>;

/// What became of the checks that are about several columns, new ones among them.
struct joint_values {
  /// For the columns that need another value than was meant for them. It may name columns that the
  /// rows have.
  value_map values = {};
  /// The checks for which nothing was found.
  std::vector<std::string> unsolved = {};
};

/// Looks for values with which the checks of `to` let pass whatever the rows of `from` have in the
/// columns that stay, as far as samples of it tell: something that comes to mind, in some rows
/// alone, or made of the other columns. `meant`: what columns get otherwise; a new one that is not
/// in it has its default. Of SQLite.
joint_values solve_joint_checks(const model::table& from, const model::table& to,
                                const value_map& meant, const filler& fills,
                                const dialect::dialect& target, const trial& holds);

}  // namespace retort::diff
