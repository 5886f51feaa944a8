#include "command/migration_body.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/sql_words.h"
#include "base/text_tools.h"
#include "render/cpp.h"

namespace retort::command {
namespace {

/// A comment that ends with its line, whatever names are in it.
std::string review_line(std::string_view lead, const std::string& review) {
  auto text = base::printable(review);
  std::ranges::replace(text, '\n', ' ');
  return fmt::format("{} {}{}\n", lead, review_mark, text);
}

std::string sql_body(const std::vector<diff::done_step>& steps) {
  std::string out;
  for (const auto& step : steps) {
    if (!out.empty()) out += '\n';
    const auto mark = step.mark();
    if (!mark.empty()) out += review_line("--", mark);
    for (const auto& sql : step.statements) {
      out.append(sql).append(base::terminator(sql));
      if (out.back() != '\n') out += '\n';
    }
  }
  if (!out.empty()) out.pop_back();
  return out;
}

/// The calls of a step; where there is no call and SQL depends on the table, all of it as the SQL
/// that was sent.
std::string calls_of(const diff::done_step& step, const dialect::dialect& target,
                     const model::naming_convention& naming) {
  bool is_known = true;
  const render::sql_of sql = [&](const model::operation& op) {
    std::vector<dialect::statement> statements;
    target.write(op, statements);
    std::vector<std::string> texts;
    for (const auto& statement : statements) {
      is_known = is_known && statement.is_known();
      texts.push_back(statement.sql);
    }
    return texts;
  };
  auto calls = render::cpp_calls(step.operations, target.name(), sql, "op", 6, naming);
  if (is_known) return calls;
  std::vector<model::operation> raw;
  for (const auto& statement : step.statements) raw.push_back({model::execute{statement}, {}});
  return render::cpp_calls(raw, target.name(), sql, "op", 6, naming);
}

std::string cpp_body(const std::vector<diff::done_step>& steps, const dialect::dialect& target,
                     const model::naming_convention& naming) {
  std::string out;
  for (const auto& step : steps) {
    if (!out.empty()) out += '\n';
    const auto mark = step.mark();
    if (!mark.empty()) out += review_line("      //", mark);
    out += calls_of(step, target, naming);
  }
  return out;
}

}  // namespace

std::string migration_body(const std::vector<diff::done_step>& steps,
                           const dialect::dialect& target, script::file_format format,
                           const model::naming_convention& naming) {
  return format == script::file_format::cpp ? cpp_body(steps, target, naming) : sql_body(steps);
}

std::vector<std::string> reviews_in(const std::vector<diff::done_step>& steps) {
  std::vector<std::string> found;
  for (const auto& step : steps) {
    if (auto mark = step.mark(); !mark.empty()) found.push_back(std::move(mark));
  }
  return found;
}

}  // namespace retort::command
