#include "render/cpp.h"

#include <variant>

#include "render/calls.h"
#include "render/literal.h"

namespace retort::render {
namespace {

std::vector<expression> executed(const target& to, const std::vector<std::string>& statements) {
  std::vector<expression> made;
  for (const auto& sql : statements) {
    if (!sql.empty()) made.push_back(call_on(to, "execute", {sql_text(sql)}));
  }
  return made;
}

}  // namespace

std::string cpp_calls(const std::vector<model::operation>& operations, std::string_view dialect,
                      const sql_of& fallback, std::string_view receiver, int indent,
                      const model::naming_convention& naming) {
  const target to = {std::string(receiver), dialect, naming};
  const auto margin = static_cast<std::size_t>(indent);
  std::string out;
  for (const auto& op : operations) {
    auto made = std::visit([&](const auto& what) { return calls_of(to, what); }, op.what);
    if (!made) made = executed(to, fallback(op));
    for (const auto& statement : *made) {
      if (!out.empty()) out += '\n';
      out.append(margin, ' ').append(formatted(statement, margin)).append(";");
    }
  }
  return out;
}

}  // namespace retort::render
