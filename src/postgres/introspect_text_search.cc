#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "postgres/catalogue.h"

// Text search: parsers, templates, dictionaries, configurations, and which dictionaries a
// configuration asks about a kind of word, each as an object of its own.

namespace retort::postgres {
namespace {

/// One of the queries that are put together: `kind`, schema, name, what follows the name in its
/// key, and in its definition.
std::string part(const catalogue& from, std::string_view kind, std::string_view columns,
                 std::string_view table, std::string_view alias, std::string_view prefix,
                 std::string_view more = "") {
  const auto oid = fmt::format("{}.oid", alias);
  return fmt::format(
      "SELECT 'text search {}', n.nspname, {} FROM {} {} JOIN pg_namespace n ON n.oid = "
      "{}.{}namespace {} WHERE {} AND {}",
      kind, columns, table, alias, alias, prefix, more, from.is_user_schema(),
      catalogue::stands_alone(table, oid));
}

}  // namespace

void read_text_search(catalogue& from, model::schema& out) {
  const auto parsers = part(
      from, "parser",
      "p.prsname, '', format(' (START = %s, GETTOKEN = %s, END = %s%s, LEXTYPES = %s)', "
      "p.prsstart, p.prstoken, p.prsend, CASE WHEN p.prsheadline = 0 THEN '' ELSE ', HEADLINE = "
      "' || p.prsheadline END, p.prslextype)",
      "pg_ts_parser", "p", "prs");
  const auto templates =
      part(from, "template",
           "t.tmplname, '', format(' (%sLEXIZE = %s)', CASE WHEN t.tmplinit = 0 THEN '' ELSE "
           "format('INIT = %s, ', t.tmplinit) END, t.tmpllexize)",
           "pg_ts_template", "t", "tmpl");
  const auto dictionaries = part(
      from, "dictionary",
      "d.dictname, '', format(' (TEMPLATE = %s%I%s)', CASE WHEN pg_ts_template_is_visible(t.oid) "
      "THEN '' ELSE quote_ident(tn.nspname) || '.' END, t.tmplname, ', ' || d.dictinitoption)",
      "pg_ts_dict", "d", "dict",
      "JOIN pg_ts_template t ON t.oid = d.dicttemplate JOIN pg_namespace tn ON tn.oid = "
      "t.tmplnamespace");
  const auto configurations = part(
      from, "configuration",
      "c.cfgname, '', format(' (PARSER = %s%I)', CASE WHEN pg_ts_parser_is_visible(p.oid) THEN "
      "'' ELSE quote_ident(pn.nspname) || '.' END, p.prsname)",
      "pg_ts_config", "c", "cfg",
      "JOIN pg_ts_parser p ON p.oid = c.cfgparser JOIN pg_namespace pn ON pn.oid = "
      "p.prsnamespace");
  const auto mappings = part(
      from, "mapping", "c.cfgname, ' FOR ' || quote_ident(m.alias), m.dictionaries", "pg_ts_config",
      "c", "cfg",
      "CROSS JOIN LATERAL (SELECT k.alias, string_agg(w.mapdict::regdictionary::text, ', ' ORDER "
      "BY "
      "w.mapseqno) AS dictionaries FROM pg_ts_config_map w JOIN ts_token_type(c.cfgparser) k ON "
      "k.tokid = w.maptokentype WHERE w.mapcfg = c.oid GROUP BY k.alias) m");
  const auto result =
      from.query(fmt::format("{}\nUNION ALL\n{}\nUNION ALL\n{}\nUNION ALL\n{}\nUNION "
                             "ALL\n{}",
                             parsers, templates, dictionaries, configurations, mappings));
  for (const auto& row : result.rows) {
    const auto kind = text(row[0]);
    const auto name = from.name(row[1], row[2]);
    const auto quoted = from.quoted(name);
    const auto definition =
        kind == "text search mapping"
            ? fmt::format("ALTER TEXT SEARCH CONFIGURATION {} ADD MAPPING{} WITH {}", quoted,
                          text(row[3]), text(row[4]))
            : fmt::format("CREATE {} {}{}", base::upper(kind), quoted, text(row[4]));
    add_object(out, {kind, name, {}, definition}, text(row[3]));
  }
}

}  // namespace retort::postgres
