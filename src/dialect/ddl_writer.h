#pragma once

#include <retort/error.h>

#include <string>
#include <string_view>
#include <vector>

#include "dialect/dialect.h"

namespace retort::dialect {

/// Turns one operation into statements: the text that both databases share, with a function to
/// override for each thing in which they differ. Made for one operation and thrown away:
///
///     my_writer(*this, op.where, out).write(op.what);
///
/// A database that cannot do an operation overrides its function and throws `failure_here`; one
/// that needs a check first overrides it, checks and calls this class's.
class ddl_writer {
 public:
  ddl_writer(const dialect& target, const model::origin& where, std::vector<statement>& out)
      : target_(target), where_(where), out_(out) {}
  ddl_writer(const ddl_writer&) = delete;
  ddl_writer& operator=(const ddl_writer&) = delete;
  virtual ~ddl_writer() = default;

  /// Appends the operation's statements. Throws `error` at the operation's origin; then nothing was
  /// appended.
  void write(const model::operation_variant& what);

 protected:
  // One function an operation.
  virtual void create_table(const model::create_table& op);
  virtual void drop_table(const model::drop_table& op);
  virtual void add_column(const model::add_column& op);
  virtual void drop_column(const model::drop_column& op);
  virtual void rename_table(const model::rename_table& op);
  virtual void alter_column(const model::alter_column& op) = 0;
  virtual void add_constraint(const model::add_constraint& op) = 0;
  virtual void drop_constraint(const model::drop_constraint& op) = 0;
  virtual void rename_constraint(const model::rename_constraint& op) = 0;
  virtual void validate_constraint(const model::validate_constraint& op) = 0;
  virtual void rename_index(const model::rename_index& op) = 0;
  virtual void attach_partition(const model::attach_partition& op) = 0;
  virtual void detach_partition(const model::detach_partition& op) = 0;
  virtual void row_security(const model::row_security& op) = 0;
  virtual void change_privileges(const model::change_privileges& op) = 0;
  virtual void replace_object(const model::replace_object& op) = 0;
  virtual void comment_table(const model::comment_table& op) = 0;
  virtual void create_index(const model::create_index& op);
  virtual void drop_index(const model::drop_index& op);
  virtual void create_object(const model::create_object& op);
  virtual void drop_object(const model::drop_object& op);
  virtual void alter_enum(const model::alter_enum& op) = 0;
  virtual void bulk_insert(const model::bulk_insert& op);
  void run(const model::run& op);
  void backfill(const model::backfill& op);
  virtual void execute(const model::execute& op);

  // What the databases differ in. A clause is returned without a leading space; empty: nothing.

  /// The type of a column. `table` is the table that is being created, null when a column is added.
  virtual std::string column_type(const model::column& column, const model::table* table) const;
  /// What makes the database number the rows, after NOT NULL and DEFAULT.
  virtual std::string identity_clause(const model::column& column) const = 0;
  /// The value behind DEFAULT: as written, or in parentheses where the grammar wants them.
  virtual std::string default_value(std::string_view sql) const;
  virtual std::string boolean_literal(bool yes) const = 0;
  virtual std::string string_literal(std::string_view words) const;
  virtual std::string blob_literal(std::string_view bytes) const = 0;
  /// What stands between the columns and the rows of INSERT (PostgreSQL: OVERRIDING SYSTEM VALUE).
  virtual std::string insert_option() const;
  /// A collation's name as COLLATE takes it.
  virtual std::string collation_name(const std::string& collation) const;
  virtual std::string generated_clause(const model::generated& generated) const;
  /// What follows NOT NULL (SQLite: ON CONFLICT).
  virtual std::string not_null_tail(const model::column& column) const;
  /// Whether the primary key is written beside its column: where it has one column and no name.
  virtual bool key_stands_with_column(const model::primary_key& key,
                                      const model::table& table) const;
  /// `PRIMARY KEY` beside its column, or `PRIMARY KEY (a, b)` as an item of its own.
  virtual std::string primary_key_clause(const model::table& table, const model::primary_key& key,
                                         bool with_column) const;
  virtual std::string unique_tail(const model::unique& constraint) const;
  /// What follows the closing parenthesis of CREATE TABLE (SQLite: STRICT; PostgreSQL: PARTITION
  /// BY).
  virtual std::string table_tail(const model::table& table) const;
  /// What a table is to CREATE (PostgreSQL: FOREIGN TABLE).
  virtual std::string table_word(const model::table& table) const;
  /// Further items between the parentheses of CREATE TABLE (PostgreSQL: EXCLUDE).
  virtual std::vector<std::string> further_items(const model::table& table) const;
  /// What follows the name where an object of a table is dropped (SQLite: nothing).
  virtual std::string drop_tail(const model::object_name& object) const;
  /// `name ON table`: SQLite qualifies the index, PostgreSQL the table.
  virtual std::string index_head(const model::qualified_name& table,
                                 const model::index& index) const = 0;
  /// What stands before the keys (PostgreSQL: USING method).
  virtual std::string index_method(const model::index& index) const;
  /// What stands between the keys and WHERE (PostgreSQL: INCLUDE, NULLS NOT DISTINCT, WITH).
  virtual std::string index_options(const model::index& index) const;
  virtual std::string index_key(const model::index_key& key) const;
  /// Statements after CREATE TABLE or ADD COLUMN (PostgreSQL: COMMENT ON). `create_table` writes
  /// the table's indexes itself.
  virtual void after_table(const model::table& table);
  virtual void after_column(const model::qualified_name& table, const model::column& column);

  // The shared pieces.

  /// `name type COLLATE … NOT NULL DEFAULT …`, without the constraints that are objects of their
  /// own.
  std::string column_definition(const model::column& column, const model::table* table) const;
  /// `CONSTRAINT x `, or nothing where the name is empty.
  std::string name_prefix(const std::string& constraint_name) const;
  /// What stands between the parentheses of CREATE TABLE.
  std::vector<std::string> table_items(const model::table& table) const;
  /// The constraint as an item of CREATE TABLE, with its name.
  std::string constraint_sql(const model::exclude& constraint) const;
  std::string constraint_sql(const model::unique& constraint) const;
  std::string constraint_sql(const model::check& constraint) const;
  std::string constraint_sql(const model::foreign_key& key) const;
  std::string constraint_sql(const model::table& table, const model::primary_key& key) const;
  /// `REFERENCES t (a) ON DELETE …`, as written with a column.
  std::string references_clause(const model::foreign_key& key) const;
  std::string create_index_sql(const model::create_index& op) const;
  /// `(a, b)`.
  std::string column_list(const std::vector<std::string>& columns) const;
  std::string quote(std::string_view name) const { return target_.quote(name); }
  std::string quote(const model::qualified_name& name) const { return target_.quote(name); }
  /// An author's SQL inside a statement: see `sql_fragment`.
  std::string fragment(std::string_view sql) const;
  std::string parenthesised(std::string_view sql) const;
  /// A value as an SQL expression.
  std::string value_sql(const model::value& value) const;

  const dialect& target() const { return target_; }
  const model::origin& where() const { return where_; }
  /// An error at the operation's origin, to be thrown.
  error failure_here(const std::string& message) const;
  void emit(std::string sql, phase when = phase::in_transaction, bool verbatim = false);
  /// What was written so far, by this operation and those before it.
  std::vector<statement>& out() { return out_; }

 private:
  std::string column_item(const model::table& table, const model::column& column) const;

  const dialect& target_;
  const model::origin& where_;
  std::vector<statement>& out_;
};

/// "CASCADE", "SET NULL", …; empty for NO ACTION, the default of both databases.
std::string_view action_name(referential_action action);

}  // namespace retort::dialect
