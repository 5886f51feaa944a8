#include "dialect/dialect.h"

#include <fmt/format.h>

#include <type_traits>
#include <variant>

#include <retort/error.h>

#include "base/text_tools.h"

namespace retort::dialect {

std::string dialect::quote(const model::qualified_name& name) const {
  return name.schema.empty() ? quote(name.name) : quote(name.schema) + "." + quote(name.name);
}

std::string dialect::object_sql(const model::object_name& object, const std::string& body,
                                bool if_not_exists) const {
  const auto text = base::trim(body);
  for (const std::string_view verb :
       {"CREATE ", "ALTER ", "COMMENT ", "GRANT ", "REVOKE ", "PRAGMA "}) {
    if (base::equals_ignoring_case(text.substr(0, verb.size()), verb)) return std::string(text);
  }
  auto sql = fmt::format("CREATE {} {}{}", base::upper(object.kind),
                         if_not_exists ? "IF NOT EXISTS " : "", quote(object.name));
  if (model::is_routine(object.kind)) sql += "(" + object.signature + ")";
  if (object.kind == "policy") sql += " ON " + quote(object.table);
  if (object.kind.ends_with("view")) sql += " AS";
  if (!text.empty()) sql.append(" ").append(text);
  return sql;
}

std::string dialect::equal(std::string_view column, std::string_view value) const {
  return fmt::format("{} = {}", column, value);
}

std::unique_ptr<table_change> dialect::prepare(db::connection&, const statement& change) const {
  throw error(fmt::format("{} has no changes that wait for the database: {}", name(), change.sql));
}

std::unique_ptr<session> dialect::open_session(db::connection&, bool) const {
  return std::make_unique<session>();
}

const model::qualified_name& changed_table(const std::vector<model::operation>& change) {
  return std::visit(
      [](const auto& op) -> const model::qualified_name& {
        if constexpr (requires { op.table.display(); }) {
          return op.table;
        } else {
          static const model::qualified_name none;
          return none;
        }
      },
      change.front().what);
}

}  // namespace retort::dialect
