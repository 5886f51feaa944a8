#include "engine/failure.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "base/passwords.h"
#include "base/text_tools.h"

namespace retort::engine {
namespace {

/// The line of a statement's text. A password in it may be told by the line before alone.
std::string line_of(const std::string& sql, const base::text_position& place) {
  const auto shown = base::text_without_passwords(sql);
  if (shown == sql || base::text_without_passwords(place.line_text) != place.line_text) {
    return std::string(place.line_text);
  }
  std::string_view rest = shown;
  for (auto line = place.line; line > 1 && rest.find('\n') != std::string_view::npos; --line) {
    rest.remove_prefix(rest.find('\n') + 1);
  }
  return std::string(base::first_line(rest));
}

}  // namespace

void locate(error& problem, const dialect::statement& statement) {
  const model::origin& origin = statement.where;
  const bool told = problem.position != 0;
  const auto inside =
      base::position_at(statement.sql, base::byte_of_character(statement.sql, problem.position));
  problem.where = {origin.file, origin.line, origin.column, {}};
  if (statement.verbatim && origin.column != 0) {
    // The statement's first line may stand behind other text in the file; blanks keep the caret
    // right.
    const bool first = inside.line == 1;
    const unsigned indent = first ? origin.column - 1 : 0;
    problem.where.line = origin.line + inside.line - 1;
    problem.where.column = inside.column + indent;
    problem.where.line_text = std::string(indent, ' ') + line_of(statement.sql, inside);
    return;
  }
  if (statement.code != nullptr) return;  // It has shown its own SQL.
  if (told) {
    problem.notes.insert(problem.notes.begin(),
                         {fmt::format("in: {}", line_of(statement.sql, inside)),
                          std::string(inside.column - 1 + 4, ' ') + "^"});
  } else {
    problem.notes.insert(problem.notes.begin(),
                         fmt::format("in: {}", base::first_line(statement.sql)));
  }
}

}  // namespace retort::engine
