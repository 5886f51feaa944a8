#include "sqlite/orphans.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "sqlite/row_key.h"

namespace retort::sqlite {
namespace {

struct foreign_key {
  std::string id;
  std::string parent;
  std::vector<std::string> from;
  /// Empty: the parent's primary key.
  std::vector<std::string> to;
};

std::vector<std::string> first_cells(db::connection& connection, const std::string& sql) {
  std::vector<std::string> out;
  for (auto& row : connection.query(sql).rows) out.push_back(row[0].value_or(""));
  return out;
}

std::vector<std::string> primary_key(db::connection& connection, const std::string& table) {
  return first_cells(connection,
                     fmt::format("SELECT name FROM pragma_table_info({}) WHERE pk > 0 ORDER BY pk",
                                 dialect::quote_literal(table)));
}

foreign_key read_key(db::connection& connection, const std::string& table, const std::string& id) {
  foreign_key key;
  key.id = id;
  const auto rows = connection
                        .query(fmt::format("SELECT \"table\", \"from\", \"to\" FROM "
                                           "pragma_foreign_key_list({}) WHERE id = {} ORDER BY seq",
                                           dialect::quote_literal(table), id))
                        .rows;
  for (const auto& row : rows) {
    key.parent = *row[0];
    key.from.push_back(*row[1]);
    if (row[2]) key.to.push_back(*row[2]);
  }
  if (key.to.empty()) key.to = primary_key(connection, key.parent);
  return key;
}

/// An expression for the exact values of columns of `c`.
std::string exact_values(const std::vector<std::string>& columns) {
  std::vector<std::string> parts = {"''"};
  for (const auto& name : columns)
    parts.push_back("quote(c." + dialect::quote_identifier(name) + ")");
  return base::join(parts, " || ',' || ");
}

/// The rows behind one key's violations: rowid or NULL, values of the foreign key, of the primary
/// key. Without a rowid the check does not tell which rows it means, so they are looked for.
std::string rows_query(const std::string& table, const foreign_key& key, const std::string& rowid,
                       const std::vector<std::string>& primary) {
  const auto columns = exact_values(key.from) + ", " + exact_values(primary);
  const auto from = dialect::quote_identifier(table);
  if (!rowid.empty()) {
    return fmt::format(
        "SELECT v.\"rowid\", {0} FROM pragma_foreign_key_check({1}) AS v LEFT JOIN {2} AS c ON "
        "c.{3} "
        "= v.\"rowid\" WHERE v.fkid = {4}",
        columns, dialect::quote_literal(table), from, rowid, key.id);
  }
  std::string set;
  std::string match;
  for (std::size_t i = 0; i < key.from.size(); ++i) {
    const auto child = "c." + dialect::quote_identifier(key.from[i]);
    set += (set.empty() ? "" : " AND ") + child + " IS NOT NULL";
    if (i < key.to.size()) {
      match +=
          (match.empty() ? "p." : " AND p.") + dialect::quote_identifier(key.to[i]) + " = " + child;
    }
  }
  // A parent that is not there has no columns.
  if (!match.empty()) {
    match = fmt::format(" AND NOT EXISTS (SELECT 1 FROM {} AS p WHERE {})",
                        dialect::quote_identifier(key.parent), match);
  }
  return fmt::format("SELECT NULL, {} FROM {} AS c WHERE {}{}", columns, from, set, match);
}

void append_orphans(db::connection& connection, const std::string& table,
                    std::vector<orphan>& out) {
  std::map<std::string, std::size_t> counts;
  bool has_rowid = true;
  for (const auto& row :
       connection
           .query(fmt::format("SELECT fkid, \"rowid\" FROM pragma_foreign_key_check({})",
                              dialect::quote_literal(table)))
           .rows) {
    ++counts[*row[0]];
    has_rowid = has_rowid && row[1];
  }
  if (counts.empty()) return;
  const auto primary = primary_key(connection, table);
  const auto rowid = has_rowid ? rowid_name(connection, table) : std::string();
  for (const auto& [id, count] : counts) {
    const auto key = read_key(connection, table, id);
    const auto columns = base::join(key.from, ", ");
    orphan one;
    one.table = base::lower(table);
    one.key = base::lower(base::join(primary, ","));
    const auto name = base::lower(fmt::format("{}({})>{}", table, columns, key.parent));
    std::size_t found = 0;
    for (const auto& row : connection.query(rows_query(table, key, rowid, primary)).rows) {
      if (++found > count) break;
      one.what = fmt::format("{}{}: {} has no match in {}", table,
                             row[0] ? ", rowid " + *row[0] : "", columns, key.parent);
      one.bare_values = row[1].value_or("?");
      one.values = name + one.bare_values;
      one.key_values = row[2].value_or("?");
      out.push_back(one);
    }
    // Comparing converts types a little differently from checking; what is left is only counted.
    for (; found < count; ++found) {
      out.push_back({fmt::format("{}: {} has no match in {}", table, columns, key.parent),
                     name,
                     {},
                     {},
                     {},
                     one.table});
    }
  }
}

}  // namespace

std::vector<orphan> find_orphans(db::connection& connection,
                                 const std::vector<std::string>& tables) {
  std::vector<orphan> out;
  for (const auto& table : tables) {
    try {
      append_orphans(connection, table, out);
    } catch (const error& problem) {
      // The parent has no unique key over the columns that the child names.
      const auto what = fmt::format("{}: {}", table, problem.what());
      const auto row = fmt::format("SELECT 1 FROM {} LIMIT 1", dialect::quote_identifier(table));
      const bool has_rows = !connection.query(row).rows.empty();
      out.push_back({what, what, {}, {}, {}, base::lower(table), true, has_rows});
    }
  }
  return out;
}

std::vector<orphan> new_orphans(const std::vector<orphan>& before, const std::vector<orphan>& now) {
  const auto by_row = [](const orphan& one) { return one.values + "@" + one.key_values; };
  std::set<std::string> keyed;
  std::multiset<std::string> rows;
  std::multiset<std::string> values;
  std::multiset<std::string> gone;
  const auto by_values = [](const orphan& one) { return one.bare_values + "@" + one.key_values; };
  for (const auto& one : before) {
    if (!one.bare_values.empty()) gone.insert(by_values(one));
    if (!one.key.empty()) keyed.insert(one.table + "@" + one.key);
    rows.insert(by_row(one));
    values.insert(one.values);
  }
  std::vector<orphan> fresh;
  for (const auto& one : now) {
    const bool same_key = keyed.contains(one.table + "@" + one.key);
    auto& known = same_key ? rows : values;
    const auto found = known.find(same_key ? by_row(one) : one.values);
    if (found == known.end()) {
      if (one.has_rows) fresh.push_back(one);
    } else {
      known.erase(found);
      if (const auto kept = gone.find(by_values(one)); kept != gone.end()) gone.erase(kept);
    }
  }
  std::erase_if(fresh, [&](const orphan& one) {
    const auto same = gone.find(by_values(one));
    if (same == gone.end()) return false;
    gone.erase(same);
    return true;
  });
  return fresh;
}

}  // namespace retort::sqlite
