#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dialect/dialect.h"

namespace retort::sqlite {

class reach;

class sqlite_dialect final : public dialect::dialect {
 public:
  std::string_view name() const override { return "sqlite"; }
  base::sql_flavour flavour() const override { return base::sql_flavour::sqlite; }

  using retort::dialect::dialect::quote;
  std::string quote(std::string_view identifier) const override;
  std::string literal(std::string_view value) const override;
  std::string type_name(const model::type& type) const override;

  void write(const model::operation& op,
             std::vector<retort::dialect::statement>& out) const override;

  model::schema introspect(db::connection& connection,
                           std::string_view version_table) const override;
  /// The same of a part alone.
  model::schema introspect_part(db::connection& connection, const reach& part) const;
  std::vector<std::pair<std::string, std::string>> counters(
      db::connection& connection, std::string_view version_table) const override;
  model::schema normalise(model::schema schema) const override;
  /// The same, but that tables which are as in `normal` are taken as they are: those are
  /// normalised. A schema in which one table has changed takes little more time than that table.
  model::schema normalise_beside(model::schema schema, const model::schema& normal) const;
  /// The same where each table has been through `normalise_table`.
  model::schema with_normal_tables(model::schema schema) const;

  std::unique_ptr<retort::dialect::table_change> prepare(
      db::connection& connection, const retort::dialect::statement& change) const override;
  void ready_for_changes(db::connection& memory) const override;
  std::vector<std::string> rebuild_table(const model::table& from, const model::table& to,
                                         const std::map<std::string, std::string>& values,
                                         const std::string& meanwhile) const override;
  std::string content_of(const model::table& table) const override;
  std::string index_content(const model::table& table) const override;
  std::unique_ptr<db::connection> open_memory() const override;
  void copy_structure(db::connection& from, db::connection& to) const override;

  std::vector<std::string> row_key(db::connection& connection, const model::qualified_name& table,
                                   std::vector<std::string> wanted) const override;
  std::vector<std::string> what_skips_updates(db::connection& connection,
                                              const model::qualified_name& table) const override;
  std::string table_exists_query(const model::qualified_name& table) const override;
  std::string script_prologue(const retort::dialect::script_settings& settings) const override;
  std::string script_text(std::string_view sql) const override;
  std::string script_begin(
      const std::vector<retort::dialect::statement>& statements) const override;
  bool is_followed_up(const retort::dialect::statement& statement) const override;
  std::vector<std::string> script_follow_up(db::connection& memory) const override;
  std::string script_reset(
      const retort::dialect::script_settings& settings,
      const std::vector<retort::dialect::statement>& statements) const override;
  std::string script_foreign_keys(bool on) const override;
  std::string script_guard(const model::qualified_name& table,
                           const std::vector<std::string>& rows) const override;
  std::string exact_text(std::string_view quoted_column) const override;
  std::vector<std::string> samples(db::connection& connection, const model::column& column,
                                   unsigned salt) const override;
  std::string version_table(const model::qualified_name& table) const override {
    return "main." + quote(table.name);
  }
  std::string transaction(db::connection& connection) const override;
  retort::dialect::outside classify(const retort::dialect::statement& statement) const override;
  std::string session_memory(std::string_view sql) const override;
  retort::dialect::evidence settle(db::connection& connection, std::string_view sql,
                                   const std::string& remembered) const override;
  bool reaches_beyond(std::string_view sql) const override;
  std::string counting_key() const override { return "INTEGER PRIMARY KEY"; }
  std::string moment_type() const override { return "TEXT"; }
  std::string moment(double seconds_ago) const override;
  std::string moment_text(std::string_view column) const override { return std::string(column); }
  std::string milliseconds_since(std::string_view column) const override;
  std::unique_ptr<retort::dialect::run_lock> lock_migration(db::connection& connection,
                                                            int seconds) const override;
  std::unique_ptr<retort::dialect::session> open_session(db::connection& connection,
                                                         bool foreign_keys) const override;
};

/// A default in normal form: without redundant parentheses, and a bare word or a name in quotes as
/// the string that SQLite takes it for.
std::string normal_default(std::string_view sql);

/// Whether ALTER TABLE can add a column whatever the table is and holds ("ALTER TABLE ADD COLUMN").
/// What it cannot add needs the table to be built anew.
bool alter_is_enough(const model::add_column& op);

}  // namespace retort::sqlite
