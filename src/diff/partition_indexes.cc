#include "diff/partition_indexes.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "diff/object_changes.h"
#include "model/apply_objects.h"

namespace retort::diff {
namespace {

constexpr std::string_view attached = " ATTACHED TO ";
constexpr std::string_view of = " OF ";
constexpr std::string_view instead = " INSTEAD OF ";

/// The names in a line, as SQL has them.
struct parts {
  std::string index;
  std::string whole;
  /// Empty: it is attached.
  std::string usual;
};

parts line_parts_of(const std::string& line) {
  parts found{sql_name_behind(line, "INDEX "), {}, {}};
  const auto rest = line.substr(std::string_view("INDEX ").size() + found.index.size());
  if (rest.starts_with(attached)) {
    found.whole = rest.substr(attached.size());
    return found;
  }
  found.whole = sql_name_behind(rest, of);
  found.usual = rest.substr(of.size() + found.whole.size() + instead.size());
  return found;
}

bool has_line(const model::table& table, const std::string& line) {
  return std::ranges::find(table.opaque, line) != table.opaque.end();
}

}  // namespace

bool is_made_only(const model::table& table, const std::string& index,
                  const dialect::dialect& target) {
  return has_line(table, "INVALID INDEX " + target.quote(index)) &&
         !model::partition_key(table).empty();
}

bool is_attached(const model::table& partition, const std::string& index,
                 const dialect::dialect& target) {
  const auto lead = fmt::format("INDEX {}{}", target.quote(index), attached);
  return std::ranges::any_of(partition.opaque,
                             [&](const std::string& line) { return line.starts_with(lead); });
}

std::string create_only_sql(const model::qualified_name& table, const model::index& index,
                            const dialect::dialect& target) {
  std::vector<dialect::statement> written;
  target.write({model::create_index{table, index}, {}}, written);
  auto sql = written.front().sql;
  const auto head = fmt::format("{} ON ", target.quote(index.name));
  return sql.insert(sql.find(head) + head.size(), "ONLY ");
}

std::string add_only_sql(const model::qualified_name& table, const model::constraint& item,
                         const dialect::dialect& target) {
  std::vector<dialect::statement> written;
  target.write({model::add_constraint{table, item}, {}}, written);
  auto sql = written.front().sql;
  return sql.insert(std::string_view("ALTER TABLE ").size(), "ONLY ");
}

bool is_partition_index(const std::string& line) {
  if (!line.starts_with("INDEX ")) return false;
  const auto name = sql_name_behind(line, "INDEX ");
  const auto rest = std::string_view(line).substr(std::string_view("INDEX ").size() + name.size());
  return rest.starts_with(attached) || rest.starts_with(of);
}

std::string partition_index_sql(const model::table& partition, const std::string& line,
                                const std::string& other, bool add,
                                const dialect::dialect& target) {
  const auto line_parts = line_parts_of(line);
  const auto& [index, whole, usual] = line_parts;
  const auto schema =
      partition.name.schema.empty() ? std::string() : target.quote(partition.name.schema) + ".";
  if (usual.empty()) {
    // Nothing takes it out of the other one but dropping both.
    return add ? fmt::format("ALTER INDEX {} ATTACH PARTITION {}{}", whole, schema, index)
               : fmt::format("DROP INDEX IF EXISTS {}", whole);
  }
  const auto before = other.empty() ? parts() : line_parts_of(other);
  if (!before.usual.empty()) {
    return add ? fmt::format("ALTER INDEX {}{} RENAME TO {}", schema, before.index, index)
               : std::string();
  }
  if (!add) return fmt::format("ALTER INDEX {}{} RENAME TO {}", schema, index, usual);
  return fmt::format(
      "DO $$ BEGIN EXECUTE (SELECT pg_catalog.format('ALTER INDEX %s RENAME TO %s', "
      "h.inhrelid::pg_catalog.regclass, {}) FROM pg_catalog.pg_inherits h JOIN "
      "pg_catalog.pg_index i ON i.indexrelid = h.inhrelid WHERE h.inhparent = "
      "{}::pg_catalog.regclass::pg_catalog.oid AND i.indrelid = "
      "{}::pg_catalog.regclass::pg_catalog.oid); END $$",
      target.literal(index), target.literal(whole), target.literal(target.quote(partition.name)));
}

}  // namespace retort::diff
