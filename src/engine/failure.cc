#include "engine/failure.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "base/text_tools.h"

namespace retort::engine {
namespace {}  // namespace

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
    problem.where.line_text = std::string(indent, ' ') + std::string(inside.line_text);
    return;
  }
  if (statement.code != nullptr) return;  // It has shown its own SQL.
  if (told) {
    problem.notes.insert(problem.notes.begin(), {fmt::format("in: {}", inside.line_text),
                                                 std::string(inside.column - 1 + 4, ' ') + "^"});
  } else {
    problem.notes.insert(problem.notes.begin(),
                         fmt::format("in: {}", base::first_line(statement.sql)));
  }
}

}  // namespace retort::engine
