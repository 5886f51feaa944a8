#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "db/connection.h"
#include "dialect/session.h"

namespace retort::sqlite {

class sqlite_connection;

/// Around one migration: switches enforcement of foreign keys off (or on), which SQLite does only
/// outside a transaction; finds the rows that the migration left without their parent; afterwards
/// sets the connection's PRAGMAs back and detaches what was attached.
class sqlite_session final : public dialect::session {
 public:
  sqlite_session(db::connection& connection, bool foreign_keys);
  ~sqlite_session() override;

  void before_bookkeeping() override;
  bool wants_baseline() const override { return wants_baseline_; }
  void take_baseline() override;

 private:
  /// Rows without their parent, counted: a table WITHOUT ROWID does not tell which they are.
  using orphans = std::map<std::string, long>;

  /// Sets back the PRAGMAs that live with the connection.
  void restore_pragmas();
  orphans find_orphans() const;
  /// The changed tables and their children, as far as they are there.
  std::vector<std::string> tables_to_check() const;

  db::connection& connection_;
  /// Null where the connection is not one of ours; then every table counts as changed.
  sqlite_connection* watched_;
  bool foreign_keys_;
  bool wants_baseline_ = false;
  bool has_baseline_ = false;
  orphans baseline_;
  std::set<std::string> changed_;
  /// The changed tables that the baseline knows of.
  std::set<std::string> covered_;
  std::vector<std::pair<std::string, std::string>> pragmas_;
  std::set<std::string> databases_;
};

}  // namespace retort::sqlite
