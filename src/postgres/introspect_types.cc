#include <string>
#include <string_view>

#include <fmt/format.h>

#include "postgres/catalogue.h"
#include "postgres/unqualified.h"

// Types and routines, as the SQL that makes them.

namespace retort::postgres {
namespace {

/// Each query yields schema, name and what follows the type's name in its definition.
void add_types(catalogue& from, model::schema& out, const std::string& kind,
               std::string_view create, const std::string& sql) {
  const auto result = from.query(sql);
  for (const auto& row : result.rows) {
    const auto name = from.name(row[0], row[1]);
    add_object(out,
               {kind, name, {}, fmt::format("{} {} {}", create, from.quoted(name), text(row[2]))});
  }
}

void read_enums(catalogue& from, model::schema& out) {
  add_types(from, out, "type", "CREATE TYPE",
            fmt::format(R"(
SELECT n.nspname, t.typname, 'AS ENUM (' || coalesce((SELECT string_agg(quote_literal(e.enumlabel), ', '
  ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '') || ')'
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'e' AND {} AND {})",
                        from.is_user_schema(), catalogue::stands_alone("pg_type", "t.oid")));
}

void read_composites(catalogue& from, model::schema& out) {
  add_types(from, out, "type", "CREATE TYPE",
            fmt::format(R"(
SELECT n.nspname, t.typname, 'AS (' || coalesce((SELECT string_agg(quote_ident(a.attname) || ' '
    || format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attcollation <> 0 AND a.attcollation <> (SELECT b.typcollation FROM pg_type b
      WHERE b.oid = a.atttypid) THEN ' COLLATE ' || (SELECT {} FROM pg_collation co
      WHERE co.oid = a.attcollation) ELSE '' END, ', ' ORDER BY a.attnum)
  FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '') || ')'
FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'c' AND c.relkind = 'c' AND {} AND {})",
                        catalogue::collation("co"), from.is_user_schema(),
                        catalogue::stands_alone("pg_type", "t.oid")));
}

void read_domains(catalogue& from, model::schema& out) {
  add_types(from, out, "domain", "CREATE DOMAIN",
            fmt::format(R"(
SELECT n.nspname, t.typname, 'AS ' || format_type(t.typbasetype, t.typtypmod)
  || CASE WHEN t.typcollation <> 0 AND t.typcollation <> b.typcollation THEN ' COLLATE '
    || (SELECT {} FROM pg_collation co WHERE co.oid = t.typcollation) ELSE '' END
  || coalesce(' DEFAULT ' || t.typdefault, '') || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
  || coalesce((SELECT string_agg(' CONSTRAINT ' || quote_ident(k.conname) || ' '
    || pg_get_constraintdef(k.oid), '' ORDER BY k.conname) FROM pg_constraint k
    WHERE k.contypid = t.oid AND k.contype = 'c' AND k.convalidated), '')
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_type b ON b.oid = t.typbasetype
WHERE t.typtype = 'd' AND {} AND {})",
                        catalogue::collation("co"), from.is_user_schema(),
                        catalogue::stands_alone("pg_type", "t.oid")));
}

/// CREATE DOMAIN has no NOT VALID.
void read_unchecked_constraints(catalogue& from, model::schema& out) {
  const auto result =
      from.query(fmt::format(R"(
SELECT n.nspname, t.typname, ' ' || quote_ident(k.conname), pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN pg_type t ON t.oid = k.contypid JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE k.contype = 'c' AND NOT k.convalidated AND {} AND {})",
                             from.is_user_schema(), catalogue::stands_alone("pg_type", "t.oid")));
  for (const auto& row : result.rows) {
    const auto domain = from.name(row[0], row[1]);
    auto sql = fmt::format("ALTER DOMAIN {} ADD CONSTRAINT{} {}", from.quoted(domain), text(row[2]),
                           text(row[3]));
    add_object(out, {"domain constraint", domain, {}, std::move(sql)}, text(row[2]));
  }
}

void read_ranges(catalogue& from, model::schema& out) {
  add_types(from, out, "type", "CREATE TYPE",
            fmt::format(R"(
SELECT n.nspname, t.typname, 'AS RANGE (subtype = ' || format_type(r.rngsubtype, NULL)
  || CASE WHEN o.opcdefault THEN '' ELSE ', subtype_opclass = ' || quote_ident(o.opcname) END
  || CASE WHEN r.rngcollation = 0 OR r.rngcollation = b.typcollation THEN '' ELSE ', collation = '
    || (SELECT {} FROM pg_collation co WHERE co.oid = r.rngcollation) END
  || CASE WHEN r.rngcanonical = 0 THEN '' ELSE ', canonical = ' || r.rngcanonical::regproc END
  || CASE WHEN r.rngsubdiff = 0 THEN '' ELSE ', subtype_diff = ' || r.rngsubdiff::regproc END
  || {} || ')'
FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid JOIN pg_namespace n ON n.oid = t.typnamespace
JOIN pg_opclass o ON o.oid = r.rngsubopc JOIN pg_type b ON b.oid = r.rngsubtype
WHERE {} AND {})",
                        catalogue::collation("co"),
                        from.version() >= 140000
                            ? "', multirange_type_name = ' || r.rngmultitypid::regtype"
                            : "''",
                        from.is_user_schema(), catalogue::stands_alone("pg_type", "t.oid")));
}

/// Aggregates have no function that tells their definition, so it is put together here, as pg_dump
/// does it. What is as it would be without a word is left out.
void read_aggregates(catalogue& from, model::schema& out) {
  const auto modify = [](std::string_view words, std::string_view column) {
    return fmt::format(
        "CASE WHEN {1} = (CASE WHEN a.aggkind = 'n' THEN 'r' ELSE 'w' END) THEN NULL ELSE '{0} = ' "
        "|| "
        "CASE {1} WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END",
        words, column);
  };
  const auto function = [](std::string_view words, std::string_view column) {
    return fmt::format("CASE WHEN {1} = 0 THEN NULL ELSE '{0} = ' || {1} END", words, column);
  };
  const auto result = from.query(fmt::format(
      R"(
SELECT n.nspname, p.proname, pg_get_function_identity_arguments(p.oid),
  format('(%s) (%s)', pg_get_function_arguments(p.oid), concat_ws(', ', 'SFUNC = ' || a.aggtransfn,
    'STYPE = ' || format_type(a.aggtranstype, NULL),
    CASE WHEN a.aggtransspace > 0 THEN 'SSPACE = ' || a.aggtransspace END,
    {}, CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
    CASE WHEN a.aggfinalfn <> 0 THEN {} END, {}, {}, {}, 'INITCOND = ' || quote_literal(a.agginitval),
    {}, {}, CASE WHEN a.aggmtransfn <> 0 THEN 'MSTYPE = ' || format_type(a.aggmtranstype, NULL) END,
    CASE WHEN a.aggmtransspace > 0 THEN 'MSSPACE = ' || a.aggmtransspace END,
    {}, CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
    CASE WHEN a.aggmfinalfn <> 0 THEN {} END, 'MINITCOND = ' || quote_literal(a.aggminitval),
    CASE WHEN a.aggsortop <> 0 THEN (SELECT format('SORTOP = OPERATOR(%s%s)',
      CASE WHEN pg_operator_is_visible(o.oid) THEN '' ELSE quote_ident(m.nspname) || '.' END, o.oprname)
      FROM pg_operator o JOIN pg_namespace m ON m.oid = o.oprnamespace WHERE o.oid = a.aggsortop) END,
    CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END,
    CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END))
FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE {} AND {})",
      function("FINALFUNC", "a.aggfinalfn"), modify("FINALFUNC_MODIFY", "a.aggfinalmodify"),
      function("COMBINEFUNC", "a.aggcombinefn"), function("SERIALFUNC", "a.aggserialfn"),
      function("DESERIALFUNC", "a.aggdeserialfn"), function("MSFUNC", "a.aggmtransfn"),
      function("MINVFUNC", "a.aggminvtransfn"), function("MFINALFUNC", "a.aggmfinalfn"),
      modify("MFINALFUNC_MODIFY", "a.aggmfinalmodify"), from.is_user_schema(),
      catalogue::stands_alone("pg_proc", "p.oid")));
  for (const auto& row : result.rows) {
    const auto name = from.name(row[0], row[1]);
    add_object(out, {"aggregate", name, {}, "CREATE AGGREGATE " + from.quoted(name) + text(row[3])},
               "(" + text(row[2]) + ")");
  }
}

void read_collations(catalogue& from, model::schema& out) {
  const auto locale = from.version() >= 170000   ? "co.colllocale"
                      : from.version() >= 150000 ? "co.colliculocale"
                                                 : "NULL";
  add_types(from, out, "collation", "CREATE COLLATION",
            fmt::format(R"(
SELECT n.nspname, co.collname, format('(PROVIDER = %s, %s%s)',
  CASE co.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
  coalesce('LOCALE = ' || quote_literal({}),
    format('LC_COLLATE = %L, LC_CTYPE = %L', co.collcollate, co.collctype)),
  CASE WHEN co.collisdeterministic THEN '' ELSE ', DETERMINISTIC = false' END)
FROM pg_collation co JOIN pg_namespace n ON n.oid = co.collnamespace
WHERE {} AND {})",
                        locale, from.is_user_schema(),
                        catalogue::stands_alone("pg_collation", "co.oid")));
}

void read_conversions(catalogue& from, model::schema& out) {
  const auto result = from.query(fmt::format(
      R"(
SELECT n.nspname, c.conname, CASE WHEN c.condefault THEN 'CREATE DEFAULT CONVERSION' ELSE 'CREATE CONVERSION' END,
  format('FOR %L TO %L FROM %s', pg_encoding_to_char(c.conforencoding),
    pg_encoding_to_char(c.contoencoding), c.conproc)
FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace
WHERE {} AND {})",
      from.is_user_schema(), catalogue::stands_alone("pg_conversion", "c.oid")));
  for (const auto& row : result.rows) {
    const auto name = from.name(row[0], row[1]);
    add_object(out, {"conversion",
                     name,
                     {},
                     fmt::format("{} {} {}", text(row[2]), from.quoted(name), text(row[3]))});
  }
}

void read_routines(catalogue& from, model::schema& out) {
  const auto result =
      from.query(fmt::format(R"(
SELECT n.nspname, p.proname, p.prokind = 'p', pg_get_function_identity_arguments(p.oid),
  pg_get_functiondef(p.oid)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind <> 'a' AND {} AND {})",
                             from.is_user_schema(), catalogue::stands_alone("pg_proc", "p.oid")));
  for (const auto& row : result.rows) {
    auto definition = text(row[4]);
    while (!definition.empty() && definition.back() == '\n') definition.pop_back();
    definition = unqualified(from, std::move(definition),
                             flag(row[2]) ? " PROCEDURE " : " FUNCTION ", row[0], row[1]);
    add_object(out,
               {flag(row[2]) ? "procedure" : "function",
                from.name(row[0], row[1]),
                {},
                std::move(definition)},
               "(" + text(row[3]) + ")");
  }
}

}  // namespace

void read_types_and_routines(catalogue& from, model::schema& out) {
  read_enums(from, out);
  read_composites(from, out);
  read_domains(from, out);
  read_unchecked_constraints(from, out);
  read_ranges(from, out);
  read_routines(from, out);
  read_aggregates(from, out);
  read_collations(from, out);
  if (from.has().foreign_data) read_conversions(from, out);
}

}  // namespace retort::postgres
