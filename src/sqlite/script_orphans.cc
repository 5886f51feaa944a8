#include "sqlite/script_orphans.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/sql_words.h"
#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "sqlite/parse_table.h"
#include "sqlite/tokens.h"

namespace retort::sqlite {
namespace {

// PRAGMA foreign_key_check fails as a whole at a key to columns that are no key ("Required and
// Suggested Database Indexes"), so that it is asked for the tables without such a key. Nor is one
// an index with another collation than its column's, which no PRAGMA shows: an index whose text
// names none has that, and of another one the column's text is looked at, from its name to the next
// comma. A parent that is not there is no reason to fail.
constexpr const char* prologue =
    R"(CREATE TEMP TABLE IF NOT EXISTS retort_guard_foreign_keys ("the migration leaves rows that break a foreign key" INTEGER NOT NULL);
CREATE TEMP TABLE IF NOT EXISTS retort_guard_broken (is_after, name, "row", n, PRIMARY KEY (is_after, name, "row")) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS retort_guard_filled (child COLLATE NOCASE);
CREATE TEMP VIEW IF NOT EXISTS retort_guard_keys AS
SELECT k.child, k.id, lower(k.child || '(' || k.columns || ')>' || k.parent) AS name,
  CASE p.type WHEN 'view' THEN 0 WHEN 'table' THEN
    k.width = (SELECT count(*) FROM pragma_table_info(k.parent, 'main') WHERE pk > 0)
    AND NOT EXISTS (SELECT 1 FROM pragma_foreign_key_list(k.child, 'main') AS f WHERE f.id = k.id
      AND lower(f."to") NOT IN (SELECT lower(name) FROM pragma_table_info(k.parent, 'main') WHERE pk > 0))
    OR EXISTS (SELECT 1 FROM pragma_index_list(k.parent, 'main') AS i WHERE i."unique" AND NOT i.partial
      AND NOT EXISTS (SELECT 1 FROM main.sqlite_master AS d JOIN pragma_index_xinfo(i.name, 'main') AS x
        WHERE d.type = 'index' AND d.name = i.name AND x.key AND (d.sql LIKE '%COLLATE%' OR p.sql NOT LIKE '%COLLATE%')
          AND (upper(x.coll) = 'BINARY') = (SELECT substr(s, 1, instr(s || ',', ',') - 1) LIKE '%COLLATE%'
            FROM (SELECT substr(t, instr(lower(t), lower(x.name))) AS s FROM (SELECT substr(p.sql, instr(p.sql, '(')) AS t))))
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
INSERT OR IGNORE INTO temp.retort_guard_broken SELECT 2, name, '', 0 FROM temp.retort_guard_keys WHERE NOT is_checkable;
DELETE FROM temp.retort_guard_filled;
)";

constexpr const char* refused =
    R"(INSERT INTO temp.retort_guard_broken SELECT 1, * FROM temp.retort_guard_orphans;
INSERT INTO temp.retort_guard_foreign_keys SELECT nullif((SELECT total(max(a.n - coalesce(b.n, 0), 0)) FROM temp.retort_guard_broken AS a LEFT JOIN temp.retort_guard_broken AS b ON b.is_after = 0 AND b.name = a.name AND b."row" = a."row" WHERE a.is_after = 1) <= (SELECT total(n) FROM temp.retort_guard_broken WHERE is_after = 0 AND name NOT IN (SELECT name FROM temp.retort_guard_broken WHERE is_after = 1)), 0);
INSERT INTO temp.retort_guard_foreign_keys SELECT nullif(NOT EXISTS (SELECT 1 FROM temp.retort_guard_filled AS f JOIN temp.retort_guard_keys AS k ON k.child = f.child WHERE NOT k.is_checkable AND k.name NOT IN (SELECT name FROM temp.retort_guard_broken WHERE is_after = 2)), 0);
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

bool is_one(const model::qualified_name& table, const std::string& name) {
  return base::equals_ignoring_case(table.name, name);
}

/// Whether the table may have another name behind the statement, or none.
bool takes_away(const dialect::statement& statement, const std::string& name) {
  for (const auto& op : statement.change) {
    const auto* renamed = std::get_if<model::rename_table>(&op.what);
    if (renamed != nullptr && is_one(renamed->table, name)) return true;
  }
  const auto all = tokenise(statement.sql);
  const auto goes = [](const token& t) { return is_word(t, "DROP") || is_word(t, "RENAME"); };
  return std::ranges::any_of(all, goes) && std::ranges::any_of(all, [&](const token& t) {
           return is_name(t) && base::equals_ignoring_case(name_of(t), name);
         });
}

/// A line that notes whether a table has rows, without its semicolon.
std::string script_filled_table(const std::string& table) {
  return fmt::format(
      "INSERT INTO temp.retort_guard_filled SELECT {} WHERE EXISTS (SELECT 1 FROM main.{})",
      dialect::quote_literal(table), dialect::quote_identifier(table));
}

/// The table with foreign keys that a statement makes in `main`; empty: it makes none for sure.
std::string made_with_keys(const dialect::statement& statement) {
  const auto first = base::words(statement.sql, base::sql_flavour::sqlite, 3);
  if (first.size() < 3 || first[0] != "create" || first[1] != "table" || first[2] == "if")
    return {};
  try {
    const auto table = parse_table(statement.sql);
    return table.foreign_keys.empty() ? std::string() : table.name.name;
  } catch (const error&) {
    return {};
  }
}

/// Notes which of the tables that the statements make have got rows.
std::string filled_tables(const std::vector<dialect::statement>& statements) {
  std::string lines;
  for (auto made = statements.begin(); made != statements.end(); ++made) {
    const auto name = made_with_keys(*made);
    const auto goes = [&](const auto& later) { return takes_away(later, name); };
    if (name.empty() || std::any_of(made + 1, statements.end(), goes)) continue;
    lines += script_filled_table(name) + ";\n";
  }
  return lines;
}

}  // namespace

bool may_take_key(const dialect::statement& statement) {
  const auto first = base::words(statement.sql, base::sql_flavour::sqlite, 2);
  return first.size() == 2 && first[0] == "drop" && first[1] == "index";
}

std::vector<std::string> script_filled_children(db::connection& memory, const std::string& parent) {
  const auto of_parent = parent.empty() ? std::string()
                                        : fmt::format(" AND lower(f.\"table\") = lower({})",
                                                      dialect::quote_literal(parent));
  const auto children = memory.query(
      "SELECT DISTINCT m.name FROM main.sqlite_master AS m JOIN pragma_foreign_key_list(m.name, "
      "'main') AS f WHERE m.type = 'table'" +
      of_parent + " ORDER BY m.name");
  std::vector<std::string> lines;
  for (const auto& row : children.rows) {
    try {
      memory.query(
          fmt::format("PRAGMA main.foreign_key_check({})", dialect::quote_identifier(*row[0])));
    } catch (const error&) {
      lines.push_back(script_filled_table(*row[0]));
    }
  }
  return lines;
}

std::string script_orphans_prologue() { return prologue; }

std::string script_orphans_noted(const std::vector<dialect::statement>& statements) {
  return may_break(statements) ? noted : std::string();
}

std::string script_orphans_refused(const std::vector<dialect::statement>& statements) {
  return may_break(statements) ? filled_tables(statements) + refused : std::string();
}

}  // namespace retort::sqlite
