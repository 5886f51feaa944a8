#pragma once

#include <string>
#include <vector>

#include "command/environment.h"
#include "diff/converge.h"

namespace retort::command {

/// Reads the rows of these tables of `env`'s database, puts them into the scratch database, where
/// `made` has been done, and returns the steps that did it: the rows, then what goes on from them,
/// numbers and materialized views. Throws `error` (usage) where `wanted` has no such table, and
/// `unfit_rows` where the scratch database does not take the rows, or does not give them back as
/// they are.
std::vector<diff::done_step> put_taken_rows(environment& env, const std::vector<std::string>& names,
                                            const model::schema& wanted,
                                            const std::vector<diff::done_step>& made,
                                            db::connection& scratch);

/// Whether it is one of those steps.
bool carries_rows(const diff::done_step& step);

/// What to say where the rows break what they come to.
error unfit_rows(const error& why);

}  // namespace retort::command
