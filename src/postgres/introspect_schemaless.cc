#include <string>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "postgres/catalogue.h"

// What belongs to no schema: casts, publications, event triggers, languages, access methods, and
// what foreign tables come from. Their names are SQL already, but for those that are one word.

namespace retort::postgres {
namespace {

/// A query of kind, name, what follows the name in the definition, and what follows CREATE. 16384
/// is the first oid of users' objects.
std::string casts() {
  return fmt::format(R"(
SELECT 'cast', format('(%s AS %s)', format_type(k.castsource, NULL), format_type(k.casttarget, NULL)),
  CASE k.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || k.castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT'
    ELSE 'WITHOUT FUNCTION' END
  || CASE k.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END, ''
FROM pg_cast k WHERE k.oid >= 16384 AND {})",
                     catalogue::stands_alone("pg_cast", "k.oid"));
}

std::string publications(const catalogue& from) {
  const bool is_15 = from.version() >= 150000;
  return fmt::format(
      R"(
SELECT 'publication', quote_ident(p.pubname), CASE WHEN p.puballtables THEN 'FOR ALL TABLES '
    ELSE coalesce('FOR ' || nullif(concat_ws(', ',
      'TABLE ' || (SELECT string_agg(r.prrelid::regclass::text || {}, ', '
        ORDER BY r.prrelid::regclass::text) FROM pg_publication_rel r WHERE r.prpubid = p.oid), {}),
      '') || ' ', '')
    END || format('WITH (publish = %L%s)', concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END,
    CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END,
    CASE WHEN p.pubtruncate THEN 'truncate' END),
    CASE WHEN {} THEN ', publish_via_partition_root = true' ELSE '' END), ''
FROM pg_publication p WHERE {})",
      is_15 ? "coalesce(' (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER "
              "BY a.attnum) FROM pg_attribute a WHERE a.attrelid = r.prrelid AND "
              "a.attnum = ANY (r.prattrs)) || ')', '') || coalesce(' WHERE (' || "
              "pg_get_expr(r.prqual, r.prrelid) || ')', '')"
            : "''",
      is_15 ? "'TABLES IN SCHEMA ' || (SELECT string_agg(quote_ident(w.nspname), ', ' "
              "ORDER BY w.nspname) FROM pg_publication_namespace s JOIN pg_namespace w "
              "ON w.oid = s.pnnspid WHERE s.pnpubid = p.oid)"
            : "NULL",
      from.version() >= 130000 ? "p.pubviaroot" : "false",
      catalogue::stands_alone("pg_publication", "p.oid"));
}

std::string event_triggers() {
  return fmt::format(R"(
SELECT 'event trigger', quote_ident(v.evtname), 'ON ' || v.evtevent
  || coalesce(' WHEN TAG IN (' || (SELECT string_agg(quote_literal(tag), ', ')
    FROM unnest(v.evttags) tag) || ')', '') || ' EXECUTE FUNCTION ' || v.evtfoid::regproc || '()'
  || CASE v.evtenabled WHEN 'D' THEN ' -- disabled' WHEN 'R' THEN ' -- enabled on replicas'
    WHEN 'A' THEN ' -- enabled always' ELSE '' END, ''
FROM pg_event_trigger v WHERE {})",
                     catalogue::stands_alone("pg_event_trigger", "v.oid"));
}

std::string languages_and_access_methods() {
  return fmt::format(R"(
SELECT 'language', quote_ident(l.lanname), 'HANDLER ' || l.lanplcallfoid::regproc
  || CASE l.laninline WHEN 0 THEN '' ELSE ' INLINE ' || l.laninline::regproc END
  || CASE l.lanvalidator WHEN 0 THEN '' ELSE ' VALIDATOR ' || l.lanvalidator::regproc END,
  CASE WHEN l.lanpltrusted THEN ' TRUSTED' ELSE '' END
FROM pg_language l WHERE l.oid >= 16384 AND l.lanispl AND l.lanplcallfoid <> 0 AND {}
UNION ALL
SELECT 'access method', quote_ident(m.amname), format('TYPE %s HANDLER %s',
  CASE m.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END, m.amhandler), ''
FROM pg_am m WHERE m.oid >= 16384 AND {})",
                     catalogue::stands_alone("pg_language", "l.oid"),
                     catalogue::stands_alone("pg_am", "m.oid"));
}

/// The options of a user mapping hold passwords, and only its owner may see them: they are never
/// read.
std::string foreign_sources(const catalogue& from) {
  return fmt::format(R"(
SELECT 'foreign data wrapper', quote_ident(w.fdwname), concat_ws(' ',
  CASE w.fdwhandler WHEN 0 THEN NULL ELSE 'HANDLER ' || w.fdwhandler::regproc END,
  CASE w.fdwvalidator WHEN 0 THEN NULL ELSE 'VALIDATOR ' || w.fdwvalidator::regproc END, {}), ''
FROM pg_foreign_data_wrapper w WHERE {}
UNION ALL
SELECT 'server', quote_ident(s.srvname), concat_ws(' ', 'TYPE ' || quote_literal(s.srvtype),
  'VERSION ' || quote_literal(s.srvversion),
  (SELECT 'FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname) FROM pg_foreign_data_wrapper w
   WHERE w.oid = s.srvfdw), {}), ''
FROM pg_foreign_server s WHERE {}
UNION ALL
SELECT 'user mapping', format('FOR %s SERVER %I', CASE u.umuser WHEN 0 THEN 'PUBLIC'
  ELSE quote_ident(u.usename) END, u.srvname), '', ''
FROM pg_user_mappings u WHERE {})",
                     from.generic_options("w.fdwoptions"),
                     catalogue::stands_alone("pg_foreign_data_wrapper", "w.oid"),
                     from.generic_options("s.srvoptions"),
                     catalogue::stands_alone("pg_foreign_server", "s.oid"),
                     catalogue::stands_alone("pg_user_mapping", "u.umid"));
}

}  // namespace

void read_schemaless(catalogue& from, model::schema& out) {
  auto sql =
      fmt::format("{}\nUNION ALL{}\nUNION ALL{}", casts(), publications(from), event_triggers());
  if (from.has().foreign_data) {
    sql += fmt::format("\nUNION ALL{}\nUNION ALL{}", languages_and_access_methods(),
                       foreign_sources(from));
  }
  const auto result = from.query(sql);
  for (const auto& row : result.rows) {
    const auto kind = text(row[0]);
    const auto name = text(row[1]);
    const auto rest = text(row[2]);
    add_object(out, {kind,
                     {{}, name},
                     {},
                     fmt::format("CREATE{} {} {}{}{}", text(row[3]), base::upper(kind), name,
                                 rest.empty() ? "" : " ", rest)});
  }
}

}  // namespace retort::postgres
