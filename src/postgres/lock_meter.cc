#include "postgres/lock_meter.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "model/lock_mode.h"
#include "postgres/catalogue.h"

namespace retort::postgres {
namespace {

/// A relation, by its number: it may be renamed, or be gone.
struct relation {
  std::string name;
  /// Where its rows are; empty: it has none.
  std::string file;
  /// The strongest lock; empty: none.
  std::string mode;
};
using relations = std::map<std::string, relation>;

int strength(const std::string& mode) { return model::lock_strength(mode).value_or(0); }

class meter final : public dialect::lock_meter {
 public:
  explicit meter(db::connection& connection) : connection_(connection) {}

  dialect::taken_locks take() override {
    auto now = look();
    dialect::taken_locks taken;
    for (const auto& [number, before] : before_) {
      const auto found = now.find(number);
      if (found == now.end()) continue;
      const auto& after = found->second;
      if (strength(after.mode) > strength(before.mode)) {
        taken.locks.push_back({before.name, after.mode});
      }
      if (!before.file.empty() && !after.file.empty() && before.file != after.file) {
        taken.rewrites.push_back(before.name);
      }
    }
    std::ranges::sort(taken.locks, {}, &dialect::held_lock::relation);
    std::ranges::sort(taken.rewrites);
    before_ = std::move(now);
    return taken;
  }

 private:
  /// What is there, and what was there and is locked still: it may have been dropped.
  relations look() {
    relations found;
    const auto there = query_catalogue(
        connection_,
        "SELECT oid, oid::regclass, CASE WHEN relkind IN ('r', 'm') THEN "
        "pg_relation_filenode(oid) END FROM pg_class WHERE relkind <> 'c' AND relpersistence <> "
        "'t' AND relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname IN "
        "('pg_catalog', 'pg_toast', 'information_schema'))");
    for (const auto& row : there.rows) {
      found[row[0].value_or("")] = {row[1].value_or(""), row[2].value_or(""), {}};
    }
    const auto locks = query_catalogue(
        connection_,
        "SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND granted AND locktype "
        "= 'relation' AND database = (SELECT oid FROM pg_database WHERE datname = "
        "current_database())");
    for (const auto& row : locks.rows) {
      const auto number = row[0].value_or("");
      const auto mode = row[1].value_or("");
      const auto known = found.find(number);
      const auto gone = before_.find(number);
      if (known == found.end() && gone == before_.end()) continue;
      auto& one = known != found.end() ? known->second : found[number];
      if (one.name.empty()) one.name = gone->second.name;
      if (strength(mode) > strength(one.mode)) one.mode = mode;
    }
    return found;
  }

  db::connection& connection_;
  relations before_;
};

}  // namespace

std::unique_ptr<dialect::lock_meter> meter_locks(db::connection& connection) {
  return std::make_unique<meter>(connection);
}

}  // namespace retort::postgres
