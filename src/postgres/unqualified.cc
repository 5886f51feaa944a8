#include "postgres/unqualified.h"

#include "dialect/quoting.h"

namespace retort::postgres {

std::string unqualified(const catalogue& from, std::string definition, std::string_view lead,
                        const db::cell& schema, const db::cell& name) {
  if (!from.name(schema, name).schema.empty()) return definition;
  const auto qualifier = dialect::quote_identifier(text(schema)) + ".";
  const auto whole = std::string(lead) + qualifier + dialect::quote_identifier(text(name));
  const auto at = definition.find(whole);
  if (at == std::string::npos) return definition;
  // Another name may begin alike.
  const auto behind = at + whole.size();
  const bool is_it = behind == definition.size() ||
                     std::string_view(" (\n").find(definition[behind]) != std::string_view::npos;
  if (is_it) definition.erase(at + lead.size(), qualifier.size());
  return definition;
}

}  // namespace retort::postgres
