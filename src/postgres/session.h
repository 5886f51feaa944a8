#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/connection.h"
#include "dialect/session.h"
#include "model/name.h"

namespace retort::postgres {

/// Remembers the settings of a connection and its role, and brings them back: what a migration SETs
/// ends with it, and so do its temporary objects, prepared statements, cursors and advisory locks.
class session : public dialect::session {
 public:
  explicit session(db::connection& connection);
  ~session() override;

  void before_bookkeeping() override { restore(); }
  std::vector<std::string> reset_statements() const override;
  void end_reset(const db::result& last) override;
  void pause() override;
  void resume() override;
  void rolled_back() override { paused_ = resumed_; }
  bool can_write() override;
  bool was_unlocked() override { return std::exchange(was_unlocked_, false); }

 private:
  void restore();
  /// Who statements run as, and what bends their meaning.
  struct surroundings {
    std::string user;
    std::string role;
    std::vector<std::string> settings;
    bool operator==(const surroundings&) const = default;
  };
  surroundings look();
  void restore_locks();
  void lock_again();
  std::string release_query() const;
  std::string reset_everything() const;
  std::string settings_again() const;

  db::connection& connection_;
  /// By a transaction pooler.
  bool is_shared_;
  std::vector<std::pair<std::string, std::string>> settings_;
  std::string role_;
  surroundings own_;
  /// The migration's, while it pauses.
  std::optional<surroundings> paused_;
  /// What it was when it went on.
  std::optional<surroundings> resumed_;
  /// The key of the run's lock, where one is held.
  db::cell run_lock_;
  /// Whether `look` has found it held.
  bool is_locked_ = false;
  bool was_unlocked_ = false;
};

/// The first half of the key of every run's advisory lock; the second is made of the version table.
inline constexpr int run_lock_class = 0x52455454;

/// See `dialect::table_exists_query`.
std::string table_exists_query(const model::qualified_name& table);

/// A table's name with its schema: see `dialect::resolve`.
model::qualified_name resolve(db::connection& connection, const model::qualified_name& table);

/// Holds the advisory lock of a version table; see `dialect::lock_run`. Polls, because a statement
/// that waits for the lock would be in the way of CREATE INDEX CONCURRENTLY. Null behind a
/// transaction pooler, where it would protect nothing.
std::unique_ptr<dialect::run_lock> lock_run(db::connection& connection,
                                            const model::qualified_name& table, int seconds);

}  // namespace retort::postgres
