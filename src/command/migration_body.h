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

/// The form of a body, and the column in which its lines begin.
struct body_form {
  script::file_format format = script::file_format::sql;
  std::size_t column = 0;
};

/// The body of a migration's upgrade or downgrade that goes these steps, as
/// `script::new_migration` wants it.
std::string migration_body(const std::vector<diff::done_step>& steps,
                           const dialect::dialect& target, const body_form& form,
                           const model::naming_convention& naming = {});

/// A mark as the comment that says it, with the line break behind it.
std::string review_comment(const std::string& review, const body_form& form);

/// What is marked in it.
std::vector<std::string> reviews_in(const std::vector<diff::done_step>& steps);

}  // namespace retort::command
