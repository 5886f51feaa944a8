#pragma once

#include <retort/objects.h>
#include <retort/table.h>

namespace retort {
inline namespace abi_1 {

class recorder;
class connection;

struct table_options {
  /// PostgreSQL: the schema. SQLite: an attached database.
  text schema = {};
  bool if_not_exists = false;
  /// SQLite only.
  bool strict = false;
  /// SQLite only.
  bool without_rowid = false;
  /// SQLite keeps no comments.
  text comment = {};
  /// PostgreSQL: how its rows are parted: "RANGE (created)", "LIST (country)", "HASH (id)".
  text partition_by = {};
  /// In models alone (`retort/schema.h`): the name that it had before, in the same schema.
  text renamed_from = {};
};

struct drop_options {
  text schema = {};
  bool if_exists = false;
};

struct column_options {
  /// The schema of the table.
  text schema = {};
};

struct add_column_options {
  text schema = {};
  bool if_not_exists = false;
  /// SQLite: the column behind which it stands, or that it is the first; else it is the last one,
  /// which is all that PostgreSQL can do.
  text after = {};
  bool first = false;
};

struct drop_column_options {
  text schema = {};
  bool if_exists = false;
};

/// Of a table's name.
struct schema_option {
  text schema = {};
};

struct foreign_key_options {
  referential_action on_delete = no_action;
  referential_action on_update = no_action;
  bool deferrable = false;
  /// Implies `deferrable`.
  bool initially_deferred = false;
  bool match_full = false;
  /// PostgreSQL: the rows that are there are not looked at.
  bool not_valid = false;
  /// The schemas of the table that refers and of the one that it refers to.
  text schema = {};
  text referent_schema = {};
};

enum class constraint_type : unsigned char { any, primary, unique, check, foreignkey, exclude };

struct drop_constraint_options {
  /// Needed only where the name is empty: a table has one primary key.
  constraint_type type = constraint_type::any;
  bool if_exists = false;
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
  /// PostgreSQL only, like the rest: further columns in the index, its storage parameters as
  /// written
  /// ("fillfactor=70"), and building it without keeping writers out, which needs a migration with
  /// `.transaction = false`.
  names include = {};
  bool nulls_not_distinct = false;
  text storage = {};
  bool concurrently = false;
};

struct drop_index_options {
  text schema = {};
  /// The index's table. A derived upgrade or downgrade finds it by itself.
  text table = {};
  bool if_exists = false;
  /// PostgreSQL only, as for `create_index`.
  bool concurrently = false;
};

struct partition_options {
  /// Of the partitioned table, and of the partition.
  text schema = {};
  text partition_schema = {};
};

struct detach_partition_options {
  text schema = {};
  text partition_schema = {};
  /// Without keeping readers and writers out, which needs a migration with `.transaction = false`.
  bool concurrently = false;
};

struct row_security_options {
  text schema = {};
  bool force = false;
};

struct grant_options {
  bool with_grant_option = false;
};

/// What `operations::backfill` returns; lives as long as the `op` does.
class backfill_call {
 public:
  backfill_call(recorder& sink, std::size_t place) : recorder_(&sink), place_(place) {}
  /// How many rows an UPDATE touches (1,000 where it is not said); at least 1.
  backfill_call batches_of(int rows) const;
  /// The columns to walk by, which together are unique and never NULL, where the table has no
  /// primary key or a better one.
  backfill_call by(names columns) const;

 private:
  recorder* recorder_;
  std::size_t place_;
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

  void rename_table(text name, text to, schema_option options = {},
                    call_site where = call_site::current());
  /// SQLite: nothing. An empty comment takes it away.
  void create_table_comment(text table, text comment, schema_option options = {},
                            call_site where = call_site::current());
  void drop_table_comment(text table, schema_option options = {},
                          call_site where = call_site::current());

  void add_column(text table, column&& added, add_column_options options = {},
                  call_site where = call_site::current());
  /// A nullable column without a default.
  void add_column(text table, text name, column_type type, call_site where = call_site::current());
  void drop_column(text table, text name, drop_column_options options = {},
                   call_site where = call_site::current());

  /// On SQLite what ALTER TABLE cannot do is done by building the table anew, several calls on one
  /// table at once.
  void alter_column(text table, text name, column_change&& what, column_options options = {},
                    call_site where = call_site::current());

  // An empty name of a constraint asks for the one of the naming convention, or else leaves the
  // choice to the database.

  void create_primary_key(text name, text table, names columns, schema_option options = {},
                          call_site where = call_site::current());
  void create_unique_constraint(text name, text table, names columns, schema_option options = {},
                                call_site where = call_site::current());
  void create_check_constraint(text name, text table, text condition, schema_option options = {},
                               call_site where = call_site::current());
  void create_foreign_key(text name, text table, text referent, names columns,
                          names referent_columns, foreign_key_options options = {},
                          call_site where = call_site::current());
  /// PostgreSQL: no two rows may meet all the conditions. `definition` is what follows EXCLUDE:
  /// `USING gist (room WITH =, during WITH &&)`.
  void create_exclude_constraint(text name, text table, text definition, schema_option options = {},
                                 call_site where = call_site::current());
  /// Any of them, with everything that it can say: `retort::check("a > 0").not_valid()`.
  void add_constraint(text table, constraint&& added, schema_option options = {},
                      call_site where = call_site::current());
  void drop_constraint(text name, text table, drop_constraint_options options = {},
                       call_site where = call_site::current());
  void rename_constraint(text name, text table, text to, schema_option options = {},
                         call_site where = call_site::current());
  /// PostgreSQL: looks at the rows that a `not_valid` constraint was made without, and lets others
  /// write meanwhile. SQLite: nothing, for it has no such constraints.
  void validate_constraint(text name, text table, schema_option options = {},
                           call_site where = call_site::current());

  /// An empty `name` asks for the one of the naming convention; without one for indexes it is an
  /// error.
  void create_index(text name, text table, std::initializer_list<index_key> keys,
                    index_options options = {}, call_site where = call_site::current());
  void drop_index(text name, drop_index_options options = {},
                  call_site where = call_site::current());
  void rename_index(text name, text to, schema_option options = {},
                    call_site where = call_site::current());

  // PostgreSQL: partitions of a table that was made with `.partition_by`. `bounds` is what follows
  // the name: "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')", "FOR VALUES IN (1)", "DEFAULT".

  void create_partition(text name, text table, text bounds, partition_options options = {},
                        call_site where = call_site::current());
  void attach_partition(text table, text partition, text bounds, partition_options options = {},
                        call_site where = call_site::current());
  void detach_partition(text table, text partition, detach_partition_options options = {},
                        call_site where = call_site::current());

  /// PostgreSQL: whether the table's policies count; `force`: for its owner, too.
  void enable_row_level_security(text table, row_security_options options = {},
                                 call_site where = call_site::current());
  void disable_row_level_security(text table, schema_option options = {},
                                  call_site where = call_site::current());

  /// PostgreSQL: `op.grant("SELECT, INSERT (name)", "TABLE people", "reader")`.
  void grant(text privileges, text on, text roles, grant_options options = {},
             call_site where = call_site::current());
  void revoke(text privileges, text on, text roles, call_site where = call_site::current());

  // Views, triggers, types and the like. Their SQL is the database's own; SQLite has views and
  // triggers alone, and what it does not have is an error when the migration is planned.

  void create_view(text name, text query, create_object_options options = {},
                   call_site where = call_site::current());
  void drop_view(text name, drop_object_options options = {},
                 call_site where = call_site::current());
  /// Another query for a view that is there. What depends on it stays: on PostgreSQL, where the new
  /// columns do not allow CREATE OR REPLACE VIEW, the views over it are dropped and made again in
  /// their order, with their triggers, privileges and comments.
  void replace_view(text name, text query, schema_option options = {},
                    call_site where = call_site::current());
  void create_materialized_view(text name, text query, create_object_options options = {},
                                call_site where = call_site::current());
  /// As `replace_view`, always by making it anew.
  void replace_materialized_view(text name, text query, schema_option options = {},
                                 call_site where = call_site::current());
  void drop_materialized_view(text name, drop_object_options options = {},
                              call_site where = call_site::current());
  /// `rest` is what follows the name: `AFTER INSERT ON orders BEGIN …; END`.
  void create_trigger(text name, text table, text rest, create_object_options options = {},
                      call_site where = call_site::current());
  void drop_trigger(text name, text table, drop_object_options options = {},
                    call_site where = call_site::current());
  /// `rest` is what follows the table: `FOR SELECT USING (…)`.
  void create_policy(text name, text table, text rest, create_object_options options = {},
                     call_site where = call_site::current());
  void drop_policy(text name, text table, drop_object_options options = {},
                   call_site where = call_site::current());
  /// `arguments` without their parentheses; `rest` is what follows them: `RETURNS … AS …`.
  void create_function(text name, text arguments, text rest, create_object_options options = {},
                       call_site where = call_site::current());
  /// CREATE OR REPLACE FUNCTION.
  void replace_function(text name, text arguments, text rest, schema_option options = {},
                        call_site where = call_site::current());
  void drop_function(text name, text arguments, drop_object_options options = {},
                     call_site where = call_site::current());
  void create_procedure(text name, text arguments, text rest, create_object_options options = {},
                        call_site where = call_site::current());
  void drop_procedure(text name, text arguments, drop_object_options options = {},
                      call_site where = call_site::current());
  /// `rest` is what follows the name, and may be empty: `START WITH 100 INCREMENT BY 10`.
  void create_sequence(text name, text rest = {}, create_object_options options = {},
                       call_site where = call_site::current());
  void drop_sequence(text name, drop_object_options options = {},
                     call_site where = call_site::current());
  /// `rest` is what follows the name: `AS text CHECK (VALUE <> '')`.
  void create_domain(text name, text rest, create_object_options options = {},
                     call_site where = call_site::current());
  void drop_domain(text name, drop_object_options options = {},
                   call_site where = call_site::current());
  void create_schema(text name, create_object_options options = {},
                     call_site where = call_site::current());
  void drop_schema(text name, drop_object_options options = {},
                   call_site where = call_site::current());
  void create_extension(text name, create_object_options options = {},
                        call_site where = call_site::current());
  void drop_extension(text name, drop_object_options options = {},
                      call_site where = call_site::current());
  void create_enum(text name, names values, create_object_options options = {},
                   call_site where = call_site::current());
  void drop_enum(text name, drop_object_options options = {},
                 call_site where = call_site::current());
  /// A value that is new in a transaction cannot be used before its end (PostgreSQL: "ALTER TYPE").
  void add_enum_value(text name, text value, enum_value_options options = {},
                      call_site where = call_site::current());
  void rename_enum_value(text name, text value, text to, schema_option options = {},
                         call_site where = call_site::current());

  /// Puts rows into a table: `op.bulk_insert("colours", {"id", "name"}, {{1, "red"}, {2,
  /// "blue"}})`.
  void bulk_insert(text table, names columns, std::initializer_list<row> rows,
                   schema_option options = {}, call_site where = call_site::current());

  /// A data migration in C++: `body` runs when its turn comes, on the migration's connection and in
  /// its transaction; what it throws fails the migration. Include `retort/data.h` for what
  /// `connection` can do. It is for rows: changes of the structure belong into the other calls. It
  /// captures nothing, for it runs when the `op` that it stood beside is gone. A script (`--sql`)
  /// cannot contain it, which is an error.
  void run(void (*body)(connection& db), call_site where = call_site::current());

  /// Updates the rows of a large table in batches, each committed by itself, so that nobody waits
  /// long: `op.backfill("users", "full_name = first || ' ' || last", "full_name IS NULL")`. `set`
  /// and `where` are SQL; an empty `where` takes all rows. The rows are walked through once in the
  /// order of the table's primary key; a run that was stopped goes on behind its last batch. What
  /// comes before and after it in the migration is a transaction each, and the version row is
  /// written with the last. In a script (`--sql`) it is one UPDATE.
  backfill_call backfill(text table, text set, text where = {}, schema_option options = {},
                         call_site place = call_site::current());

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
