#include "postgres/introspect.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "model/apply_objects.h"
#include "postgres/array_casts.h"
#include "postgres/catalogue.h"
#include "postgres/constraint_names.h"

// What is read: tables with their columns, constraints and indexes (here), what is set on them
// (introspect_settings.cc), who may use them and comments (introspect_grants.cc), and as the
// server's own SQL everything else that users make (introspect_objects.cc, introspect_types.cc,
// introspect_operators.cc, introspect_text_search.cc, introspect_schemaless.cc).
// Every schema of users is read; tablespaces, base types and subscriptions are not.

namespace retort::postgres {
namespace {

void add_opaque(const db::row& row, model::table& table) {
  const auto add = [&](std::string words) { table.opaque.push_back(std::move(words)); };
  const auto partition_bound = text(row[9]);
  const auto parents = text(row[10]);
  if (text(row[4]) == "u") add("UNLOGGED");
  if (row[8]) add("PARTITION BY " + *row[8]);
  if (!partition_bound.empty()) {
    add(fmt::format("PARTITION OF {} {}", parents, partition_bound));
  } else if (!parents.empty()) {
    add(fmt::format("INHERITS ({})", parents));
  }
  if (row[11]) add("USING " + *row[11]);
  if (row[6]) add(fmt::format("WITH ({})", *row[6]));
  if (row[12]) add(*row[12]);
  if (row[13]) add("OF " + *row[13]);
  for (const auto& security : names(row[7])) add(security);
}

table_index read_tables(catalogue& from, model::schema& out) {
  table_index tables;
  const auto result = from.query(fmt::format(
      R"(
SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, obj_description(c.oid, 'pg_class'),
  {},
  nullif(concat_ws(chr(31),
    CASE WHEN c.relrowsecurity THEN 'ENABLE ROW LEVEL SECURITY' END,
    CASE WHEN c.relforcerowsecurity THEN 'FORCE ROW LEVEL SECURITY' END,
    CASE c.relreplident WHEN 'f' THEN 'REPLICA IDENTITY FULL' WHEN 'n' THEN CASE c.relkind WHEN 'f' THEN NULL ELSE 'REPLICA IDENTITY NOTHING' END
      WHEN 'i' THEN (SELECT 'REPLICA IDENTITY USING INDEX ' || quote_ident(i.relname) FROM pg_index x
        JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid AND x.indisreplident) END), ''),
  CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
  CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END,
  (SELECT string_agg(h.inhparent::regclass::text, ', ' ORDER BY h.inhseqno) FROM pg_inherits h
   WHERE h.inhrelid = c.oid),
  CASE WHEN am.amname <> 'heap' THEN quote_ident(am.amname) END,
  CASE WHEN c.relkind = 'f' THEN (SELECT concat_ws(' ', 'SERVER ' || quote_ident(s.srvname), {})
    FROM pg_foreign_table t JOIN pg_foreign_server s ON s.oid = t.ftserver WHERE t.ftrelid = c.oid)
  END,
  CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am am ON am.oid = c.relam
WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND {} AND {} AND {})",
      catalogue::storage_options("c"), from.generic_options("t.ftoptions"), from.is_user_schema(),
      from.is_users_table(), catalogue::stands_alone("pg_class", "c.oid")));
  for (const auto& row : result.rows) {
    auto name = from.name(row[1], row[2]);
    auto& table = out.tables[name];
    table.name = name;
    table.comment = text(row[5]);
    add_opaque(row, table);
    tables.emplace(text(row[0]), &table);
  }
  return tables;
}

/// The options of an identity's sequence, with its name where it is not the usual one.
std::string identity_options(const catalogue& from, const db::row& row, const model::table& table) {
  auto options = sequence_options(row, 9);
  const auto name = text(row[17]);
  const auto usual = object_name(table.name.name, text(row[1]), "seq");
  // The server names the schema where the search path does not lead to it.
  const bool is_usual =
      name == from.quoted({{}, usual}) || name == from.quoted({table.name.schema, usual});
  if (is_usual || name.empty()) return options;
  return fmt::format("{}{}{}{}", model::sequence_lead, name, options.empty() ? "" : " ", options);
}

void read_columns(catalogue& from, const table_index& tables) {
  const auto result =
      from.query(fmt::format(R"(
SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
  pg_get_expr(d.adbin, d.adrelid, true), a.attidentity, a.attgenerated,
  CASE WHEN a.attcollation <> t.typcollation THEN {} END,
  col_description(a.attrelid, a.attnum),
  format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
  NOT a.attislocal AND NOT c.relispartition, s.seqrelid::regclass
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_collation co ON co.oid = a.attcollation
LEFT JOIN pg_depend p ON a.attidentity <> '' AND p.refclassid = 'pg_class'::regclass
  AND p.refobjid = a.attrelid AND p.refobjsubid = a.attnum AND p.classid = 'pg_class'::regclass
  AND p.deptype = 'i'
LEFT JOIN pg_sequence s ON s.seqrelid = p.objid
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f') AND {}
ORDER BY a.attrelid, a.attnum)",
                             catalogue::collation_of_model("co"), from.is_user_schema()));
  for (const auto& row : result.rows) {
    const auto table = tables.find(text(row[0]));
    if (table == tables.end()) continue;
    model::column column;
    column.name = text(row[1]);
    column.type = {.kind = model::type_kind::raw, .raw = text(row[2])};
    column.nullable = !flag(row[3]);
    const auto generated = text(row[6]);
    if (!generated.empty()) {
      column.generated = model::generated{unwrapped(text(row[4])), generated == "s"};
    } else if (row[4]) {
      column.default_sql = unwrapped(*row[4]);
    }
    if (const auto identity = text(row[5]); !identity.empty()) {
      column.identity =
          model::identity{identity == "a", identity_options(from, row, *table->second)};
    }
    column.collation = text(row[7]);
    column.comment = text(row[8]);
    if (flag(row[16])) {
      table->second->opaque.push_back(std::string(model::inherited_lead) +
                                      from.quoted({{}, column.name}));
    }
    table->second->columns.push_back(std::move(column));
  }
}

referential_action action(const db::cell& code) {
  const auto letter = text(code);
  if (letter == "r") return referential_action::restrict;
  if (letter == "c") return referential_action::cascade;
  if (letter == "n") return referential_action::set_null;
  if (letter == "d") return referential_action::set_default;
  return referential_action::no_action;
}

/// One row of the constraint query, whose columns the names below number.
void add_constraint(const catalogue& from, const db::row& row, model::table& table) {
  const auto name = text(row[1]);
  const auto kind = text(row[2]);
  const bool deferrable = flag(row[10]);
  const bool deferred = flag(row[11]);
  const bool valid = flag(row[12]);
  const bool is_special = flag(row[15]);
  const auto definition = text(row[14]);
  if (kind == "p") {
    table.primary_key = model::primary_key{.name = name, .columns = names(row[3]), .conflict = {}};
    if (is_special || deferrable) table.opaque.push_back(definition);
  } else if (kind == "x") {
    table.excludes.push_back({name, reread(definition.substr(definition.find(' ') + 1))});
  } else if (is_special) {
    table.opaque.push_back(
        fmt::format("CONSTRAINT {} {}", from.quoted({{}, name}), reread(definition)));
  } else if (kind == "u") {
    table.uniques.push_back({.name = name,
                             .columns = names(row[3]),
                             .deferrable = deferrable,
                             .initially_deferred = deferred,
                             .nulls_not_distinct = flag(row[16]),
                             .conflict = {}});
  } else if (kind == "c") {
    table.checks.push_back(
        {.name = name, .expression = unwrapped(text(row[13])), .not_valid = !valid});
  } else if (kind == "f") {
    table.foreign_keys.push_back({.name = name,
                                  .columns = names(row[3]),
                                  .table = from.name(row[4], row[5]),
                                  .referenced_columns = names(row[6]),
                                  .on_delete = action(row[7]),
                                  .on_update = action(row[8]),
                                  .deferrable = deferrable,
                                  .initially_deferred = deferred,
                                  .not_valid = !valid,
                                  .match = text(row[9]) == "f" ? "FULL" : ""});
  }
}

void read_constraints(catalogue& from, const table_index& tables) {
  const bool is_15 = from.version() >= 150000;
  // What a partition has from its parent is the parent's, while that one's index is whole. Special
  // is what the model has no words for.
  const auto result = from.query(fmt::format(
      R"(
SELECT k.conrelid, k.conname, k.contype, {}, fn.nspname, f.relname, {}, k.confdeltype, k.confupdtype,
  k.confmatchtype, k.condeferrable, k.condeferred, k.convalidated,
  pg_get_expr(k.conbin, k.conrelid, true),
  CASE WHEN k.contype IN ('p', 'x', 'u') OR k.contype = 'c' AND k.connoinherit OR {}
    THEN pg_get_constraintdef(k.oid) END,
  k.contype IN ('p', 'u') AND i.indnatts > i.indnkeyatts OR k.contype = 'c' AND k.connoinherit OR {},
  {}
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class f ON f.oid = k.confrelid LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u')
WHERE k.contype IN ('p', 'u', 'c', 'f', 'x') AND {} AND (k.conparentid = 0 AND k.conislocal OR EXISTS (
  SELECT FROM pg_inherits h JOIN pg_index p ON p.indexrelid = h.inhparent
  WHERE h.inhrelid = k.conindid AND k.contype IN ('p', 'u') AND k.conparentid <> 0 AND NOT p.indisvalid))
ORDER BY k.conname)",
      catalogue::column_names("k.conrelid", "k.conkey"),
      catalogue::column_names("k.confrelid", "k.confkey"),
      is_15 ? "k.confdelsetcols IS NOT NULL" : "false",
      is_15 ? "k.confdelsetcols IS NOT NULL" : "false", is_15 ? "i.indnullsnotdistinct" : "false",
      from.is_user_schema()));
  for (const auto& row : result.rows) {
    const auto table = tables.find(text(row[0]));
    if (table != tables.end()) add_constraint(from, row, *table->second);
  }
}

model::index_key index_key(const db::row& row) {
  const int option = std::atoi(text(row[5]).c_str());
  const bool descending = (option & 1) != 0;
  const bool nulls_first = (option & 2) != 0;
  const bool is_expression = flag(row[4]);
  return {.what = is_expression ? unwrapped(text(row[3])) : text(row[3]),
          .is_expression = is_expression,
          .descending = descending,
          .nulls_reversed = nulls_first != descending,
          .collation = text(row[6]),
          .operator_class = text(row[7])};
}

/// Adds the keys of the indexes. Collation 100 is "default" (pg_collation.dat).
void read_index_keys(catalogue& from, std::unordered_map<std::string, model::index>& indexes) {
  const auto result =
      from.query(fmt::format(R"(
SELECT i.indexrelid, p.k <= i.indnkeyatts, p.k,
  coalesce(a.attname::text, pg_get_indexdef(i.indexrelid, p.k, true)), a.attname IS NULL,
  i.indoption[p.k - 1],
  CASE WHEN i.indcollation[p.k - 1] <> 0
    AND i.indcollation[p.k - 1] <> coalesce(a.attcollation, 100)
    THEN {} END,
  CASE WHEN NOT o.opcdefault OR x.options IS NOT NULL THEN
    CASE WHEN pg_opclass_is_visible(o.oid) THEN '' ELSE quote_ident(opn.nspname) || '.' END
    || quote_ident(o.opcname) || coalesce(x.options, '') END
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL generate_series(1, i.indnatts::int) p(k)
CROSS JOIN LATERAL (SELECT (SELECT ' (' || array_to_string(w.attoptions, ', ') || ')' FROM pg_attribute w
  WHERE w.attrelid = i.indexrelid AND w.attnum = p.k) AS options) x
LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[p.k - 1] AND a.attnum <> 0
LEFT JOIN pg_collation co ON co.oid = i.indcollation[p.k - 1]
LEFT JOIN pg_opclass o ON o.oid = i.indclass[p.k - 1] LEFT JOIN pg_namespace opn
  ON opn.oid = o.opcnamespace
WHERE c.relkind IN ('r', 'p') AND {}
ORDER BY i.indexrelid, p.k)",
                             catalogue::collation_of_model("co"), from.is_user_schema()));
  for (const auto& row : result.rows) {
    const auto index = indexes.find(text(row[0]));
    if (index == indexes.end()) continue;
    if (flag(row[1])) {
      index->second.keys.push_back(index_key(row));
    } else {
      index->second.include.push_back(text(row[3]));
    }
  }
}

void read_indexes(catalogue& from, const table_index& tables) {
  const auto result = from.query(fmt::format(
      R"(
SELECT i.indexrelid, i.indrelid, x.relname, i.indisunique, pg_get_expr(i.indpred, i.indrelid, true),
  am.amname, array_to_string(x.reloptions, ', '), {}
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am am ON am.oid = x.relam
JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND {}
  AND (NOT x.relispartition OR EXISTS (SELECT FROM pg_inherits h JOIN pg_index p ON p.indexrelid = h.inhparent
    WHERE h.inhrelid = i.indexrelid AND NOT p.indisvalid))
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid
    AND k.contype IN ('p', 'u', 'x'))
ORDER BY x.relname)",
      from.version() >= 150000 ? "i.indnullsnotdistinct" : "false", from.is_user_schema()));
  std::unordered_map<std::string, model::index> indexes;
  for (const auto& row : result.rows) {
    const auto method = text(row[5]);
    indexes.emplace(text(row[0]), model::index{.name = text(row[2]),
                                               .keys = {},
                                               .unique = flag(row[3]),
                                               .where = unwrapped(text(row[4])),
                                               .method = method == "btree" ? "" : method,
                                               .include = {},
                                               .nulls_not_distinct = flag(row[7]),
                                               .storage = text(row[6])});
  }
  read_index_keys(from, indexes);
  for (const auto& row : result.rows) {
    const auto table = tables.find(text(row[1]));
    if (table == tables.end()) continue;
    table->second->indexes.push_back(std::move(indexes.at(text(row[0]))));
  }
}

}  // namespace

model::schema introspect(db::connection& connection, std::string_view version_table) {
  catalogue from(connection, version_table);
  model::schema out;
  const auto tables = read_tables(from, out);
  read_columns(from, tables);
  read_constraints(from, tables);
  read_indexes(from, tables);
  read_objects(from, out);
  read_settings(from, tables, out);
  for (const auto& [oid, table] : tables) std::ranges::sort(table->opaque);
  read_types_and_routines(from, out);
  read_grants_and_comments(from, out);
  return out;
}

}  // namespace retort::postgres
