#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/sql_words.h"
#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "postgres/catalogue.h"
#include "postgres/dialect.h"

// Statements that PostgreSQL refuses in a transaction block (the pages of "SQL Commands" say so,
// each in its notes), and what became of one when nobody could see its end.

namespace retort::postgres {
namespace {

using dialect::evidence;
using dialect::outside;
using words = std::vector<std::string>;

bool begins(const words& all, const words& with) {
  return all.size() >= with.size() && std::equal(with.begin(), with.end(), all.begin());
}

bool has(const words& all, std::string_view word) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

/// Whether the word stands right behind the other one.
bool follows(const words& all, std::string_view word, std::string_view before) {
  const auto found = std::find(all.begin(), all.end(), before);
  return found != all.end() && found + 1 != all.end() && *(found + 1) == word;
}

bool refuses_transaction(const words& all) {
  // CLUSTER of one table takes one, and can be run again as well.
  for (const words& start :
       {words{"vacuum"}, words{"cluster"}, words{"alter", "system"}, words{"create", "database"},
        words{"drop", "database"}, words{"create", "tablespace"}, words{"drop", "tablespace"},
        words{"create", "subscription"}, words{"drop", "subscription"},
        words{"alter", "subscription"}, words{"discard", "all"}}) {
    if (begins(all, start)) return true;
  }
  if (begins(all, {"reindex"})) {
    return has(all, "concurrently") || has(all, "database") || has(all, "system") ||
           has(all, "schema");
  }
  if (begins(all, {"create"}) || begins(all, {"drop"})) {
    return follows(all, "concurrently", "index");
  }
  if (begins(all, {"alter", "database"})) return has(all, "tablespace");
  return begins(all, {"alter", "table"}) && has(all, "detach") && has(all, "concurrently");
}

/// Whether the body of a DO commits on its way.
bool commits(const words& all) {
  for (const auto& word : all) {
    if (word.size() < 4 || (word[0] != '$' && word[0] != '\'')) continue;
    const auto inside = word[0] == '$' ? word.find('$', 1) + 1 : 1;
    const auto body =
        base::words(std::string_view(word).substr(inside), base::sql_flavour::postgresql, 100000);
    if (has(body, "commit") || has(body, "rollback")) return true;
  }
  return false;
}

/// The words of a name (`a`, `a . b`) from `at` on, which is moved behind it.
std::string name_at(const words& all, std::size_t& at) {
  std::string name;
  while (at < all.size()) {
    name += all[at++];
    if (at >= all.size() || all[at] != ".") break;
    name += all[at++];
  }
  return name;
}

/// An index that is built or dropped concurrently, as the statement writes it; `table` is where it
/// is built.
struct concurrent_index {
  std::string name;
  std::string table;
};

std::optional<concurrent_index> concurrent_index_of(const words& all, std::string_view verb) {
  if (all.empty() || all[0] != verb) return std::nullopt;
  auto at =
      static_cast<std::size_t>(std::find(all.begin(), all.end(), "concurrently") - all.begin());
  if (at++ >= all.size() || !has(all, "index")) return std::nullopt;
  while (at < all.size() && (all[at] == "if" || all[at] == "not" || all[at] == "exists")) ++at;
  concurrent_index found;
  if (at < all.size() && all[at] != "on") found.name = name_at(all, at);
  if (verb == "drop") {
    // One of several may be gone and the next not.
    return at < all.size() && all[at] == "," ? std::nullopt : std::optional(found);
  }
  if (at < all.size() && all[at] == "on") ++at;
  if (at < all.size() && all[at] == "only") ++at;
  found.table = name_at(all, at);
  return found;
}

struct found_index {
  std::string number;
  /// Fit for use.
  bool is_valid = false;
};

std::optional<found_index> find_index(db::connection& connection, const concurrent_index& index) {
  const auto rows =
      query_catalogue(
          connection,
          fmt::format(
              "SELECT i.indexrelid, i.indisvalid FROM pg_index AS i WHERE CASE WHEN {1} = '' THEN "
              "i.indexrelid = "
              "to_regclass({0}) ELSE i.indrelid = to_regclass({1}) AND i.indexrelid = to_regclass("
              "(SELECT quote_ident(nspname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = "
              "c.relnamespace WHERE c.oid = to_regclass({1})) || '.' || {0}) END",
              dialect::quote_literal(index.name), dialect::quote_literal(index.table)))
          .rows;
  if (rows.empty()) return std::nullopt;
  return found_index{text(rows[0][0]), text(rows[0][1]) == "t"};
}

/// DROP INDEX CONCURRENTLY for what a build that was cut short has left.
void drop_invalid(db::connection& connection, const concurrent_index& index) {
  const auto schema = query_catalogue(
      connection, fmt::format("SELECT quote_ident(nspname) FROM pg_class AS c JOIN pg_namespace AS "
                              "n ON n.oid = c.relnamespace WHERE c.oid = to_regclass({})",
                              dialect::quote_literal(index.table)));
  connection.execute(
      fmt::format("DROP INDEX CONCURRENTLY {}.{}", text(schema.rows.at(0).at(0)), index.name));
}

/// Somebody else may be building it by hand at this moment.
void refuse_other_builder(db::connection& connection, const concurrent_index& index) {
  const auto rows =
      query_catalogue(connection,
                      fmt::format("SELECT pid FROM pg_stat_progress_create_index WHERE relid = "
                                  "to_regclass({}) AND pid <> pg_backend_pid()",
                                  dialect::quote_literal(index.table)))
          .rows;
  if (rows.empty()) return;
  throw error(fmt::format("an index of {} is being built by process {} of the server", index.table,
                          text(rows[0][0])),
              failure::try_again)
      .help("try again when it is done");
}

/// A table and its indexes, by their numbers: "table:index,index". Empty: there is no such table.
std::string indexes_of(db::connection& connection, const std::string& table) {
  return text(
      query_catalogue(
          connection,
          fmt::format("SELECT coalesce(to_regclass({0})::oid || ':' || (SELECT coalesce("
                      "string_agg(indexrelid::text, ',' ORDER BY indexrelid), '') FROM pg_index "
                      "WHERE indrelid = to_regclass({0})), '')",
                      dialect::quote_literal(table)))
          .rows.at(0)
          .at(0));
}

/// An index that was not there when `indexes_of` was asked.
struct new_index {
  std::string name;
  bool is_valid = false;
  std::string definition;
};

std::vector<new_index> new_indexes(db::connection& connection, const std::string& table,
                                   const std::string& before) {
  const auto colon = before.find(':');
  if (colon == std::string::npos) return {};
  const auto number = before.substr(0, colon);
  const auto known = before.substr(colon + 1);
  const auto rows =
      query_catalogue(
          connection,
          fmt::format("SELECT indexrelid::regclass::text, indisvalid, pg_get_indexdef(indexrelid) "
                      "FROM pg_index WHERE indrelid = to_regclass({}) AND indrelid = {}::oid AND "
                      "NOT indexrelid = ANY (string_to_array({}, ',')::oid[]) ORDER BY indexrelid",
                      dialect::quote_literal(table), dialect::quote_literal(number),
                      dialect::quote_literal(known)))
          .rows;
  std::vector<new_index> found;
  for (const auto& row : rows) found.push_back({text(row[0]), text(row[1]) == "t", text(row[2])});
  return found;
}

/// Whether a definition of the catalogue's is written as the statement is, from the method on.
bool is_built_as(const std::string& definition, const words& all) {
  const auto end_of = [](const words& list) {
    const auto begin = std::find(list.begin(), list.end(), "(");
    return words(begin, list.end());
  };
  const auto method_of = [](const words& list) {
    const auto found = std::find(list.begin(), list.end(), "using");
    return found == list.end() || found + 1 == list.end() ? std::string("btree") : *(found + 1);
  };
  const auto made = base::words(definition, base::sql_flavour::postgresql, 10000);
  return has(made, "unique") == has(all, "unique") && method_of(made) == method_of(all) &&
         end_of(made) == end_of(all);
}

/// CREATE INDEX CONCURRENTLY with a name.
evidence settle_named(db::connection& connection, const concurrent_index& index,
                      const std::string& before) {
  const auto found = find_index(connection, index);
  if (!found || !found->is_valid) return evidence::not_done;
  // What was there before is another one: the statement is refused, or passes it over.
  const auto known = base::split_list(before.substr(before.find(':') + 1), ',');
  return std::ranges::find(known, found->number) == known.end() ? evidence::done
                                                                : evidence::not_done;
}

/// CREATE INDEX CONCURRENTLY that leaves the name to the server.
evidence settle_unnamed(db::connection& connection, const concurrent_index& index, const words& all,
                        const std::string& before) {
  if (before.empty()) return evidence::none;
  const auto found = new_indexes(connection, index.table, before);
  if (std::ranges::none_of(found, &new_index::is_valid)) return evidence::not_done;
  // Somebody may have built one by hand since.
  return found.size() == 1 && is_built_as(found[0].definition, all) ? evidence::done
                                                                    : evidence::none;
}

/// "REINDEX", "Rebuilding Indexes Concurrently": cut short it leaves invalid indexes, of names that
/// end in _ccnew or _ccold.
void drop_half_built(db::connection& connection, const words& all) {
  auto name_begin = std::find_if(all.begin(), all.end(), [](const std::string& word) {
    return word == "index" || word == "table";
  });
  std::string name;
  if (name_begin != all.end()) {
    auto at = static_cast<std::size_t>(name_begin - all.begin()) + 1;
    if (at < all.size() && all[at] == "concurrently") ++at;
    name = name_at(all, at);
  }
  const auto rows =
      query_catalogue(
          connection,
          fmt::format(
              "SELECT c.oid::regclass::text FROM pg_index AS i JOIN pg_class AS c ON c.oid = "
              "i.indexrelid WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND ({0} "
              "= '' OR i.indrelid = to_regclass({0}) OR i.indrelid = (SELECT indrelid FROM "
              "pg_index WHERE indexrelid = to_regclass({0})))",
              dialect::quote_literal(name)))
          .rows;
  for (const auto& row : rows) connection.execute("DROP INDEX CONCURRENTLY " + text(row[0]));
}

/// "ALTER TABLE", DETACH PARTITION CONCURRENTLY: cut short it has to be finished by FINALIZE.
evidence settle_detach(db::connection& connection, const words& all) {
  std::size_t at = 2;
  while (at < all.size() && (all[at] == "if" || all[at] == "exists" || all[at] == "only")) ++at;
  const auto table = name_at(all, at);
  at = static_cast<std::size_t>(std::find(all.begin(), all.end(), "partition") - all.begin()) + 1;
  const auto partition = name_at(all, at);
  const auto rows =
      query_catalogue(connection,
                      fmt::format("SELECT inhdetachpending FROM pg_inherits WHERE inhparent = "
                                  "to_regclass({}) AND inhrelid = to_regclass({})",
                                  dialect::quote_literal(table), dialect::quote_literal(partition)))
          .rows;
  if (rows.empty()) return evidence::done;
  if (text(rows[0][0]) != "t") return evidence::not_done;
  connection.execute(fmt::format("ALTER TABLE {} DETACH PARTITION {} FINALIZE", table, partition));
  return evidence::done;
}

/// CREATE and DROP of a database or tablespace.
evidence settle_cluster_wide(db::connection& connection, const words& all) {
  const auto kind = all.size() > 2 ? all[1] : std::string();
  if (kind != "database" && kind != "tablespace") return evidence::none;
  std::string_view name = all[2] == "if" && all.size() > 4 ? all[4] : all[2];
  // What the catalogue holds has no quotes.
  if (name.starts_with('"')) name = name.substr(1, name.size() - 2);
  const db::parameter names[] = {name};
  const bool is_there =
      !connection
           .query(kind == "database" ? "SELECT FROM pg_database WHERE datname = $1"
                                     : "SELECT FROM pg_tablespace WHERE spcname = $1",
                  names)
           .rows.empty();
  return is_there == (all[0] == "create") ? evidence::done : evidence::not_done;
}

}  // namespace

outside postgres_dialect::classify(const retort::dialect::statement& statement) const {
  if (statement.code != nullptr) return outside::piecemeal;
  const auto keyword = base::transaction_keyword(statement.sql, flavour());
  if (keyword == "begin" || keyword == "start transaction") return outside::opens;
  if (!keyword.empty()) return outside::closes;
  const auto all = base::words(statement.sql, flavour());
  if (all.empty()) return outside::wrapped;
  if (all[0] == "set" || all[0] == "reset") return outside::setting;
  const std::size_t function = begins(all, {"select", "pg_catalog", "."}) ? 3 : 1;
  if (all[0] == "select" && all.size() > function && all[function] == "set_config") {
    return outside::setting;
  }
  if (refuses_transaction(all)) return outside::alone;
  if (all[0] == "call") return outside::piecemeal;
  return all[0] == "do" && commits(all) ? outside::piecemeal : outside::wrapped;
}

std::string postgres_dialect::session_memory(std::string_view sql) const {
  // "Sequence Manipulation Functions". What a default asks is told of the statement that needs it.
  static constexpr std::string_view telling[] = {"lastval"};
  const auto first = base::words(sql, flavour(), 1);
  const bool defines = !first.empty() && (first[0] == "create" || first[0] == "alter");
  return defines ? std::string() : base::called_of(telling, sql, flavour());
}

std::optional<outside> postgres_dialect::refused_as(const error& problem) const {
  // "PostgreSQL Error Codes": active_sql_transaction, invalid_transaction_termination.
  if (problem.sqlstate == "25001") return outside::alone;
  if (problem.sqlstate == "2D000") return outside::piecemeal;
  return std::nullopt;
}

bool postgres_dialect::reaches_beyond(std::string_view sql) const {
  const auto all = base::words(sql, flavour());
  if (all.size() < 2) return false;
  const bool changes =
      all[0] == "create" || all[0] == "alter" || all[0] == "drop" || all[0] == "comment";
  const auto& kind = all[0] == "comment" && all.size() > 2 ? all[2] : all[1];
  for (const char* beyond :
       {"role", "user", "group", "database", "tablespace", "subscription", "system"}) {
    if (changes && kind == beyond) return true;
  }
  // GRANT of a role, and COPY to and from the server's files and programs.
  if (all[0] == "grant" || all[0] == "revoke") return !has(all, "on");
  return all[0] == "copy" && !has(all, "stdin") && !has(all, "stdout");
}

void postgres_dialect::clear_remains(db::connection& connection, std::string_view sql,
                                     const std::string& remembered) const {
  const auto all = base::words(sql, flavour());
  if (begins(all, {"reindex"}) && has(all, "concurrently")) return drop_half_built(connection, all);
  const auto built = concurrent_index_of(all, "create");
  if (!built) return;
  const auto named = built->name.empty() ? std::nullopt : find_index(connection, *built);
  if (named && !named->is_valid) {
    refuse_other_builder(connection, *built);
    drop_invalid(connection, *built);
  }
  // Also what the statement has left under the name that it had before somebody edited it.
  for (const auto& left : new_indexes(connection, built->table, remembered)) {
    if (left.is_valid) continue;
    refuse_other_builder(connection, *built);
    connection.execute("DROP INDEX CONCURRENTLY " + left.name);
  }
}

std::string postgres_dialect::remember(db::connection& connection, std::string_view sql) const {
  const auto all = base::words(sql, flavour());
  const auto built = concurrent_index_of(all, "create");
  if (built) return indexes_of(connection, built->table);
  const auto dropped = concurrent_index_of(all, "drop");
  if (!dropped) return {};
  const db::parameter name[] = {dropped->name};
  return text(connection.query("SELECT coalesce(pg_catalog.to_regclass($1)::oid::text, '0')", name)
                  .rows.at(0)
                  .at(0));
}

evidence postgres_dialect::settle(db::connection& connection, std::string_view sql,
                                  const std::string& remembered) const {
  const auto all = base::words(sql, flavour());
  if (const auto built = concurrent_index_of(all, "create")) {
    if (built->name.empty()) return settle_unnamed(connection, *built, all, remembered);
    return settle_named(connection, *built, remembered);
  }
  if (begins(all, {"drop", "index"})) {
    // By its number: another schema's index may be seen by the name when this one is gone.
    if (remembered.empty()) return evidence::none;
    const db::parameter number[] = {remembered};
    const bool is_there =
        !connection.query("SELECT FROM pg_class WHERE oid = $1::oid", number).rows.empty();
    return is_there || remembered == "0" ? evidence::not_done : evidence::done;
  }
  if (begins(all, {"alter", "table"}) && has(all, "detach")) return settle_detach(connection, all);
  if (begins(all, {"create"}) || begins(all, {"drop"})) return settle_cluster_wide(connection, all);
  // These can be run again without harm.
  for (const char* verb : {"vacuum", "reindex", "cluster", "discard"}) {
    if (all[0] == verb) return evidence::not_done;
  }
  return begins(all, {"alter", "system"}) ? evidence::not_done : evidence::none;
}

}  // namespace retort::postgres
