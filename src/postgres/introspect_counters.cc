#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "postgres/catalogue.h"
#include "postgres/introspect.h"

namespace retort::postgres {

std::vector<std::pair<std::string, std::string>> counters(db::connection& connection,
                                                          std::string_view version_table) {
  catalogue from(connection, version_table);
  const auto found = from.query(fmt::format(
      R"(
SELECT n.nspname, c.relname, s.seqincrement
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relpersistence <> 't' AND has_sequence_privilege(s.seqrelid, 'SELECT')
  AND {} AND {} AND {} AND {}
ORDER BY n.nspname, c.relname)",
      from.is_not_of_own("c.oid"), from.is_user_schema(), from.is_users_table(),
      catalogue::stands_alone("pg_class", "c.oid")));
  // Where a sequence stands is told by itself alone.
  std::string sql;
  for (std::size_t i = 0; i < found.rows.size(); ++i) {
    const auto& row = found.rows[i];
    sql += fmt::format(
        "{}SELECT {}, last_value::numeric OPERATOR(pg_catalog.+) CASE WHEN is_called THEN {} ELSE "
        "0 END FROM {}",
        i == 0 ? "" : " UNION ALL ", i, text(row[2]), from.quoted(from.name(row[0], row[1])));
  }
  std::vector<std::pair<std::string, std::string>> out;
  if (sql.empty()) return out;
  // Their names are the search path's, so that it is read with that.
  const auto values = connection.query(sql + " ORDER BY 1");
  for (std::size_t i = 0; i < found.rows.size(); ++i) {
    out.emplace_back(from.name(found.rows[i][0], found.rows[i][1]).display(),
                     text(values.rows.at(i).at(1)));
  }
  return out;
}

}  // namespace retort::postgres
