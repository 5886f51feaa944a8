#include "command/migration_body.h"

#include <fmt/format.h>

#include "base/sql_words.h"

namespace retort::command {
namespace {

std::string sql_body(const std::vector<diff::done_step>& steps) {
  std::string out;
  for (const auto& step : steps) {
    if (!out.empty()) out += '\n';
    if (!step.review.empty()) out += fmt::format("-- {}{}\n", review_mark, step.review);
    for (const auto& sql : step.statements) {
      out.append(sql).append(base::terminator(sql));
      if (out.back() != '\n') out += '\n';
    }
  }
  if (!out.empty()) out.pop_back();
  return out;
}

}  // namespace

std::string migration_body(const std::vector<diff::done_step>& steps,
                           const dialect::dialect& /*target*/, script::file_format /*format*/) {
  return sql_body(steps);
}

std::vector<std::string> reviews_in(const std::vector<diff::done_step>& steps) {
  std::vector<std::string> found;
  for (const auto& step : steps) {
    if (!step.review.empty()) found.push_back(step.review);
  }
  return found;
}

}  // namespace retort::command
