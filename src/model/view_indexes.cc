#include "model/view_indexes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text_tools.h"
#include "model/apply_objects.h"

namespace retort::model {
namespace {

/// "CREATE INDEX", the parts of a key in their order.
std::string key_sql(const index_key& key) {
  auto sql = key.is_expression ? "(" + key.what + ")" : quoted_name({"", key.what});
  if (!key.collation.empty()) sql += " COLLATE " + quoted_name({"", key.collation});
  if (!key.operator_class.empty()) sql += " " + quoted_name({"", key.operator_class});
  if (key.descending) sql += " DESC";
  if (key.nulls_reversed) sql += key.descending ? " NULLS LAST" : " NULLS FIRST";
  return sql;
}

/// What stands before the name of an index, and behind it.
constexpr std::string_view before_name = "INDEX ";
constexpr std::string_view behind_name = " ON ";

}  // namespace

bool is_stored_view(const schema& all, const qualified_name& name) {
  return all.objects.contains(object_key({"materialized view", name, {}, {}}));
}

object index_object(const create_index& what) {
  const auto& index = what.index;
  std::vector<std::string> keys;
  for (const auto& key : index.keys) keys.push_back(key_sql(key));
  auto sql = fmt::format(
      "CREATE {}{}{}{}{} USING {} ({})", index.unique ? "UNIQUE " : "", before_name,
      quoted_name({"", index.name}), behind_name, quoted_name(what.table),
      index.method.empty() ? "btree" : quoted_name({"", index.method}), base::join(keys, ", "));
  std::vector<std::string> include;
  for (const auto& name : index.include) include.push_back(quoted_name({"", name}));
  if (!include.empty()) sql += fmt::format(" INCLUDE ({})", base::join(include, ", "));
  if (index.nulls_not_distinct) sql += " NULLS NOT DISTINCT";
  if (!index.storage.empty()) sql += fmt::format(" WITH ({})", index.storage);
  if (!index.where.empty()) sql += fmt::format(" WHERE ({})", index.where);
  return {"index", {what.table.schema, index.name}, what.table, sql};
}

std::map<std::string, object>::const_iterator find_index_object(const schema& all,
                                                                const qualified_name& name) {
  return std::ranges::find_if(all.objects, [&](const auto& entry) {
    const auto& one = entry.second;
    return one.kind == "index" && one.name.name == name.name &&
           (name.schema.empty() || one.name.schema == name.schema);
  });
}

object renamed_index(const object& index, const std::string& to) {
  auto result = index;
  result.name.name = to;
  const auto name =
      fmt::format("{}{}{}", before_name, quoted_name({"", index.name.name}), behind_name);
  const auto at = result.definition.find(name);
  if (at != std::string::npos) {
    result.definition.replace(
        at, name.size(), fmt::format("{}{}{}", before_name, quoted_name({"", to}), behind_name));
  }
  return result;
}

}  // namespace retort::model
