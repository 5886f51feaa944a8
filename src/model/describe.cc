#include <fmt/format.h>

#include "base/text_tools.h"
#include "model/operation.h"

namespace retort::model {
namespace {

struct describer {
  std::string operator()(const create_table& op) const {
    return fmt::format("create table {}", op.table.name.display());
  }
  std::string operator()(const drop_table& op) const {
    return fmt::format("drop table {}", op.name.display());
  }
  std::string operator()(const add_column& op) const {
    return fmt::format("add column {}.{}", op.table.display(), op.column.name);
  }
  std::string operator()(const drop_column& op) const {
    return fmt::format("drop column {}.{}", op.table.display(), op.column);
  }
  std::string operator()(const rename_table& op) const {
    return fmt::format("rename table {} to {}", op.table.display(), op.to);
  }
  std::string operator()(const alter_column& op) const {
    return fmt::format("alter column {}.{}", op.table.display(), op.column);
  }
  std::string operator()(const add_constraint& op) const {
    const auto& name = name_of(op.constraint);
    return fmt::format("add {}{}{} to {}", describe(kind_of(op.constraint)),
                       name.empty() ? "" : " ", name, op.table.display());
  }
  std::string operator()(const drop_constraint& op) const {
    return fmt::format("drop {}{}{} of {}", describe(op.kind), op.name.empty() ? "" : " ", op.name,
                       op.table.display());
  }
  std::string operator()(const rename_constraint& op) const {
    return fmt::format("rename constraint {} of {} to {}", op.name, op.table.display(), op.to);
  }
  std::string operator()(const validate_constraint& op) const {
    return fmt::format("validate constraint {} of {}", op.name, op.table.display());
  }
  std::string operator()(const comment_table& op) const {
    return fmt::format("comment on table {}", op.table.display());
  }
  std::string operator()(const create_index& op) const {
    return fmt::format("create index {} on {}", op.index.name, op.table.display());
  }
  std::string operator()(const drop_index& op) const {
    return fmt::format("drop index {}", op.name.display());
  }
  std::string operator()(const rename_index& op) const {
    return fmt::format("rename index {} to {}", op.name.display(), op.to);
  }
  std::string operator()(const attach_partition& op) const {
    return fmt::format("attach partition {} to {}", op.partition.display(), op.table.display());
  }
  std::string operator()(const detach_partition& op) const {
    return fmt::format("detach partition {} from {}", op.partition.display(), op.table.display());
  }
  std::string operator()(const row_security& op) const {
    return fmt::format("{} row level security of {}", op.enabled ? "enable" : "disable",
                       op.table.display());
  }
  std::string operator()(const change_privileges& op) const {
    return fmt::format("{} {} on {}", op.grant ? "grant" : "revoke", op.privileges, op.on);
  }
  std::string operator()(const replace_object& op) const {
    return "replace " + object_key(op.object);
  }
  std::string operator()(const create_object& op) const {
    return "create " + object_key(op.object);
  }
  std::string operator()(const drop_object& op) const { return "drop " + object_key(op.object); }
  std::string operator()(const alter_enum& op) const {
    return fmt::format("{} value {} of type {}", op.rename.empty() ? "add" : "rename", op.value,
                       op.name.display());
  }
  std::string operator()(const bulk_insert& op) const {
    return fmt::format("insert {} rows into {}", op.rows.size(), op.table.display());
  }
  std::string operator()(const run&) const { return "run C++ code"; }
  std::string operator()(const backfill& op) const {
    return fmt::format("backfill {}", op.table.display());
  }
  std::string operator()(const execute& op) const {
    constexpr std::size_t shown = 60;
    const std::string_view sql = base::trim(op.sql);
    const std::string_view line = base::first_line(sql);
    if (line.size() <= shown) return fmt::format("execute {}", line);
    std::size_t cut = shown;
    while (cut > 0 && (static_cast<unsigned char>(line[cut]) & 0xC0U) == 0x80U) --cut;
    return fmt::format("execute {}…", line.substr(0, cut));
  }
};

}  // namespace

const std::string& name_of(const constraint& item) {
  return std::visit([](const auto& one) -> const std::string& { return one.name; }, item);
}

constraint_kind kind_of(const constraint& item) {
  return static_cast<constraint_kind>(item.index() + 1);
}

std::string_view describe(constraint_kind kind) {
  switch (kind) {
    case constraint_kind::primary_key:
      return "primary key";
    case constraint_kind::unique:
      return "unique constraint";
    case constraint_kind::check:
      return "check";
    case constraint_kind::foreign_key:
      return "foreign key";
    case constraint_kind::exclude:
      return "exclude constraint";
    case constraint_kind::any:
      break;
  }
  return "constraint";
}

std::string loss_of(const operation_variant& what) {
  if (const auto* table = std::get_if<drop_table>(&what)) return table->name.display();
  if (const auto* column = std::get_if<drop_column>(&what)) {
    return fmt::format("{}.{}", column->table.display(), column->column);
  }
  return {};
}

std::string describe(const operation_variant& what) { return std::visit(describer{}, what); }

}  // namespace retort::model
