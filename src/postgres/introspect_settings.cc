#include <string>
#include <unordered_map>

#include <fmt/format.h>

#include "postgres/catalogue.h"

// What is set on tables beside their definition: enabled triggers, the state of indexes, how
// columns are stored. Each is a line among the table's opaque ones, or an object of a materialized
// view, and only where it is not as it would be after CREATE.

namespace retort::postgres {
namespace {

/// A query of relation, what is set, and the relation's schema and name.
void add_lines(catalogue& from, const table_index& tables, model::schema& out,
               const std::string& sql) {
  for (const auto& row : from.query(sql).rows) {
    auto line = text(row[1]);
    if (const auto table = tables.find(text(row[0])); table != tables.end()) {
      table->second->opaque.push_back(std::move(line));
      continue;
    }
    const auto view = from.name(row[2], row[3]);
    const bool is_setting = line.starts_with("CLUSTER ON ") || line.starts_with("ALTER COLUMN ");
    if (!is_setting || !out.objects.contains("materialized view " + view.display())) continue;
    // Each of a kind once: `ALTER COLUMN c SET STATISTICS 10` without the number.
    const auto what = line.substr(0, line.find_last_of(" (", line.size() - 2));
    add_object(out, {"view setting",
                     {{}, what},
                     view,
                     fmt::format("ALTER TABLE {} {}", from.quoted(view), line)});
  }
}

/// The triggers that enforce foreign keys, on both sides, and the ones that a partition has from
/// its parent. The trigger's own name holds an oid; its function says which one it is.
void read_trigger_states(catalogue& from, const table_index& tables, model::schema& out) {
  const bool is_13 = from.version() >= 130000;
  add_lines(
      from, tables, out,
      fmt::format(R"(
SELECT t.tgrelid, CASE t.tgenabled WHEN 'D' THEN 'DISABLE TRIGGER ' WHEN 'R' THEN 'ENABLE REPLICA TRIGGER '
    WHEN 'A' THEN 'ENABLE ALWAYS TRIGGER ' ELSE 'ENABLE TRIGGER ' END
  || CASE WHEN k.oid IS NULL THEN quote_ident(t.tgname) ELSE quote_ident(f.proname) || ' OF CONSTRAINT '
    || quote_ident(k.conname) || CASE WHEN k.conrelid = t.tgrelid THEN ''
      ELSE ' ON ' || k.conrelid::regclass END END, n.nspname, c.relname
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_proc f ON f.oid = t.tgfoid
LEFT JOIN pg_constraint k ON k.oid = t.tgconstraint AND k.contype = 'f' {}
WHERE (t.tgisinternal AND k.oid IS NOT NULL AND t.tgenabled <> 'O' {}) AND {}
ORDER BY 1, 2)",
                  is_13 ? "LEFT JOIN pg_trigger p ON p.oid = t.tgparentid AND k.oid IS NULL" : "",
                  is_13 ? "OR p.tgenabled <> t.tgenabled" : "", from.is_user_schema()));
}

/// An index ON ONLY a partitioned table is not valid until all partitions have theirs attached, and
/// one that CONCURRENTLY gave up stays so. The parameters of a constraint's index are told nowhere
/// else.
void read_index_states(catalogue& from, const table_index& tables, model::schema& out) {
  add_lines(from, tables, out,
            fmt::format(R"(
SELECT i.indrelid, s.line, n.nspname, c.relname
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES
  (CASE WHEN NOT i.indisvalid THEN 'INVALID INDEX ' || quote_ident(x.relname) END),
  (CASE WHEN NOT i.indisready THEN 'INDEX NOT READY ' || quote_ident(x.relname) END),
  (CASE WHEN i.indisclustered THEN 'CLUSTER ON ' || quote_ident(x.relname) END),
  (CASE WHEN x.reloptions IS NOT NULL AND EXISTS (SELECT FROM pg_constraint k
      WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
    THEN 'INDEX ' || quote_ident(x.relname) || ' SET (' || array_to_string(x.reloptions, ', ') || ')' END)
  UNION ALL SELECT format('INDEX %I ALTER COLUMN %s SET STATISTICS %s', x.relname, a.attnum, a.attstattarget)
  FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0
  ) s(line)
WHERE s.line IS NOT NULL AND {}
ORDER BY 1, 2)",
                        from.is_user_schema()));
}

void read_column_settings(catalogue& from, const table_index& tables, model::schema& out) {
  const bool is_14 = from.version() >= 140000;
  // From version 17 on the default is NULL, before it is -1.
  add_lines(from, tables, out,
            fmt::format(R"(
SELECT a.attrelid, 'ALTER COLUMN ' || quote_ident(a.attname) || ' ' || s.setting, n.nspname, c.relname
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
CROSS JOIN LATERAL (VALUES
  (CASE WHEN a.attstorage <> t.typstorage THEN 'SET STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN'
    WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END),
  (CASE WHEN a.attstattarget >= 0 THEN 'SET STATISTICS ' || a.attstattarget END),
  (CASE {} WHEN 'p' THEN 'SET COMPRESSION pglz' WHEN 'l' THEN 'SET COMPRESSION lz4' END),
  ('SET (' || array_to_string(a.attoptions, ', ') || ')'), ({})) s(setting)
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'm') AND s.setting IS NOT NULL
  AND {}
ORDER BY 1, 2)",
                        is_14 ? "a.attcompression" : "''", from.generic_options("a.attfdwoptions"),
                        from.is_user_schema()));
}

}  // namespace

void read_settings(catalogue& from, const table_index& tables, model::schema& out) {
  read_trigger_states(from, tables, out);
  read_index_states(from, tables, out);
  read_column_settings(from, tables, out);
  if (from.has().partition_indexes) read_partition_indexes(from, tables);
}

}  // namespace retort::postgres
