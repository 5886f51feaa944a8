#include "diff/serials.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>

namespace retort::diff {
namespace {

struct serial_type {
  std::string_view column;
  std::string_view serial;
  /// What follows the name of the sequence where that has this type.
  std::string_view sequence;
};
constexpr std::array serial_types = {serial_type{"integer", "serial", " AS integer"},
                                     serial_type{"bigint", "bigserial", ""},
                                     serial_type{"smallint", "smallserial", " AS smallint"}};

/// Where the two statements of a sequence stand.
struct sequence_use {
  const model::create_object* made = nullptr;
  const model::create_object* owned = nullptr;
};

using sequence_map = std::map<model::qualified_name, sequence_use>;

sequence_map sequences_in(const std::vector<model::operation>& operations) {
  sequence_map found;
  for (const auto& op : operations) {
    const auto* object = std::get_if<model::create_object>(&op.what);
    if (object == nullptr) continue;
    if (object->object.kind == "sequence") found[object->object.name].made = object;
    if (object->object.kind == "sequence owner") found[object->object.name].owned = object;
  }
  return found;
}

/// The serial type of a column that has this sequence and nothing else of its own; empty: none.
std::string_view serial_of(const model::table& table, const model::column& column,
                           const model::qualified_name& name, const sequence_use& use) {
  if (use.made == nullptr || use.owned == nullptr || column.nullable) return {};
  const auto& body = use.made->body;
  if (column.default_sql != fmt::format("nextval('{}'::regclass)", name.display())) return {};
  if (!use.owned->body.ends_with(
          fmt::format(" OWNED BY {}.{}", table.name.display(), column.name))) {
    return {};
  }
  // Of an unlogged table the sequence is unlogged, too.
  const bool is_unlogged = std::ranges::find(table.opaque, "UNLOGGED") != table.opaque.end();
  const auto* made = is_unlogged ? "CREATE UNLOGGED SEQUENCE" : "CREATE SEQUENCE";
  for (const auto& [type, serial, sequence] : serial_types) {
    if (column.type.raw != type) continue;
    if (body == fmt::format("{} {}{}", made, name.display(), sequence)) return serial;
  }
  return {};
}

}  // namespace

bool counts_with(const model::column& column, const model::object& sequence,
                 const dialect::dialect& target) {
  const auto name = target.literal(target.quote(sequence.name));
  return column.default_sql == fmt::format("nextval({}::regclass)", name);
}

std::string count_on_sql(const std::string& sequence, const std::string& column,
                         const std::string& table) {
  return fmt::format(
      "SELECT pg_catalog.setval({0}, pg_catalog.max({1})) FROM {2} HAVING pg_catalog.max({1}) > 0",
      sequence, column, table);
}

bool is_owner(const model::object& object, const model::qualified_name& table,
              const std::string& column, const dialect::dialect& target) {
  return object.kind == "sequence owner" &&
         object.definition.ends_with(
             fmt::format(" OWNED BY {}.{}", target.quote(table), target.quote(column)));
}

const model::object* sequence_for_identity(const model::column& from, const model::column& to,
                                           const schema_pair& all, const dialect::dialect& target) {
  if (!from.identity || to.identity) return nullptr;
  for (const auto& [key, object] : all.to.objects) {
    const bool is_new = object.kind == "sequence" && !all.from.objects.contains(key);
    if (is_new && counts_with(to, object, target)) return &object;
  }
  return nullptr;
}

std::vector<model::operation> with_serials(std::vector<model::operation> operations) {
  const auto sequences = sequences_in(operations);
  std::vector<const model::create_object*> gone;
  for (auto& op : operations) {
    auto* made = std::get_if<model::create_table>(&op.what);
    if (made == nullptr) continue;
    for (auto& column : made->table.columns) {
      const model::qualified_name name{
          made->table.name.schema, fmt::format("{}_{}_seq", made->table.name.name, column.name)};
      const auto use = sequences.find(name);
      if (use == sequences.end()) continue;
      const auto serial = serial_of(made->table, column, name, use->second);
      if (serial.empty()) continue;
      column.type.raw = serial;
      column.default_sql.reset();
      gone.push_back(use->second.made);
      gone.push_back(use->second.owned);
    }
  }
  std::erase_if(operations, [&](const model::operation& op) {
    const auto* object = std::get_if<model::create_object>(&op.what);
    return std::ranges::find(gone, object) != gone.end() && object != nullptr;
  });
  return operations;
}

}  // namespace retort::diff
