#pragma once

#include <string>
#include <vector>

#include "dialect/dialect.h"
#include "diff/converge.h"
#include "model/naming.h"
#include "script/template.h"

namespace retort::command {

/// Begins a comment that somebody has to read, and then to take out; `check` counts them.
inline constexpr std::string_view review_mark = "review: ";

/// The body of a migration's upgrade or downgrade that goes these steps, as
/// `script::new_migration` wants it.
std::string migration_body(const std::vector<diff::done_step>& steps,
                           const dialect::dialect& target, script::file_format format,
                           const model::naming_convention& naming = {});

/// What is marked in it.
std::vector<std::string> reviews_in(const std::vector<diff::done_step>& steps);

}  // namespace retort::command
