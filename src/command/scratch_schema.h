#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "db/connection.h"

namespace retort::command {

/// A fresh schema in a PostgreSQL database, in the place of a scratch database where none may be
/// made. All of it is one transaction, which is rolled back with the object; a transaction in it is
/// a savepoint, and a statement that fails takes nothing along. What is sent and what comes back
/// speaks of the schema that the connection worked in before, and introspection sees nothing else.
class scratch_schema final : public db::connection {
 public:
  /// Throws `error` where no schema can be made, or the connection works in none.
  explicit scratch_schema(std::unique_ptr<db::connection> real);
  ~scratch_schema() override;

  /// From now on, or no longer, a statement that would do more than make things of this schema
  /// throws `error`. Models are such that they name no schema at all.
  void guard(bool on) { is_guarded_ = on; }
  /// What has been refused first; none: nothing.
  const std::optional<error>& refusal() const { return refusal_; }
  /// Why a statement cannot be meant for one schema alone, where it may name that one; empty: it
  /// can.
  std::string foreign_to(const std::string& sql) const;

  db::result query(std::string_view sql, std::span<const db::parameter> parameters = {}) override;
  std::unique_ptr<db::prepared> prepare(std::string_view sql) override;
  void copy(std::string_view sql, std::string_view data) override;
  void execute(std::string_view sql) override;
  void begin() override;
  void commit() override;
  void rollback() noexcept override;
  bool in_transaction() const override { return depth_ > 0; }
  std::string server() const override { return real_->server(); }

 private:
  bool is_schema(const std::string& name) const;
  std::string schema_named_in(std::string_view sql, bool may_be_own) const;
  std::string translated(std::string_view sql) const;
  void require_own(std::string_view sql);

  std::unique_ptr<db::connection> real_;
  /// The schema that is spoken of, and the one that is meant.
  std::string spoken_;
  std::string name_;
  /// Those that the database has, but for the system's.
  std::vector<std::string> schemas_;
  bool is_guarded_ = false;
  std::optional<error> refusal_;
  int depth_ = 0;
};

}  // namespace retort::command
