#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/text_tools.h"
#include "sqlite/dialect.h"
#include "sqlite/row_key.h"

// A table built anew from its definition, for what no ALTER and no edit of its text can do:
// "ALTER TABLE", section "Making Other Kinds Of Table Schema Changes". As in rebuild.cc the old
// table is renamed, under which nothing that mentions it follows its name.

namespace retort::sqlite {
namespace {

bool is_virtual(const model::table& table) {
  return !table.opaque.empty() && table.opaque.front().starts_with("CREATE ");
}

bool counts(const model::table& table) {
  return std::ranges::any_of(table.columns, [](const auto& c) { return c.identity.has_value(); });
}

bool has_column(const model::table& table, std::string_view name) {
  return std::ranges::any_of(table.columns, [&](const model::column& column) {
    return base::equals_ignoring_case(column.name, name);
  });
}

/// The rowid is the row's name where no column has that part.
std::string kept_rowid(const model::table& from, const model::table& to) {
  if (from.without_rowid || to.without_rowid || has_rowid_alias(to)) return {};
  for (const char* name : {"rowid", "_rowid_", "oid"}) {
    if (!has_column(from, name) && !has_column(to, name)) return name;
  }
  return {};
}

}  // namespace

std::vector<std::string> sqlite_dialect::rebuild_table(
    const model::table& from, const model::table& to,
    const std::map<std::string, std::string>& values) const {
  std::vector<retort::dialect::statement> create;
  auto bare = to;
  bare.indexes.clear();
  write({model::create_table{bare}, {}}, create);
  if (is_virtual(from) || is_virtual(to)) {
    return {"DROP TABLE " + quote(from.name), create.front().sql};
  }
  const auto old = quote("retort_old_" + from.name.name);
  std::vector<std::string> into;
  std::vector<std::string> what;
  if (const auto rowid = kept_rowid(from, to); !rowid.empty()) {
    into.push_back(rowid);
    what.push_back(rowid);
  }
  for (const auto& column : to.columns) {
    if (column.generated) continue;
    const auto given = values.find(column.name);
    if (given == values.end() && !has_column(from, column.name)) continue;
    into.push_back(quote(column.name));
    what.push_back(given == values.end() ? quote(column.name) : given->second);
  }
  std::vector<std::string> result = {
      "PRAGMA legacy_alter_table = ON",
      fmt::format("ALTER TABLE {} RENAME TO {}", quote(from.name), old),
      "PRAGMA legacy_alter_table = OFF",
      create.front().sql,
  };
  if (!into.empty()) {
    result.push_back(fmt::format("INSERT INTO {} ({}) SELECT {} FROM {}", quote(to.name),
                                 base::join(into, ", "), base::join(what, ", "), old));
  }
  if (counts(from) && counts(to)) {
    result.push_back("DELETE FROM sqlite_sequence WHERE name = " + literal(to.name.name));
    result.push_back(
        fmt::format("INSERT INTO sqlite_sequence (name, seq) SELECT {}, seq FROM sqlite_sequence "
                    "WHERE name = {}",
                    literal(to.name.name), literal("retort_old_" + from.name.name)));
  }
  result.push_back("DROP TABLE " + old);
  return result;
}

}  // namespace retort::sqlite
