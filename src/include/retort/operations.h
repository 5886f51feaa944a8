#pragma once

#include <retort/table.h>

namespace retort {
inline namespace abi_1 {

class recorder;

struct table_options {
  /// PostgreSQL: the schema. SQLite: an attached database.
  text schema = {};
  bool if_not_exists = false;
  /// SQLite only.
  bool strict = false;
  /// SQLite only.
  bool without_rowid = false;
};

struct drop_options {
  text schema = {};
  bool if_exists = false;
};

struct column_options {
  /// The schema of the table.
  text schema = {};
};

struct index_options {
  text schema = {};
  bool unique = false;
  /// The condition of a partial index, in SQL.
  text where = {};
  /// PostgreSQL only: btree (the default), hash, gin, gist, spgist, brin.
  text method = {};
  bool if_not_exists = false;
};

struct drop_index_options {
  text schema = {};
  /// The index's table. A derived upgrade or downgrade finds it by itself.
  text table = {};
  bool if_exists = false;
};

/// What a migration does, written with Alembic's verbs. A call does not touch a database: it is
/// recorded with its place in the source, and carried out in the order of the calls when the
/// migration runs. A call that cannot mean anything (an empty name, a table without columns, two
/// columns of one name) throws `retort::error` that names the object and the line.
class operations {
 public:
  explicit operations(recorder& sink) : recorder_(&sink) {}
  operations(const operations&) = delete;
  operations& operator=(const operations&) = delete;

  void create_table(text name, std::initializer_list<table_part> parts, table_options options = {},
                    call_site where = call_site::current());
  void drop_table(text name, drop_options options = {}, call_site where = call_site::current());

  void add_column(text table, column&& added, column_options options = {},
                  call_site where = call_site::current());
  /// A nullable column without a default.
  void add_column(text table, text name, column_type type, call_site where = call_site::current());
  void drop_column(text table, text name, column_options options = {},
                   call_site where = call_site::current());

  /// An empty `name` asks for the one of the naming convention; without one for indexes it is an
  /// error.
  void create_index(text name, text table, std::initializer_list<index_key> keys,
                    index_options options = {}, call_site where = call_site::current());
  void drop_index(text name, drop_index_options options = {},
                  call_site where = call_site::current());

  /// SQL as written: one statement, or several separated by semicolons.
  void execute(text sql, call_site where = call_site::current());

  /// The database that the migration is planned for: "sqlite" or "postgresql".
  text dialect() const;

  /// What the command line said with `-x KEY=VALUE`; the last of several. `fallback` where it did
  /// not. The text lives as long as the call of `upgrade` or `downgrade`.
  text argument(text key, text fallback = {}) const;
  bool has_argument(text key) const;
  /// What the command line said with `--tag`; empty: nothing.
  text tag() const;

 private:
  recorder* recorder_;
};

}  // namespace abi_1
}  // namespace retort
