#include <fmt/format.h>

#include "postgres/dialect.h"

namespace retort::postgres {

std::vector<std::string> postgres_dialect::row_key(db::connection& connection,
                                                   const model::qualified_name& table) const {
  const auto rows =
      connection
          .query(fmt::format("SELECT a.attname FROM pg_index i CROSS JOIN LATERAL "
                             "unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place) "
                             "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = "
                             "k.attnum WHERE i.indrelid = {}::regclass AND i.indisprimary "
                             "ORDER BY k.place",
                             literal(quote(table))))
          .rows;
  std::vector<std::string> key;
  for (const auto& row : rows) key.push_back(quote(*row[0]));
  return key;
}

}  // namespace retort::postgres
