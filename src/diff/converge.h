#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <retort/error.h>

#include "diff/changes.h"
#include "diff/compare.h"
#include "diff/renames.h"

namespace retort::diff {

/// What was done, and what it came to in SQL.
struct done_step {
  std::vector<model::operation> operations;
  /// As sent, in order.
  std::vector<std::string> statements;
  /// Why a person must look at it, and what rows lose by it; empty: nobody need, and nothing.
  std::string review;
  std::string loss;
  bool is_online = false;

  /// Both, for people.
  std::string mark() const;
};

struct convergence {
  /// Those that are online are the last.
  std::vector<done_step> steps;
  /// The tables that have gone to another schema.
  std::vector<renaming> moves;
  /// What was there before the first step that is online; none: there is no such step.
  std::optional<model::schema> before_online;
  /// What still differs: empty where it converged. The order of columns is no difference.
  std::vector<difference> left;
  /// What the database said of the first step that could not be taken.
  std::optional<error> problem;
};

/// Looks at the scratch database.
using look_function = std::function<model::schema()>;

/// Turns a scratch database into what is wanted, and notes how: the way is proven by having been
/// gone. Where the database refuses a step it is tried again later, another way, or without what
/// hangs on it, which is made again at the end. It all happens in one transaction, which is
/// committed; what is online is done behind it, outside of any. Throws `error` where the connection
/// fails.
convergence converge(db::connection& scratch, const look_function& look,
                     const model::schema& wanted, const dialect::dialect& target,
                     const rename_rules& rules, const change_options& options = {});

}  // namespace retort::diff
