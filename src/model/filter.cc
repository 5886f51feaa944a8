#include "model/filter.h"

#include <vector>

namespace retort::model {
namespace {

class table_filter {
 public:
  table_filter(const object_filter& filter, table& target) : filter_(filter), table_(target) {}

  void run() {
    keep("column", table_.columns);
    keep("index", table_.indexes);
    keep("unique_constraint", table_.uniques);
    keep("check_constraint", table_.checks);
    keep("foreign_key_constraint", table_.foreign_keys);
    keep("exclude_constraint", table_.excludes);
    if (table_.primary_key && !filter_(subject("primary_key", table_.primary_key->name))) {
      table_.primary_key.reset();
    }
  }

 private:
  template <class Part>
  void keep(std::string_view type, std::vector<Part>& parts) {
    std::erase_if(parts, [&](const Part& part) { return !filter_(subject(type, part.name)); });
  }

  filter_subject subject(std::string_view type, const std::string& name) const {
    return {type, {table_.name.schema, name}, table_.name};
  }

  const object_filter& filter_;
  table& table_;
};

}  // namespace

void keep_only(schema& all, const object_filter& filter) {
  if (!filter) return;
  std::erase_if(all.tables, [&](const auto& entry) { return !filter({"table", entry.first, {}}); });
  for (auto& [name, table] : all.tables) table_filter(filter, table).run();
  std::erase_if(all.objects, [&](const auto& entry) {
    const object& one = entry.second;
    if (!one.table.name.empty() && !filter({"table", one.table, {}})) return true;
    return !filter({one.kind, one.name, one.table});
  });
}

}  // namespace retort::model
