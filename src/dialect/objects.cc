#include "dialect/objects.h"

#include <fmt/format.h>

#include "base/text_tools.h"
#include "dialect/dialect.h"

namespace retort::dialect {

bool is_routine(std::string_view kind) { return kind == "function" || kind == "procedure"; }

std::string upper(std::string_view kind) {
  std::string result(kind);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

std::string dialect::object_sql(const model::object_name& object, const std::string& body,
                                bool if_not_exists) const {
  const auto text = base::trim(body);
  if (base::equals_ignoring_case(text.substr(0, 7), "CREATE ")) return std::string(text);
  auto sql = fmt::format("CREATE {} {}{}", upper(object.kind),
                         if_not_exists ? "IF NOT EXISTS " : "", quote(object.name));
  if (is_routine(object.kind)) sql += "(" + object.signature + ")";
  if (object.kind == "policy") sql += " ON " + quote(object.table);
  if (object.kind.ends_with("view")) sql += " AS";
  if (!text.empty()) sql.append(" ").append(text);
  return sql;
}

}  // namespace retort::dialect
