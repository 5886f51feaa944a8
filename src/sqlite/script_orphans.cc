#include "sqlite/script_orphans.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/sql_words.h"

namespace retort::sqlite {
namespace {

// PRAGMA foreign_key_check fails as a whole at a key to columns that are no key ("Required and
// Suggested Database Indexes"), so that it is asked for the tables without such a key. A parent
// that is not there is no reason to fail.
constexpr const char* prologue =
    R"(CREATE TEMP TABLE IF NOT EXISTS retort_guard_foreign_keys ("the migration leaves rows that break a foreign key" INTEGER NOT NULL);
CREATE TEMP TABLE IF NOT EXISTS retort_guard_broken (is_after, name, "row", n, PRIMARY KEY (is_after, name, "row")) WITHOUT ROWID;
CREATE TEMP VIEW IF NOT EXISTS retort_guard_keys AS
SELECT k.child, k.id, lower(k.child || '(' || k.columns || ')>' || k.parent) AS name,
  CASE p.type WHEN 'view' THEN 0 WHEN 'table' THEN
    k.width = (SELECT count(*) FROM pragma_table_info(k.parent, 'main') WHERE pk > 0)
    AND NOT EXISTS (SELECT 1 FROM pragma_foreign_key_list(k.child, 'main') AS f WHERE f.id = k.id
      AND lower(f."to") NOT IN (SELECT lower(name) FROM pragma_table_info(k.parent, 'main') WHERE pk > 0))
    OR EXISTS (SELECT 1 FROM pragma_index_list(k.parent, 'main') AS i WHERE i."unique" AND NOT i.partial
      AND k.width = (SELECT count(*) FROM pragma_index_info(i.name, 'main'))
      AND NOT EXISTS (SELECT 1 FROM pragma_foreign_key_list(k.child, 'main') AS f WHERE f.id = k.id
        AND coalesce(lower(f."to"), '') NOT IN (SELECT coalesce(lower(name), '') FROM pragma_index_info(i.name, 'main'))))
  ELSE 1 END AS is_checkable
FROM (SELECT m.name AS child, f.id AS id, f."table" AS parent, count(*) AS width, group_concat(f."from") AS columns
    FROM main.sqlite_master AS m JOIN pragma_foreign_key_list(m.name, 'main') AS f WHERE m.type = 'table' GROUP BY m.name, f.id) AS k
  LEFT JOIN main.sqlite_master AS p ON p.name = k.parent COLLATE NOCASE AND p.type IN ('table', 'view');
CREATE TEMP VIEW IF NOT EXISTS retort_guard_orphans AS
SELECT name, "row", sum(n) AS n FROM (
  SELECT name, '' AS "row", 0 AS n FROM temp.retort_guard_keys
  UNION ALL
  SELECT k.name, CASE WHEN EXISTS (SELECT 1 FROM pragma_table_info(t.child, 'main') WHERE pk > 0)
    AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.child, 'main') WHERE origin = 'pk') THEN v."rowid" ELSE '' END, 1
  FROM (SELECT child FROM temp.retort_guard_keys GROUP BY child HAVING min(is_checkable)) AS t
    CROSS JOIN pragma_foreign_key_check(t.child, 'main') AS v
    CROSS JOIN temp.retort_guard_keys AS k ON k.child = t.child AND k.id = v.fkid)
GROUP BY name, "row";
)";

constexpr const char* noted =
    R"(DELETE FROM temp.retort_guard_broken;
INSERT INTO temp.retort_guard_broken SELECT 0, * FROM temp.retort_guard_orphans;
)";

constexpr const char* refused =
    R"(INSERT INTO temp.retort_guard_broken SELECT 1, * FROM temp.retort_guard_orphans;
INSERT INTO temp.retort_guard_foreign_keys SELECT nullif((SELECT total(max(a.n - coalesce(b.n, 0), 0)) FROM temp.retort_guard_broken AS a LEFT JOIN temp.retort_guard_broken AS b ON b.is_after = 0 AND b.name = a.name AND b."row" = a."row" WHERE a.is_after = 1) <= (SELECT total(n) FROM temp.retort_guard_broken WHERE is_after = 0 AND name NOT IN (SELECT name FROM temp.retort_guard_broken WHERE is_after = 1)), 0);
)";

/// Not what only makes, sets or reads something: no row goes, and none that is there gets a parent
/// to miss.
bool may_break(const dialect::statement& statement) {
  if (statement.code != nullptr || !statement.change.empty()) return true;
  const auto first = base::words(statement.sql, base::sql_flavour::sqlite, 1);
  if (first.empty()) return false;
  constexpr std::array<std::string_view, 3> harmless = {"create", "pragma", "select"};
  return std::ranges::find(harmless, first.front()) == harmless.end();
}

bool may_break(const std::vector<dialect::statement>& statements) {
  return std::ranges::any_of(
      statements, [](const dialect::statement& statement) { return may_break(statement); });
}

}  // namespace

std::string script_orphans_prologue() { return prologue; }

std::string script_orphans_noted(const std::vector<dialect::statement>& statements) {
  return may_break(statements) ? noted : std::string();
}

std::string script_orphans_refused(const std::vector<dialect::statement>& statements) {
  return may_break(statements) ? refused : std::string();
}

}  // namespace retort::sqlite
