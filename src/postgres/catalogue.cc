#include "postgres/catalogue.h"

#include <cstdlib>
#include <initializer_list>
#include <utility>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "dialect/dialect.h"
#include "dialect/quoting.h"
#include "model/operation.h"
#include "postgres/array_casts.h"
#include "postgres/connection.h"

namespace retort::postgres {

namespace {

/// Whether a catalogue has an object that is not the server's own: 16384 is the first oid of users'
/// objects.
std::string has_own(std::initializer_list<std::string_view> catalogues) {
  std::string sql;
  for (const auto name : catalogues) {
    sql += fmt::format("{}EXISTS (SELECT FROM {} WHERE oid >= 16384)", sql.empty() ? "" : " OR ",
                       name);
  }
  return sql;
}

}  // namespace

db::result query_catalogue(db::connection& connection, const std::string& sql) {
  // A cursor's query is read where it is declared and run where it is fetched from. In a
  // transaction of somebody else's the path stays as it was. Moments in expressions are shown in
  // one time zone, whatever the database's own is. Of a large schema the server thinks these
  // queries so dear that it would compile them, which takes many times as long as to run them does.
  const std::string statements[] = {
      "SELECT pg_catalog.set_config('retort.search_path', "
      "pg_catalog.current_setting('search_path'), true), "
      "pg_catalog.set_config('retort.fraction', "
      "pg_catalog.current_setting('cursor_tuple_fraction'), true), "
      "pg_catalog.set_config('retort.jit', pg_catalog.current_setting('jit'), true), "
      "pg_catalog.set_config('retort.time_zone', pg_catalog.current_setting('TimeZone'), true), "
      "pg_catalog.set_config('cursor_tuple_fraction', '1', true), "
      "pg_catalog.set_config('jit', 'off', true), "
      "pg_catalog.set_config('TimeZone', 'UTC', true), "
      "pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true)",
      "DECLARE retort_catalogue NO SCROLL CURSOR FOR " + sql,
      "SELECT pg_catalog.set_config('search_path', "
      "pg_catalog.current_setting('retort.search_path'), true), "
      "pg_catalog.set_config('cursor_tuple_fraction', "
      "pg_catalog.current_setting('retort.fraction'), true)",
      "FETCH ALL FROM retort_catalogue",
      "CLOSE retort_catalogue",
      "SELECT pg_catalog.set_config('TimeZone', pg_catalog.current_setting('retort.time_zone'), "
      "true), pg_catalog.set_config('jit', pg_catalog.current_setting('retort.jit'), true)"};
  // What the texts rely on, a shared connection has in a transaction alone.
  const bool has_own = is_shared(connection) && !connection.in_transaction();
  if (has_own) connection.begin();
  try {
    auto rows = std::move(connection.query_all(statements).at(3));
    if (has_own) connection.rollback();
    return rows;
  } catch (const db::batch_failure& failed) {
    if (has_own) connection.rollback();
    throw failed.problem;
  }
}

catalogue::catalogue(db::connection& connection, std::string_view version_table)
    : connection_(connection) {
  const auto answer = query(fmt::format(
      "SELECT current_setting('server_version_num'), current_schema(), {}, {}, {}, {}, EXISTS "
      "(SELECT FROM pg_class WHERE relkind = 'I'), current_schema() ~ '^retort_scratch_schema_'",
      has_own({"pg_operator", "pg_opfamily", "pg_opclass"}),
      has_own({"pg_ts_config", "pg_ts_dict", "pg_ts_parser", "pg_ts_template"}),
      has_own({"pg_foreign_data_wrapper", "pg_language", "pg_am", "pg_conversion"}),
      has_own({"pg_default_acl"})));
  version_ = std::atoi(text(answer.rows.at(0).at(0)).c_str());
  schema_ = text(answer.rows.at(0).at(1));
  const auto& rare = answer.rows.at(0);
  has_ = {flag(rare.at(2)), flag(rare.at(3)), flag(rare.at(4)), flag(rare.at(5)), flag(rare.at(6))};
  is_user_schema_ =
      R"((n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND has_schema_privilege(n.oid, 'USAGE')))";
  // In the place of a database of its own (`command/scratch_schema.h`).
  is_one_schema_ = flag(rare.at(7));
  if (is_one_schema_) is_user_schema_ = "(n.nspname = current_schema())";
  own_tables_ = dialect::quote_literal(version_table);
  for (const auto name : dialect::own_tables) own_tables_ += ", " + dialect::quote_literal(name);
  is_users_table_ = fmt::format("(c.relname NOT IN ({}))", own_tables_);
}

std::string catalogue::is_not_of_own(std::string_view oid) const {
  return fmt::format(
      "(NOT EXISTS (SELECT FROM pg_depend e JOIN pg_class o ON o.oid = e.refobjid WHERE e.classid "
      "= "
      "'pg_class'::regclass AND e.objid = {} AND e.refclassid = 'pg_class'::regclass AND e.deptype "
      "IN ('a', 'i') AND o.relname IN ({})))",
      oid, own_tables_);
}

std::string catalogue::is_identity_seen(std::string_view identity) const {
  if (!is_one_schema_) return "true";
  return fmt::format("strpos({}, current_schema() || '.') > 0", identity);
}

model::qualified_name catalogue::name(const db::cell& schema, const db::cell& name) const {
  auto its_schema = text(schema);
  if (its_schema == schema_) its_schema.clear();
  return {std::move(its_schema), text(name)};
}

std::string catalogue::quoted(const model::qualified_name& name) const {
  auto quoted = dialect::quote_identifier(name.name);
  return name.schema.empty() ? quoted : dialect::quote_identifier(name.schema) + "." + quoted;
}

std::string catalogue::stands_alone(std::string_view catalogue, std::string_view oid) {
  return fmt::format(
      "(NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '{}'::regclass AND e.objid = {} AND "
      "(e.deptype = 'e' OR e.deptype = 'i' AND e.refclassid = 'pg_type'::regclass)))",
      catalogue, oid);
}

std::string catalogue::collation(std::string_view co) {
  return fmt::format(
      "(CASE WHEN pg_collation_is_visible({0}.oid) THEN '' ELSE "
      "{0}.collnamespace::regnamespace::text "
      "|| '.' END || quote_ident({0}.collname))",
      co);
}

std::string catalogue::collation_of_model(std::string_view co) {
  return fmt::format(
      "(CASE WHEN pg_collation_is_visible({0}.oid) THEN {0}.collname ELSE '\"' || "
      "replace((SELECT nspname FROM pg_namespace WHERE oid = {0}.collnamespace), '\"', '\"\"') || "
      "'\".' || quote_ident({0}.collname) END)",
      co);
}

std::string catalogue::generic_options(std::string_view options) const {
  if (!has_.foreign_data) return "NULL";
  return fmt::format(
      "(SELECT 'OPTIONS (' || string_agg(quote_ident(g.option_name) || ' ' || "
      "quote_literal(g.option_value), ', ' ORDER BY g.option_name) || ')' FROM "
      "pg_options_to_table({}) g WHERE g.option_name !~* 'passw|pwd|secret|token|credential')",
      options);
}

std::string catalogue::storage_options(std::string_view c) {
  return fmt::format(
      "nullif(concat_ws(', ', array_to_string({0}.reloptions, ', '), (SELECT string_agg('toast.' "
      "|| "
      "u.o, ', ' ORDER BY u.i) FROM pg_class w, unnest(w.reloptions) WITH ORDINALITY u(o, i) WHERE "
      "w.oid = {0}.reltoastrelid)), '')",
      c);
}

std::string catalogue::column_names(std::string_view table_oid, std::string_view numbers) {
  return fmt::format(
      "(SELECT string_agg(u.attname, chr(31) ORDER BY w.i) FROM unnest({1}) WITH ORDINALITY w(n, "
      "i) "
      "JOIN pg_attribute u ON u.attrelid = {0} AND u.attnum = w.n)",
      table_oid, numbers);
}

std::string unwrapped(std::string sql) {
  sql = std::string(base::trim(sql));
  while (sql.starts_with('(') && dialect::is_parenthesised(sql, base::sql_flavour::postgresql)) {
    sql = std::string(base::trim(std::string_view(sql).substr(1, sql.size() - 2)));
  }
  return reread(std::move(sql));
}

std::string text(const db::cell& value) { return value.value_or(std::string()); }

bool flag(const db::cell& value) { return value == "t"; }

std::vector<std::string> names(const db::cell& joined) {
  std::vector<std::string> out;
  if (!joined) return out;
  std::size_t begin = 0;
  while (true) {
    const auto end = joined->find('\x1f', begin);
    out.push_back(joined->substr(begin, end - begin));
    if (end == std::string::npos) return out;
    begin = end + 1;
  }
}

std::string sequence_options(const db::row& row, std::size_t first) {
  const auto type = text(row.at(first));
  const auto start = text(row.at(first + 1));
  const auto increment = text(row.at(first + 2));
  const auto minimum = text(row.at(first + 3));
  const auto maximum = text(row.at(first + 4));
  const auto cache = text(row.at(first + 5));
  const bool descends = increment.starts_with('-');
  const std::string largest = type == "smallint"  ? "32767"
                              : type == "integer" ? "2147483647"
                                                  : "9223372036854775807";
  const std::string smallest = type == "smallint"  ? "-32768"
                               : type == "integer" ? "-2147483648"
                                                   : "-9223372036854775808";
  std::string out;
  const auto add = [&](std::string_view words, const std::string& value) {
    out += fmt::format("{}{} {}", out.empty() ? "" : " ", words, value);
  };
  if (start != (descends ? maximum : minimum)) add("START WITH", start);
  if (increment != "1") add("INCREMENT BY", increment);
  if (minimum != (descends ? smallest : "1")) add("MINVALUE", minimum);
  if (maximum != (descends ? "-1" : largest)) add("MAXVALUE", maximum);
  if (cache != "1") add("CACHE", cache);
  if (flag(row.at(first + 6))) out += out.empty() ? "CYCLE" : " CYCLE";
  return out;
}

void add_object(model::schema& out, model::object object, const std::string& signature) {
  auto key = object.kind + " ";
  if (!object.table.name.empty()) key += object.table.display() + ".";
  key += object.name.display() + signature;
  // A routine's body is its author's text.
  if (!model::is_routine(object.kind)) object.definition = reread(std::move(object.definition));
  out.objects.emplace(std::move(key), std::move(object));
}

void add_owner(model::schema& out, const model::qualified_name& sequence,
               const std::string& quoted_sequence, const std::string& quoted_column) {
  add_object(out, {"sequence owner",
                   sequence,
                   {},
                   fmt::format("ALTER SEQUENCE {} OWNED BY {}", quoted_sequence, quoted_column)});
}

}  // namespace retort::postgres
