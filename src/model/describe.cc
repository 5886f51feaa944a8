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
  std::string operator()(const create_index& op) const {
    return fmt::format("create index {} on {}", op.index.name, op.table.display());
  }
  std::string operator()(const drop_index& op) const {
    return fmt::format("drop index {}", op.name.display());
  }
  std::string operator()(const execute& op) const {
    constexpr std::size_t shown = 60;
    const std::string_view sql = base::trim(op.sql);
    const std::string_view line = sql.substr(0, sql.find('\n'));
    if (line.size() <= shown) return fmt::format("execute {}", line);
    std::size_t cut = shown;
    while (cut > 0 && (static_cast<unsigned char>(line[cut]) & 0xC0U) == 0x80U) --cut;
    return fmt::format("execute {}…", line.substr(0, cut));
  }
};

}  // namespace

std::string describe(const operation_variant& what) { return std::visit(describer{}, what); }

}  // namespace retort::model
