#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "postgres/catalogue.h"
#include "postgres/unqualified.h"

// Relations that are no tables, and what hangs on relations: kept as the SQL that makes them, in
// the server's own form.

namespace retort::postgres {
namespace {

std::string without_semicolon(std::string sql) {
  while (!sql.empty() && (sql.back() == ';' || sql.back() == '\n')) sql.pop_back();
  return sql;
}

void read_schemas(catalogue& from, model::schema& out) {
  const auto result = from.query(fmt::format(
      "SELECT n.nspname FROM pg_namespace n WHERE n.nspname <> 'public' AND n.nspname <> "
      "coalesce(current_schema(), '') AND {} AND {}",
      from.is_user_schema(), catalogue::stands_alone("pg_namespace", "n.oid")));
  for (const auto& row : result.rows) {
    const model::qualified_name name{{}, text(row[0])};
    add_object(out, {"schema", name, {}, "CREATE SCHEMA " + from.quoted(name)});
  }
}

void read_extensions(catalogue& from, model::schema& out) {
  // An extension that makes its schema itself says where it is.
  const auto result = from.query(fmt::format(R"(
SELECT e.extname, CASE WHEN n.nspname NOT IN ('pg_catalog', 'public', coalesce(current_schema(), '')) AND {}
  THEN ' WITH SCHEMA ' || quote_ident(n.nspname) ELSE '' END
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql')",
                                             catalogue::stands_alone("pg_namespace", "n.oid")));
  for (const auto& row : result.rows) {
    const model::qualified_name name{{}, text(row[0])};
    add_object(out, {"extension",
                     name,
                     {},
                     "CREATE EXTENSION IF NOT EXISTS " + from.quoted(name) + text(row[1])});
  }
}

void read_views(catalogue& from, model::schema& out) {
  const auto result = from.query(fmt::format(
      R"(
SELECT n.nspname, c.relname, c.relkind, pg_get_viewdef(c.oid), {},
  c.relispopulated, CASE WHEN am.amname <> 'heap' THEN ' USING ' || quote_ident(am.amname) ELSE '' END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am am ON am.oid = c.relam
WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't' AND {} AND {} AND {})",
      catalogue::storage_options("c"), from.is_user_schema(), from.is_users_table(),
      catalogue::stands_alone("pg_class", "c.oid")));
  for (const auto& row : result.rows) {
    const auto name = from.name(row[0], row[1]);
    const bool is_stored = text(row[2]) == "m";
    const std::string kind = is_stored ? "materialized view" : "view";
    const auto options = row[4] ? fmt::format(" WITH ({})", *row[4]) : std::string();
    const bool is_empty = is_stored && !flag(row[5]);
    add_object(
        out, {kind,
              name,
              {},
              fmt::format("CREATE {} {}{}{} AS\n{}{}", is_stored ? "MATERIALIZED VIEW" : "VIEW",
                          from.quoted(name), text(row[6]), options, without_semicolon(text(row[3])),
                          is_empty ? "\n WITH NO DATA" : "")});
  }
}

void read_view_indexes(catalogue& from, model::schema& out) {
  const auto result = from.query(fmt::format(R"(
SELECT n.nspname, x.relname, c.relname, pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'm' AND {} AND {} AND {})",
                                             from.is_user_schema(), from.is_users_table(),
                                             catalogue::stands_alone("pg_class", "c.oid")));
  for (const auto& row : result.rows) {
    add_object(out, {"index", from.name(row[0], row[1]), from.name(row[0], row[2]), text(row[3])});
  }
}

/// An identity's own sequence belongs to its column; the one of a serial column is an object that
/// the column owns.
void read_sequences(catalogue& from, model::schema& out) {
  const auto result = from.query(fmt::format(
      R"(
SELECT n.nspname, c.relname, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin,
  s.seqmax, s.seqcache, s.seqcycle, c.relpersistence,
  d.refobjid::regclass::text || '.' || quote_ident(a.attname)
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
  AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE c.relpersistence <> 't' AND coalesce(d.deptype <> 'i', true)
  AND {} AND {} AND {} AND {})",
      from.is_not_of_own("c.oid"), from.is_user_schema(), from.is_users_table(),
      catalogue::stands_alone("pg_class", "c.oid")));
  for (const auto& row : result.rows) {
    const auto name = from.name(row[0], row[1]);
    const auto type = text(row[2]);
    auto sql = fmt::format("CREATE {}SEQUENCE {}", text(row[9]) == "u" ? "UNLOGGED " : "",
                           from.quoted(name));
    if (type != "bigint") sql += " AS " + type;
    if (const auto options = sequence_options(row, 2); !options.empty()) sql += " " + options;
    add_object(out, {"sequence", name, {}, std::move(sql)});
    if (row[10]) add_owner(out, name, from.quoted(name), *row[10]);
  }
}

/// Triggers, rules and policies: what belongs to one relation and is told by one function.
void read_hangers_on(catalogue& from, model::schema& out) {
  const bool is_13 = from.version() >= 130000;
  const auto result = from.query(fmt::format(
      R"(
WITH c AS MATERIALIZED (SELECT c.oid, n.nspname, c.relname FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't' AND {} AND {} AND {})
SELECT 'trigger', c.nspname, c.relname, t.tgname, pg_get_triggerdef(t.oid)
  || CASE t.tgenabled WHEN 'D' THEN ' -- disabled' WHEN 'R' THEN ' -- enabled on replicas'
    WHEN 'A' THEN ' -- enabled always' ELSE '' END
FROM pg_trigger t JOIN c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal {}
UNION ALL
SELECT 'column default', c.nspname, c.relname, a.attname, format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s',
    c.oid::regclass, a.attname, pg_get_expr(d.adbin, d.adrelid))
FROM pg_attrdef d JOIN c ON c.oid = d.adrelid JOIN pg_class v ON v.oid = c.oid AND v.relkind = 'v'
JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
UNION ALL
SELECT 'rule', c.nspname, c.relname, r.rulename, rtrim(pg_get_ruledef(r.oid), ';')
  || CASE r.ev_enabled WHEN 'D' THEN ' -- disabled' WHEN 'R' THEN ' -- enabled on replicas'
    WHEN 'A' THEN ' -- enabled always' ELSE '' END
FROM pg_rewrite r JOIN c ON c.oid = r.ev_class WHERE r.rulename <> '_RETURN'
UNION ALL
SELECT 'statistics', c.nspname, c.relname, s.stxname, pg_get_statisticsobjdef(s.oid)
FROM pg_statistic_ext s JOIN c ON c.oid = s.stxrelid
UNION ALL
SELECT 'statistics target', c.nspname, c.relname, s.stxname, format('ALTER STATISTICS %I.%I SET STATISTICS %s',
    m.nspname, s.stxname, {})
FROM pg_statistic_ext s JOIN c ON c.oid = s.stxrelid JOIN pg_namespace m ON m.oid = s.stxnamespace
WHERE {} >= 0
UNION ALL
SELECT 'policy', c.nspname, c.relname, p.polname, format('CREATE POLICY %I ON %s AS %s FOR %s TO %s',
    p.polname, p.polrelid::regclass, CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
    CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
      WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
    (SELECT string_agg(CASE WHEN r.role = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r.role)) END,
      ', ') FROM unnest(p.polroles) r(role)))
  || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
  || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
FROM pg_policy p JOIN c ON c.oid = p.polrelid)",
      from.is_user_schema(), from.is_users_table(), catalogue::stands_alone("pg_class", "c.oid"),
      is_13 ? "AND t.tgparentid = 0" : "", is_13 ? "s.stxstattarget" : "-1",
      is_13 ? "s.stxstattarget" : "-1"));
  for (const auto& row : result.rows) {
    const auto kind = text(row[0]);
    auto sql = without_semicolon(text(row[4]));
    if (kind == "trigger") sql = unqualified(from, std::move(sql), " ON ", row[1], row[2]);
    if (kind == "rule") sql = unqualified(from, std::move(sql), " TO ", row[1], row[2]);
    if (kind.starts_with("statistics")) {
      sql = unqualified(from, std::move(sql), " STATISTICS ", row[1], row[3]);
    }
    add_object(out, {kind, {{}, text(row[3])}, from.name(row[1], row[2]), std::move(sql)});
  }
}

}  // namespace

void read_objects(catalogue& from, model::schema& out) {
  read_schemas(from, out);
  read_extensions(from, out);
  read_views(from, out);
  read_view_indexes(from, out);
  read_sequences(from, out);
  read_hangers_on(from, out);
  if (from.has().operators) read_operators_and_classes(from, out);
  if (from.has().text_search) read_text_search(from, out);
  read_schemaless(from, out);
}

}  // namespace retort::postgres
