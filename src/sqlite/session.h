#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "db/connection.h"
#include "dialect/session.h"
#include "sqlite/connection.h"
#include "sqlite/orphans.h"

namespace retort::sqlite {

/// Around one migration: switches enforcement of foreign keys off (or on), which SQLite does only
/// outside a transaction; finds the rows that the migration left without their parent; afterwards
/// sets the connection's PRAGMAs back, detaches what was attached and drops what is temporary.
class sqlite_session final : public dialect::session, private statement_listener {
 public:
  sqlite_session(db::connection& connection, bool foreign_keys);
  ~sqlite_session() override;

  void before_bookkeeping() override;
  bool wants_baseline() const override { return wants_baseline_; }
  void take_baseline() override;
  void take_whole_baseline() override;

 private:
  void before_setting() override;
  void before_drop(const std::string& table) override;
  void before_adding(const std::string& table, const std::string& column) override;

  /// Sets back the PRAGMAs that live with the connection.
  void restore_pragmas();
  void note_changes();
  void drop_temporary();
  /// The changed tables and their children, as far as they are there; or all that have foreign
  /// keys.
  std::vector<std::string> tables_to_check(bool all) const;
  void check_foreign_keys();
  void check_indexes();

  db::connection& connection_;
  /// Null where the connection is not one of ours; then every table counts as changed.
  sqlite_connection* watched_;
  bool foreign_keys_;
  std::string enforced_before_;
  bool wants_baseline_ = false;
  bool has_baseline_ = false;
  std::vector<orphan> baseline_;
  /// Of full-text tables, by the same baseline.
  std::map<std::string, std::string> broken_before_;
  watched_changes changes_;
  /// The changed tables that the baseline knows of, or whether it knows all.
  std::set<std::string> covered_;
  bool covers_all_ = false;
  /// As they were before the first statement that may change them; empty before that.
  std::vector<std::pair<std::string, std::string>> pragmas_;
  std::set<std::string> databases_;
  std::int64_t hard_heap_limit_ = 0;
};

}  // namespace retort::sqlite
