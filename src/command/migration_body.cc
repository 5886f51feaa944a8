#include "command/migration_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/sql_words.h"
#include "base/text_tools.h"
#include "render/cpp.h"
#include "script/function_field.h"

namespace retort::command {
namespace {

/// The words in comment lines of at most a hundred characters, as clang-format breaks them.
std::string wrapped(const std::string& text, std::size_t column) {
  const auto lead = std::string(column, ' ') + "//";
  if (script::width_of(text) + lead.size() < script::widest_line) return lead + ' ' + text + '\n';
  std::string out;
  std::string line = lead;
  for (const auto& word : base::split_list(text, ' ')) {
    const auto width = script::width_of(line) + 1 + script::width_of(word);
    if (line != lead && width > script::widest_line) {
      out += std::exchange(line, lead) + '\n';
    }
    line += ' ' + word;
  }
  return out + line + '\n';
}

std::string sql_body(const std::vector<diff::done_step>& steps) {
  std::string out;
  for (const auto& step : steps) {
    if (!out.empty()) out += '\n';
    const auto mark = step.mark();
    if (!mark.empty()) out += review_comment(mark, {script::file_format::sql, 0});
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
                     const model::naming_convention& naming, std::size_t column) {
  const int indent = static_cast<int>(column);
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
  auto calls = render::cpp_calls(step.operations, target.name(), sql, "op", indent, naming);
  if (is_known) return calls;
  std::vector<model::operation> raw;
  for (const auto& statement : step.statements) raw.push_back({model::execute{statement}, {}});
  return render::cpp_calls(raw, target.name(), sql, "op", indent, naming);
}

std::string cpp_body(const std::vector<diff::done_step>& steps, const dialect::dialect& target,
                     const model::naming_convention& naming, std::size_t column) {
  std::string out;
  for (const auto& step : steps) {
    const auto calls = calls_of(step, target, naming, column);
    // What another step has taken along.
    if (calls.empty()) continue;
    if (!out.empty()) out += '\n';
    const auto mark = step.mark();
    if (!mark.empty()) out += review_comment(mark, {script::file_format::cpp, column});
    out += calls;
  }
  return out;
}

}  // namespace

std::string migration_body(const std::vector<diff::done_step>& steps,
                           const dialect::dialect& target, const body_form& form,
                           const model::naming_convention& naming) {
  if (form.format == script::file_format::sql) return sql_body(steps);
  return cpp_body(steps, target, naming, form.column);
}

std::string review_comment(const std::string& review, const body_form& form) {
  auto text = std::string(review_mark) + base::printable(review);
  std::ranges::replace(text, '\n', ' ');
  if (form.format == script::file_format::sql) return "-- " + text + '\n';
  return wrapped(text, form.column);
}

std::vector<std::string> reviews_in(const std::vector<diff::done_step>& steps) {
  std::vector<std::string> found;
  for (const auto& step : steps) {
    if (auto mark = step.mark(); !mark.empty()) found.push_back(std::move(mark));
  }
  return found;
}

}  // namespace retort::command
