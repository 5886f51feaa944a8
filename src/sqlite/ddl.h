#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dialect/ddl_writer.h"
#include "sqlite/dialect.h"

namespace retort::sqlite {

/// SQLite's DDL. What ALTER TABLE may not be enough for becomes a `statement` with a `change`,
/// consecutive ones on one table a single one.
class sqlite_writer final : public dialect::ddl_writer {
 public:
  using ddl_writer::ddl_writer;

  // The pieces that a table's text is changed with.
  using ddl_writer::column_definition;
  using ddl_writer::constraint_sql;
  using ddl_writer::name_prefix;
  using ddl_writer::parenthesised;
  std::string quoted(std::string_view name) const { return quote(name); }
  using ddl_writer::references_clause;
  std::string default_value(std::string_view sql) const override;
  std::string primary_key_clause(const model::table& table, const model::primary_key& key,
                                 bool with_column) const override;
  /// A column's type as it is written; `strict`: in a STRICT table.
  std::string type_of(const model::type& type, bool strict) const;
  /// Whether two constraints of the table say the same, their names apart.
  bool is_same(const model::table& table, const model::constraint& a,
               const model::constraint& b) const;
  /// The operation by itself: add_column and drop_column, where ALTER TABLE is enough, and those on
  /// indexes.
  void alter(const model::operation_variant& what);

 protected:
  void create_table(const model::create_table& op) override;
  void add_column(const model::add_column& op) override;
  void drop_column(const model::drop_column& op) override;
  void alter_column(const model::alter_column& op) override;
  void rename_table(const model::rename_table& op) override;
  void add_constraint(const model::add_constraint& op) override;
  void drop_constraint(const model::drop_constraint& op) override;
  void rename_constraint(const model::rename_constraint& op) override;
  /// Each constraint has seen every row.
  void validate_constraint(const model::validate_constraint&) override {}
  void rename_index(const model::rename_index& op) override;
  void attach_partition(const model::attach_partition& op) override;
  void detach_partition(const model::detach_partition& op) override;
  void row_security(const model::row_security& op) override;
  void change_privileges(const model::change_privileges& op) override;
  void replace_object(const model::replace_object& op) override;
  /// SQLite keeps no comments.
  void comment_table(const model::comment_table&) override {}
  // A writer has the whole file to itself, so that CONCURRENTLY means nothing.
  void create_index(const model::create_index& op) override;
  void drop_index(const model::drop_index& op) override;

  void create_object(const model::create_object& op) override;
  void drop_object(const model::drop_object& op) override;
  void alter_enum(const model::alter_enum& op) override;
  std::string drop_tail(const model::object_name&) const override { return {}; }

  std::string column_type(const model::column& column, const model::table* table) const override;
  /// AUTOINCREMENT belongs to the PRIMARY KEY clause.
  std::string identity_clause(const model::column&) const override { return {}; }
  // Before SQLite 3.23 TRUE was a name, and everywhere it is the number.
  std::string boolean_literal(bool yes) const override { return yes ? "1" : "0"; }
  /// The sqlite3 shell reads a script by lines, and drops what ends one beside the line feed.
  std::string string_literal(std::string_view words) const override;
  std::string blob_literal(std::string_view bytes) const override;
  std::string collation_name(const std::string& collation) const override;
  std::string not_null_tail(const model::column& column) const override;
  std::string unique_tail(const model::unique& constraint) const override;
  bool key_stands_with_column(const model::primary_key& key,
                              const model::table& table) const override;
  std::string table_tail(const model::table& table) const override;
  std::vector<std::string> further_items(const model::table& table) const override;
  std::string index_head(const model::qualified_name& table,
                         const model::index& index) const override;

 private:
  error unsupported(const std::string& feature, const std::string& object) const;
  void require_supported(const model::unique& constraint, const model::qualified_name& table) const;
  void require_known(const model::object_name& object) const;
  void require_rowid_key(const model::table& table, const model::column& column) const;
  void change(const model::qualified_name& table, model::operation_variant what);
  void change_alone(model::operation_variant what);
};

}  // namespace retort::sqlite
