#include "dialect/dialect.h"

#include <fmt/format.h>

#include <type_traits>
#include <variant>

#include <retort/error.h>

namespace retort::dialect {

std::string dialect::quote(const model::qualified_name& name) const {
  return name.schema.empty() ? quote(name.name) : quote(name.schema) + "." + quote(name.name);
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
