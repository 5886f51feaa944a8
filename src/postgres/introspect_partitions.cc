#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "postgres/catalogue.h"
#include "postgres/constraint_names.h"

// The indexes of partitions that belong to one of the partitioned table. That one tells what they
// are, so that only these are told of: whose name is not the one that the server would choose, and,
// where the table's own index is not valid, those that it has.

namespace retort::postgres {
namespace {

/// The name that CREATE INDEX or ADD CONSTRAINT on the partitioned table gives to the index of a
/// partition.
std::string usual_name(std::string_view table, std::string_view constraint,
                       const std::vector<std::string>& columns) {
  if (constraint == "p") return object_name(table, "", "pkey");
  const std::string_view label = constraint == "u" ? "key" : constraint == "x" ? "excl" : "idx";
  return object_name(table, base::join(columns, "_"), label);
}

/// Whether it is that name, or with a number behind it, because another had it.
bool is_usual(std::string_view name, std::string_view usual) {
  return name.starts_with(usual) &&
         std::ranges::all_of(name.substr(usual.size()),
                             [](unsigned char c) { return std::isdigit(c) != 0; });
}

}  // namespace

void read_partition_indexes(catalogue& from, const table_index& tables) {
  const auto result = from.query(fmt::format(R"(
SELECT i.indrelid, c.relname, x.relname, p.indexrelid::regclass, p.indisvalid,
  (SELECT k.contype FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')),
  (SELECT string_agg(coalesce(t.attname, a.attname), chr(31) ORDER BY a.attnum) FROM pg_attribute a
   LEFT JOIN pg_attribute t ON t.attrelid = i.indrelid AND t.attnum = i.indkey[a.attnum - 1]
     AND t.attnum <> 0
   WHERE a.attrelid = i.indexrelid)
FROM pg_class x JOIN pg_index i ON i.indexrelid = x.oid JOIN pg_inherits h ON h.inhrelid = x.oid
JOIN pg_index p ON p.indexrelid = h.inhparent JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE x.relispartition AND x.relkind IN ('i', 'I') AND {})",
                                             from.is_user_schema()));
  for (const auto& row : result.rows) {
    const auto table = tables.find(text(row[0]));
    if (table == tables.end()) continue;
    const auto name = text(row[2]);
    const auto usual = usual_name(text(row[1]), text(row[5]), names(row[6]));
    const auto index = from.quoted({{}, name});
    auto& lines = table->second->opaque;
    if (!flag(row[4])) {
      lines.push_back(fmt::format("INDEX {} ATTACHED TO {}", index, text(row[3])));
    } else if (!is_usual(name, usual)) {
      lines.push_back(fmt::format("INDEX {} OF {} INSTEAD OF {}", index, text(row[3]),
                                  from.quoted({{}, usual})));
    }
  }
}

}  // namespace retort::postgres
