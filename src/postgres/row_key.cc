#include <fmt/format.h>

#include <retort/error.h>

#include "base/text_tools.h"
#include "postgres/catalogue.h"
#include "postgres/dialect.h"

namespace retort::postgres {
namespace {

/// "Rules on INSERT, UPDATE, and DELETE": with INSTEAD the UPDATE that was asked for is not run,
/// and nothing says so.
void require_updates(db::connection& connection, const model::qualified_name& table,
                     const std::string& regclass) {
  const auto found = query_catalogue(
      connection,
      fmt::format("SELECT r.rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE "
                  "c.oid = {} AND c.relkind IN ('r', 'p') AND r.ev_type = '2' AND r.is_instead AND "
                  "r.ev_enabled <> 'D' ORDER BY r.rulename LIMIT 1",
                  regclass));
  if (found.rows.empty()) return;
  const auto rule = found.rows[0][0].value();
  throw error(fmt::format("the backfill of {} would leave rows as they are: its rule {} does "
                          "something else in place of an UPDATE",
                          table.display(), rule))
      .help(
          "disable the rule before the backfill, and enable it behind it: ALTER TABLE … DISABLE "
          "RULE …");
}

}  // namespace

std::vector<std::string> postgres_dialect::row_key(db::connection& connection,
                                                   const model::qualified_name& table,
                                                   std::vector<std::string> wanted) const {
  const auto regclass = fmt::format("to_regclass({})", literal(quote(table)));
  require_updates(connection, table, regclass);
  if (wanted.empty()) {
    const auto rows =
        query_catalogue(connection,
                        fmt::format("SELECT a.attname FROM pg_index i CROSS JOIN LATERAL "
                                    "unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place) "
                                    "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = "
                                    "k.attnum WHERE i.indrelid = {} AND "
                                    "i.indisprimary AND k.place <= i.indnkeyatts ORDER BY k.place",
                                    regclass))
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

/// ORDER BY sorts a column by the default class of its type; one that has none of its own (VARCHAR,
/// an enumeration, an array) by pg_catalog's for a type that it is taken for ("CREATE OPERATOR
/// CLASS").
std::vector<std::string> postgres_dialect::key_operators(
    db::connection& connection, const model::qualified_name& table,
    const std::vector<std::string>& key) const {
  std::vector<std::string> names;
  for (const auto& name : key) names.push_back(literal(name));
  const auto found =
      query_catalogue(connection, fmt::format(R"(SELECT coalesce((
WITH RECURSIVE base (oid, domain_of) AS (
    SELECT y.oid, y.typbasetype FROM pg_type y WHERE y.oid = a.atttypid
  UNION ALL SELECT y.oid, y.typbasetype FROM base b JOIN pg_type y ON y.oid = b.domain_of)
SELECT n.nspname FROM base b JOIN pg_opclass c ON c.opcintype = b.oid AND c.opcdefault
  JOIN pg_am m ON m.oid = c.opcmethod AND m.amname = 'btree'
  JOIN pg_amop o ON o.amopfamily = c.opcfamily AND o.amoplefttype = c.opcintype
    AND o.amoprighttype = c.opcintype AND o.amopstrategy = 5
  JOIN pg_operator p ON p.oid = o.amopopr JOIN pg_namespace n ON n.oid = p.oprnamespace
WHERE b.domain_of = 0), 'pg_catalog')
FROM unnest(ARRAY[{}]) WITH ORDINALITY w (name, place) LEFT JOIN pg_attribute a
  ON a.attrelid = to_regclass({}) AND a.attname = w.name::name ORDER BY w.place)",
                                              base::join(names, ", "), literal(quote(table))));
  std::vector<std::string> schemas;
  for (const auto& row : found.rows) schemas.push_back(row[0].value());
  return schemas;
}

/// "Overview of Trigger Behavior": where a row's BEFORE trigger returns NULL, it stays as it is. A
/// row that goes to another partition is deleted and inserted.
std::vector<std::string> postgres_dialect::what_skips_updates(
    db::connection& connection, const model::qualified_name& table) const {
  const auto found = query_catalogue(connection, fmt::format(R"(WITH RECURSIVE heirs (oid) AS (
    SELECT to_regclass({})::oid
  UNION SELECT i.inhrelid FROM heirs h JOIN pg_inherits i ON i.inhparent = h.oid)
SELECT DISTINCT t.tgname FROM heirs h JOIN pg_class c ON c.oid = h.oid JOIN pg_trigger t ON t.tgrelid = c.oid
WHERE t.tgenabled IN ('O', 'A') AND t.tgtype & 3 = 3 AND (t.tgtype & 16 <> 0 OR c.relispartition)
ORDER BY t.tgname)",
                                                             literal(quote(table))));
  std::vector<std::string> names;
  for (const auto& row : found.rows) {
    names.push_back(fmt::format("trigger {} of {}", row[0].value(), table.display()));
  }
  return names;
}

}  // namespace retort::postgres
