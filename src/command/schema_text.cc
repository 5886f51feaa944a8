#include "command/schema_text.h"

#include <fmt/format.h>

#include "base/sql_words.h"
#include "render/cpp.h"
#include "script/function_field.h"

namespace retort::command {

std::vector<std::string> statements_of(const model::operation& op, const dialect::dialect& target) {
  std::vector<dialect::statement> written;
  target.write(op, written);
  std::vector<std::string> texts;
  for (auto& statement : written) texts.push_back(std::move(statement.sql));
  return texts;
}

std::string sql_text(const std::vector<model::operation>& operations,
                     const dialect::dialect& target) {
  std::vector<dialect::statement> statements;
  for (const auto& op : operations) target.write(op, statements);
  std::string text;
  // Routines may speak of what comes behind them.
  if (target.name() == "postgresql") text += "SET check_function_bodies = off;\n\n";
  for (const auto& statement : statements) {
    text.append(statement.sql).append(base::terminator(statement.sql)).append("\n");
  }
  if (!text.empty()) text.pop_back();
  return text;
}

std::string cpp_models(const std::vector<model::operation>& operations,
                       const dialect::dialect& target, const std::string& name,
                       const model::naming_convention& naming) {
  const render::sql_of sql = [&](const model::operation& op) { return statements_of(op, target); };
  constexpr int column = 10;
  auto text = fmt::format(
      "#include <retort/schema.h>\n\nnamespace t = retort::types;\nusing retort::column;\n\n"
      "RETORT_MODELS({}){{\n    .schema =\n        [](retort::operations& schema) {{\n{}\n"
      "        }},\n}};\n",
      name, render::cpp_calls(operations, target.name(), sql, "schema", column, naming));
  return script::with_short_function(std::move(text), ".schema");
}

}  // namespace retort::command
