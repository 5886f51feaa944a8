#include <fmt/format.h>

#include <retort/error.h>

#include "base/text_tools.h"
#include "postgres/catalogue.h"
#include "postgres/dialect.h"

namespace retort::postgres {

std::vector<std::string> postgres_dialect::row_key(db::connection& connection,
                                                   const model::qualified_name& table,
                                                   std::vector<std::string> wanted) const {
  if (wanted.empty()) {
    const auto rows =
        query_catalogue(connection,
                        fmt::format("SELECT a.attname FROM pg_index i CROSS JOIN LATERAL "
                                    "unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place) "
                                    "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = "
                                    "k.attnum WHERE i.indrelid = to_regclass({}) AND "
                                    "i.indisprimary AND k.place <= i.indnkeyatts ORDER BY k.place",
                                    literal(quote(table))))
            .rows;
    for (const auto& row : rows) wanted.push_back(row[0].value());
    return wanted;
  }
  std::vector<std::string> nulls;
  for (const auto& name : wanted) nulls.push_back(quote(name) + " IS NULL");
  const auto unreached = connection.query(
      fmt::format("SELECT 1 FROM {} WHERE {} LIMIT 1", quote(table), base::join(nulls, " OR ")));
  if (unreached.rows.empty()) return wanted;
  throw error(fmt::format("a row of table {} has NULL in the key that the backfill walks by",
                          table.display()))
      .help("walk by columns that are NOT NULL");
}

}  // namespace retort::postgres
