#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <retort/table.h>

#include "model/schema.h"

namespace retort {
inline namespace abi_1 {
class connection;
}  // namespace abi_1
}  // namespace retort

namespace retort::model {

// To add an operation: a struct here and in `operation_variant`; its meaning in apply.cc and
// reverse.cc; a call in retort/operations.h with its recorder in record/; SQL for it in
// dialect/ddl_writer.cc or, where the databases differ, in each dialect's writer; its call as
// source in render/. The compiler names every place that was forgotten: all of them are
// `std::visit` over the variant.

struct create_table {
  model::table table = {};
  bool if_not_exists = false;
  /// PostgreSQL: the table whose partition it is, and whose columns it has.
  std::optional<qualified_name> partition_of = {};
};

struct drop_table {
  qualified_name name = {};
  bool if_exists = false;
};

struct add_column {
  qualified_name table = {};
  model::column column = {};
  /// Constraints written with the column: they concern it alone.
  bool primary_key = false;
  bool unique = false;
  std::string check = {};
  /// Their names; empty: the database chooses.
  std::string primary_key_name = {};
  std::string unique_name = {};
  std::string check_name = {};
  std::optional<model::foreign_key> foreign_key = {};
  bool if_not_exists = false;
  /// The column behind which it stands; empty: the last one. Only where the dialect can.
  std::string after = {};
  /// Before all others.
  bool first = false;
};

struct drop_column {
  qualified_name table = {};
  std::string column = {};
  bool if_exists = false;
};

struct rename_table {
  qualified_name table = {};
  /// Without a schema: it stays in its own.
  std::string to = {};
};

/// What changes of a column; the rest of it stays.
struct alter_column {
  qualified_name table = {};
  std::string column = {};
  std::optional<std::string> rename = {};
  std::optional<model::type> type = {};
  /// With `type`: the SQL that makes the new value out of the old one; empty: the database's own
  /// conversion. PostgreSQL's USING.
  std::string conversion = {};
  std::optional<bool> nullable = {};
  /// The new default; an empty one inside takes it away.
  std::optional<std::optional<std::string>> default_sql = {};
  std::optional<std::string> comment = {};
  /// The values of an enumeration are written anew: the type is the one that it has.
  bool recodes = false;
  /// Whether the database numbers the rows by it, and how; none inside takes that away.
  std::optional<std::optional<model::identity>> identity = {};
};

using constraint = std::variant<primary_key, unique, check, foreign_key, exclude>;

struct add_constraint {
  qualified_name table = {};
  model::constraint constraint = {};
  /// A primary key that comes back and numbers the rows again: AUTOINCREMENT, which SQLite has with
  /// the key alone. Elsewhere the column has kept its identity without it.
  bool numbers_rows = false;
};

enum class constraint_kind { any, primary_key, unique, check, foreign_key, exclude };

struct drop_constraint {
  qualified_name table = {};
  /// Empty: the one that `definition` describes.
  std::string name = {};
  constraint_kind kind = constraint_kind::any;
  std::optional<constraint> definition = {};
  bool if_exists = false;
};

struct rename_constraint {
  qualified_name table = {};
  std::string name = {};
  std::string to = {};
};

/// Looks at the rows that a NOT VALID constraint was made without.
struct validate_constraint {
  qualified_name table = {};
  std::string name = {};
};

/// An empty comment takes it away. SQLite has none.
struct comment_table {
  qualified_name table = {};
  std::string comment = {};
};

struct create_index {
  qualified_name table = {};
  model::index index = {};
  bool if_not_exists = false;
  /// PostgreSQL: without keeping writers out, outside a transaction.
  bool concurrently = false;
};

struct drop_index {
  qualified_name name = {};
  /// Empty where the author did not say.
  qualified_name table = {};
  bool if_exists = false;
  bool concurrently = false;
};

struct rename_index {
  qualified_name name = {};
  std::string to = {};
};

/// PostgreSQL: makes a table a partition of another one, with what follows its name in PARTITION OF
/// ("FOR VALUES FROM (1) TO (2)", "DEFAULT").
struct attach_partition {
  qualified_name table = {};
  qualified_name partition = {};
  std::string bounds = {};
};

struct detach_partition {
  qualified_name table = {};
  qualified_name partition = {};
  /// Without keeping readers and writers out, outside a transaction.
  bool concurrently = false;
};

/// PostgreSQL: whether a table's policies count, and for its owner, too.
struct row_security {
  qualified_name table = {};
  bool enabled = true;
  bool forced = false;
};

/// PostgreSQL: GRANT and REVOKE. Not followed by `apply`.
struct change_privileges {
  bool grant = true;
  /// "SELECT, INSERT (name)".
  std::string privileges = {};
  /// "TABLE people", "SCHEMA archive": as written.
  std::string on = {};
  std::string roles = {};
  bool with_grant_option = false;
};

/// What names a view, a trigger, a type and the like.
struct object_name {
  /// As in `object::kind`.
  std::string kind = {};
  qualified_name name = {};
  /// Triggers and policies: their table.
  qualified_name table = {};
  /// Functions and procedures: their arguments, without the parentheses.
  std::string signature = {};
};

/// Whether objects of this kind are known by their arguments, too.
bool is_routine(std::string_view kind);

/// Its place in `schema::objects`.
std::string object_key(const object_name& name);

struct create_object {
  object_name object = {};
  /// What follows the name in its CREATE statement (of a view behind AS), or the whole statement.
  std::string body = {};
  bool if_not_exists = false;
};

/// Another definition under the same name. What depends on it stays; a view's dependents are built
/// anew where the database demands it.
struct replace_object {
  object_name object = {};
  std::string body = {};
};

struct drop_object {
  object_name object = {};
  bool if_exists = false;
  /// PostgreSQL: what depends on it goes, too.
  bool cascade = false;
};

/// Adds a value to an enum type, or renames one.
struct alter_enum {
  qualified_name name = {};
  std::string value = {};
  /// Not empty: `value`'s new name.
  std::string rename = {};
  std::string before = {};
  std::string after = {};
  bool if_not_exists = false;
};

/// One value of a row, as text: a number's digits, a string, bytes, SQL.
struct value {
  retort::value::kind what = retort::value::kind::null;
  std::string text = {};

  bool operator==(const value&) const = default;
};

/// Throws `error` without a place for a number that SQL has no word for.
value value_of(const retort::value& given);

/// Throws `error` without a place where a name is there twice; `call` begins its message.
void require_different(const std::vector<std::string>& names, const std::string& call);

/// Changes no structure.
struct bulk_insert {
  qualified_name table = {};
  std::vector<std::string> columns = {};
  /// A row is as long as `columns`.
  std::vector<std::vector<value>> rows = {};
};

/// C++ that moves rows, and changes no structure.
struct run {
  void (*body)(connection& db) = nullptr;
};

/// An UPDATE of many rows, in batches. Changes no structure.
struct backfill {
  qualified_name table = {};
  /// What follows SET, and the condition (empty: all rows), in SQL.
  std::string set = {};
  std::string where = {};
  /// The columns to walk by; empty: the table's primary key.
  std::vector<std::string> key = {};
  int batch = 1000;
};

/// SQL as the author wrote it: one statement.
struct execute {
  std::string sql = {};
};

using operation_variant =
    std::variant<create_table, drop_table, rename_table, add_column, drop_column, alter_column,
                 add_constraint, drop_constraint, rename_constraint, validate_constraint,
                 comment_table, create_index, drop_index, rename_index, attach_partition,
                 detach_partition, create_object, replace_object, drop_object, alter_enum,
                 row_security, change_privileges, bulk_insert, run, backfill, execute>;

/// Where an operation was written. `line` and `column` count from 1; `column` 0 means unknown.
struct origin {
  std::string file = {};
  unsigned line = 0;
  unsigned column = 0;
};

struct operation {
  operation_variant what;
  origin where;
};

const std::string& name_of(const constraint& item);
constraint_kind kind_of(const constraint& item);
/// "primary key", "unique constraint", "check", "foreign key"; of `any` "constraint".
std::string_view describe(constraint_kind kind);

/// Whose values an operation throws away: "users.email", or "users" for a whole table; empty: none
/// that it knows of. Raw SQL and code tell nothing.
std::string loss_of(const operation_variant& what);

/// One line for people: "create table users", "add column users.email".
std::string describe(const operation_variant& what);

}  // namespace retort::model
