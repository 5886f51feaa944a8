#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dialect/dialect.h"
#include "postgres/lock_meter.h"
#include "postgres/wait_limit.h"

namespace retort::postgres {

class postgres_dialect : public dialect::dialect {
 public:
  using dialect::quote;

  std::string_view name() const override { return "postgresql"; }
  base::sql_flavour flavour() const override { return base::sql_flavour::postgresql; }

  std::string quote(std::string_view identifier) const override;
  std::string literal(std::string_view value) const override;
  std::string type_name(const model::type& type) const override;
  std::string equal(std::string_view column, std::string_view value) const override;
  std::string held_text(const db::connection& connection, std::string_view text) const override;
  std::string text_of_held(const db::connection& connection, std::string_view held) const override;

  void write(const model::operation& op,
             std::vector<retort::dialect::statement>& out) const override;
  model::schema introspect(db::connection& connection,
                           std::string_view version_table) const override;
  std::vector<std::string> unread(db::connection& connection) const override;
  std::vector<std::pair<std::string, std::string>> counters(
      db::connection& connection, std::string_view version_table) const override;
  model::schema normalise(model::schema schema) const override;
  std::string comparable(std::string sql) const override;

  std::unique_ptr<retort::dialect::table_change> prepare(
      db::connection& connection, const retort::dialect::statement& change) const override;
  std::vector<std::string> row_key(db::connection& connection, const model::qualified_name& table,
                                   std::vector<std::string> wanted) const override;
  std::string table_exists_query(const model::qualified_name& table) const override;
  model::qualified_name resolve(db::connection& connection,
                                const model::qualified_name& name) const override;
  std::string catch_up_statement(const model::qualified_name& table,
                                 std::string_view key) const override;
  bool sends_batches() const override { return true; }
  std::string rows_guard(const model::qualified_name& table,
                         const std::vector<std::string>& rows) const override;
  std::string limit_statement(int seconds) const override;
  std::string unlimit_statement(const std::string& limit) const override;
  std::string waiting_limit(db::connection& connection) const override;
  std::string statement_limit(db::connection& connection) const override;
  std::string statement_limit_statement(const std::string& limit,
                                        bool in_transaction) const override;
  std::string transaction(db::connection& connection) const override;
  std::string transaction_query() const override;
  std::string lock_table_statement(const model::qualified_name& table) const override;
  std::unique_ptr<retort::dialect::run_lock> lock_run(db::connection& connection,
                                                      const model::qualified_name& table,
                                                      int seconds) const override;
  retort::dialect::outside classify(const retort::dialect::statement& statement) const override;
  void require_own_session(db::connection& connection) const override;
  std::unique_ptr<retort::dialect::wait_limit> limit_concurrent_waiting(
      db::connection& connection, int seconds) const override {
    return postgres::limit_waiting(connection, seconds);
  }
  void clear_remains(db::connection& connection, std::string_view sql,
                     const std::string& remembered) const override;
  retort::dialect::evidence settle(db::connection& connection, std::string_view sql,
                                   const std::string& remembered) const override;
  bool reaches_beyond(std::string_view sql) const override;
  std::string remember(db::connection& connection, std::string_view sql) const override;
  std::optional<retort::dialect::outside> refused_as(const error& problem) const override;
  std::string limit_waiting(db::connection& connection, int seconds) const override;
  void unlimit_waiting(db::connection& connection, const std::string& limit) const override;
  bool is_lock_conflict(const error& problem) const override;
  std::vector<std::string> lock_holders(db::connection& connection,
                                        std::string_view sql) const override;
  std::vector<retort::dialect::held_lock> held_locks(db::connection& connection) const override;
  std::unique_ptr<retort::dialect::lock_meter> meter_locks(
      db::connection& connection) const override {
    return postgres::meter_locks(connection);
  }
  std::string script_prologue(const retort::dialect::script_settings& settings) const override;
  std::string script_text(std::string_view sql) const override;
  std::string script_create(const model::qualified_name& table,
                            const std::string& create) const override;
  std::string script_reset(
      const retort::dialect::script_settings& settings,
      const std::vector<retort::dialect::statement>& statements) const override;
  std::string script_guard(const model::qualified_name& table,
                           const std::vector<std::string>& rows) const override;
  std::string exact_text(std::string_view quoted_column) const override;
  std::vector<std::string> samples(db::connection& connection, const model::column& column,
                                   unsigned salt) const override;
  /// `foreign_keys` means nothing here: PostgreSQL always enforces them.
  std::unique_ptr<retort::dialect::session> open_session(db::connection& connection,
                                                         bool foreign_keys) const override;

 private:
  std::string rows_check(const model::qualified_name& table, const std::vector<std::string>& rows,
                         const std::string& how) const;
};

}  // namespace retort::postgres
