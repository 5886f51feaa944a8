#include "engine/backfill.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include <fmt/format.h>

#include <retort/error.h>

#include "base/sql_lexer.h"
#include "base/text_tools.h"
#include "dialect/quoting.h"

namespace retort::engine {
namespace {

/// Texts in one: each behind its length, so that no text can be taken for two.
std::string packed(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += fmt::format("{}:{}", text.size(), text);
  return all;
}

std::vector<std::string> unpacked(const std::string& all) {
  std::vector<std::string> texts;
  for (std::size_t at = 0; at < all.size();) {
    const auto colon = all.find(':', at);
    std::size_t size = 0;
    const char* end = all.data() + std::min(colon, all.size());
    const auto [rest, problem] = std::from_chars(all.data() + at, end, size);
    if (problem != std::errc() || rest != end || colon == std::string::npos ||
        size > all.size() - colon - 1) {
      throw error("retort_unfinished holds a key that Retort did not write")
          .help("look how far the backfill has come, finish it by hand, and `stamp` its revision");
    }
    texts.push_back(all.substr(colon + 1, size));
    at = colon + 1 + size;
  }
  return texts;
}

/// The names that are assigned to: `a = 1, (b, c) = (2, 3)`.
std::set<std::string> assigned(std::string_view set, base::sql_flavour flavour) {
  std::set<std::string> names;
  base::sql_lexer lexer(set, flavour);
  int depth = 0;
  bool before_equals = true;
  for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
    const auto text = lexer.text(t);
    if (text == "(") ++depth;
    if (text == ")") --depth;
    if (depth == 0 && text == ",") before_equals = true;
    if (depth == 0 && text == "=") before_equals = false;
    if (!before_equals) continue;
    if (t.kind == base::token_kind::word) names.insert(base::lower(text));
    if (t.kind == base::token_kind::quoted_name) {
      names.insert(base::lower(text.substr(1, text.size() - 2)));
    }
  }
  return names;
}

/// A row whose key moves would be met again, or never.
error moving_key(const model::backfill& what, const std::string& key) {
  return error(fmt::format("the backfill of {} sets {}, by which it walks", what.table.display(),
                           key))
      .help("walk by columns that it leaves alone: .by({\"column\"})");
}

void refuse_moving_key(const model::backfill& what, const std::vector<std::string>& key,
                       base::sql_flavour flavour) {
  const auto names = assigned(what.set, flavour);
  for (const auto& column : key) {
    if (names.contains(base::lower(column))) throw moving_key(what, column);
  }
}

std::vector<db::parameter> parameters_of(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

}  // namespace

error explain(const unfinished_migration& left) {
  const auto rows = left.rows == 0 || left.in_doubt
                        ? std::string()
                        : fmt::format(", and {} rows of the next", left.rows);
  error problem(fmt::format("the {} {} was begun and not finished: {} of its parts {} committed{}",
                            left.upgrade ? "upgrade to" : "downgrade of", left.revision, left.part,
                            left.part == 1 && rows.empty() ? "is" : "are", rows));
  if (left.in_doubt) problem.note("how its next part ended, nobody has seen");
  return problem.help(left.upgrade ? fmt::format("finish it: upgrade {}", left.revision)
                                   : fmt::format("finish it: downgrade {}@-1", left.revision));
}

unfinished_store::unfinished_store(const dialect::dialect& target,
                                   const model::qualified_name& version_table)
    : target_(target),
      table_{version_table.schema, "retort_unfinished"},
      table_sql_(target.version_table(table_)),
      version_table_(version_table.name) {}

bool unfinished_store::exists(db::connection& connection) const {
  return !connection.query(target_.table_exists_query(table_)).rows.empty();
}

std::vector<db::row> unfinished_store::rows(db::connection& connection) const {
  if (!exists(connection)) return {};
  const db::parameter name[] = {version_table_};
  try {
    return connection
        .query(fmt::format("SELECT version_num, direction, part, done, last_key, updated_rows, "
                           "in_doubt FROM {} WHERE {}",
                           table_sql_, target_.equal("version_table", "$1")),
               name)
        .rows;
  } catch (const error&) {
    // Outside a transaction a run that ends may take the table away between the two.
    if (connection.in_transaction() || exists(connection)) throw;
    return {};
  }
}

std::optional<unfinished_migration> unfinished_store::read(db::connection& connection) const {
  const auto rows = this->rows(connection);
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  const auto number = [](const db::cell& cell) { return std::stoll(cell.value()); };
  return unfinished_migration{
      row[0].value(),     row[1] == "upgrade",      static_cast<std::size_t>(number(row[2])),
      row[3].value(),     unpacked(row[4].value()), number(row[5]),
      number(row[6]) != 0};
}

void unfinished_store::write(db::connection& connection, const unfinished_migration& now) const {
  if (!exists(connection)) {
    connection.execute(fmt::format(
        "CREATE TABLE {} (version_table VARCHAR(255) NOT NULL PRIMARY KEY, version_num VARCHAR(32) "
        "NOT NULL, direction VARCHAR(9) NOT NULL, part INTEGER NOT NULL, done TEXT NOT NULL, "
        "last_key TEXT NOT NULL, updated_rows BIGINT NOT NULL, in_doubt INTEGER NOT NULL)",
        table_sql_));
  }
  const db::parameter name[] = {version_table_};
  connection.query(
      fmt::format("DELETE FROM {} WHERE {}", table_sql_, target_.equal("version_table", "$1")),
      name);
  const auto key = packed(now.key);
  const db::parameter values[] = {version_table_,
                                  now.revision,
                                  std::string_view(now.upgrade ? "upgrade" : "downgrade"),
                                  std::int64_t(now.part),
                                  now.done,
                                  key,
                                  now.rows,
                                  std::int64_t(now.in_doubt ? 1 : 0)};
  connection.query(
      fmt::format("INSERT INTO {} (version_table, version_num, direction, part, done, "
                  "last_key, updated_rows, in_doubt) VALUES ($1, $2, $3, $4, $5, $6, $7, "
                  "$8)",
                  table_sql_),
      values);
}

void unfinished_store::clear(db::connection& connection) const {
  if (!exists(connection)) return;
  const db::parameter name[] = {version_table_};
  connection.query(
      fmt::format("DELETE FROM {} WHERE {}", table_sql_, target_.equal("version_table", "$1")),
      name);
  if (connection.query(fmt::format("SELECT 1 FROM {}", table_sql_)).rows.empty()) {
    connection.execute("DROP TABLE " + table_sql_);
  }
}

batch_walk::batch_walk(db::connection& connection, const dialect::dialect& target,
                       const model::backfill& what, std::vector<std::string> key)
    : connection_(connection), target_(target), what_(what), key_(std::move(key)) {
  const auto names = target.row_key(connection, what.table, what.key);
  refuse_moving_key(what, names, target.flavour());
  for (const auto& name : names) columns_.push_back(target.quote(name));
  if (columns_.empty()) {
    throw error(fmt::format("table {} has no primary key to walk through its rows by",
                            what.table.display()))
        .help("name columns that are unique and never NULL: .by({\"column\"})");
  }
  if (!key_.empty() && key_.size() != columns_.size()) {
    throw error(fmt::format("the key of table {} is another one than when its backfill was begun",
                            what.table.display()));
  }
  for (const auto& schema : target.key_operators(connection, what.table, names)) {
    operators_.push_back(target.quote(schema));
  }
  skipping_ = target.what_skips_updates(connection, what.table);
}

std::string batch_walk::list_of_columns() const { return base::join(columns_, ", "); }

std::string batch_walk::compare_each(std::string_view how, std::size_t first) const {
  std::string all;
  for (auto i = columns_.size(); i-- > 0;) {
    const auto is = [&](std::string_view op) {
      return fmt::format("{} OPERATOR({}.{}) ${}", columns_[i], operators_[i], op, first + i);
    };
    // Behind in this column, or equal and behind in the rest.
    all = all.empty() ? is(how)
                      : fmt::format("({} OR {} AND {})", is(how.substr(0, 1)), is("="), all);
  }
  return all;
}

std::string batch_walk::compare(std::string_view how, std::size_t first) const {
  const bool differ = std::ranges::any_of(
      operators_, [&](const std::string& schema) { return schema != operators_.front(); });
  if (differ) return compare_each(how, first);
  std::vector<std::string> places;
  for (std::size_t i = 0; i < columns_.size(); ++i) places.push_back(fmt::format("${}", first + i));
  const auto op = operators_.empty() ? std::string(how)
                                     : fmt::format("OPERATOR({}.{})", operators_.front(), how);
  return fmt::format("({}) {} ({})", list_of_columns(), op, base::join(places, ", "));
}

std::string batch_walk::condition(const std::vector<std::string>& terms) const {
  auto all = terms;
  if (!what_.where.empty()) {
    all.push_back(retort::dialect::in_parentheses(what_.where, target_.flavour()));
  }
  return all.empty() ? std::string() : " WHERE " + base::join(all, " AND ");
}

std::optional<std::vector<std::string>> batch_walk::next_key() {
  std::vector<std::string> terms;
  if (!key_.empty()) terms.push_back(compare(">", 1));
  const auto list = list_of_columns();
  const auto rows =
      connection_
          .query(fmt::format("SELECT {0} FROM {1}{2} ORDER BY {0} LIMIT 1 OFFSET {3}", list,
                             target_.quote(what_.table), condition(terms), what_.batch - 1),
                 parameters_of(key_))
          .rows;
  if (rows.empty()) return std::nullopt;
  std::vector<std::string> key;
  for (const auto& cell : rows.front()) key.push_back(cell.value());
  if (key == key_) {
    throw error(
        fmt::format("two rows of table {} have one key, so that the backfill cannot walk "
                    "on behind it",
                    what_.table.display()));
  }
  return key;
}

std::int64_t batch_walk::update_within(const std::string& bounds,
                                       const std::vector<std::string>& values) {
  const auto parameters = parameters_of(values);
  if (target_.flavour() == base::sql_flavour::postgresql) {
    // Others may write between these bounds at the same time.
    sql_ += " RETURNING " + bounds;
    const auto updated = connection_.query(sql_, parameters);
    const auto is_outside = [](const auto& row) { return row.front() != "t"; };
    if (std::ranges::any_of(updated.rows, is_outside)) throw moving_key(what_, list_of_columns());
    return updated.affected;
  }
  // Not every kind of table has RETURNING ("RETURNING", Limitations And Caveats), and nobody else
  // writes.
  const auto count =
      fmt::format("SELECT count(*) FROM {} WHERE {}", target_.quote(what_.table), bounds);
  const auto before = connection_.query(count, parameters).rows;
  const auto affected = connection_.query(sql_, parameters).affected;
  if (connection_.query(count, parameters).rows != before) {
    throw moving_key(what_, list_of_columns());
  }
  return affected;
}

std::int64_t batch_walk::found_rows(const std::string& condition,
                                    const std::vector<std::string>& values) {
  if (skipping_.empty()) return 0;
  const bool is_shared = target_.flavour() == base::sql_flavour::postgresql;
  const auto found = connection_.query(
      fmt::format("SELECT count(*) FROM (SELECT 1 FROM {}{}{}) AS retort_found",
                  target_.quote(what_.table), condition, is_shared ? " FOR NO KEY UPDATE" : ""),
      parameters_of(values));
  return std::stoll(found.rows.at(0).at(0).value());
}

void batch_walk::require_updated(std::int64_t found, std::int64_t updated) const {
  if (updated >= found) return;
  const auto left = found - updated;
  const bool is_one = left == 1;
  throw error(fmt::format("the backfill of {} left {} row{} as {}: {} kept {} from being updated",
                          what_.table.display(), left, is_one ? "" : "s",
                          is_one ? "it was" : "they were", base::join(skipping_, " or "),
                          is_one ? "it" : "them"))
      .help(
          "let `where` leave such rows out, or take the trigger away before the backfill and make "
          "it anew behind it");
}

std::int64_t batch_walk::update() {
  auto last = next_key();
  std::vector<std::string> terms;
  auto values = key_;
  if (!key_.empty()) terms.push_back(compare(">", 1));
  if (last) {
    terms.push_back(compare("<=", values.size() + 1));
    values.insert(values.end(), last->begin(), last->end());
  }
  const auto where = condition(terms);
  const auto found = found_rows(where, values);
  sql_ = fmt::format("UPDATE {} SET {}{}", target_.quote(what_.table),
                     retort::dialect::sql_fragment(what_.set, target_.flavour()), where);
  const auto bounds = base::join(terms, " AND ");
  const auto affected = last ? update_within(bounds, values)
                             : connection_.query(sql_, parameters_of(values)).affected;
  require_updated(found, affected);
  done_ = !last;
  if (last) key_ = std::move(*last);
  return affected;
}

}  // namespace retort::engine
