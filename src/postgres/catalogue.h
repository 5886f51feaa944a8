#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "db/connection.h"
#include "model/schema.h"

namespace retort::postgres {

/// Runs a query of Retort's own over the catalogues, whatever operators and functions the schemas
/// of the search path have: it is read with pg_catalog alone, where no other's fit its arguments
/// better ("Operator Type Resolution"), and run with the path as it is, by which the server prints
/// names. So a name in a constant is to be looked up by a function, to_regclass('t'), and not by a
/// cast, which is read with the query.
db::result query_catalogue(db::connection& connection, const std::string& sql);

/// What few databases have, so that it is asked for only where there is some.
struct rarities {
  bool operators = false;
  bool text_search = false;
  /// Wrappers and what is of them; languages, access methods and conversions, too.
  bool foreign_data = false;
  bool default_privileges = false;
  bool partition_indexes = false;
};

/// Reads the system catalogues of one connection. Names in the connection's own schema come out
/// with an empty one.
class catalogue {
 public:
  /// `version_table` is left out beside `dialect::own_tables`.
  catalogue(db::connection& connection, std::string_view version_table);

  db::result query(const std::string& sql) { return query_catalogue(connection_, sql); }
  model::qualified_name name(const db::cell& schema, const db::cell& name) const;
  /// Quoted for SQL, with its schema where that is not the connection's own.
  std::string quoted(const model::qualified_name& name) const;

  /// 150018 is PostgreSQL 15.18.
  int version() const { return version_; }
  const rarities& has() const { return has_; }
  /// Condition on pg_namespace `n`: a schema of users that this one may look into.
  const std::string& is_user_schema() const { return is_user_schema_; }
  /// Condition: what pg_identify_object calls so is in such a schema.
  std::string is_identity_seen(std::string_view identity) const;
  /// Condition on pg_class `c`: no table of Retort's own.
  const std::string& is_users_table() const { return is_users_table_; }
  /// Condition: the sequence or index does not belong to a table of Retort's own.
  std::string is_not_of_own(std::string_view oid) const;
  /// Condition: the object belongs neither to an extension nor to a type (as the constructors of a
  /// range).
  static std::string stands_alone(std::string_view catalogue, std::string_view oid);
  /// SQL for a collation as SQL names it: with its schema where it is not found without.
  /// `co`: alias of its pg_collation.
  static std::string collation(std::string_view co);
  /// The same as a column or an index of the model has it (`dialect::quote_collation`).
  static std::string collation_of_model(std::string_view co);
  /// SQL for `OPTIONS (a 'x', …)` of what comes from foreign data, NULL where there are none. What
  /// may be a password is left out.
  std::string generic_options(std::string_view options) const;
  /// SQL for the storage parameters of a relation, with those of its TOAST table, as WITH takes
  /// them; NULL where there are none. `c`: alias of its pg_class.
  static std::string storage_options(std::string_view c);
  /// SQL for the names of a table's columns by their numbers, to be read with `names`.
  static std::string column_names(std::string_view table_oid, std::string_view numbers);

 private:
  db::connection& connection_;
  int version_ = 0;
  rarities has_;
  std::string schema_;
  /// It stands for a scratch database (`command/scratch_schema.h`): nothing else is looked at.
  bool is_one_schema_ = false;
  std::string is_user_schema_;
  std::string is_users_table_;
  std::string own_tables_;
};

/// The tables under construction, by oid.
using table_index = std::unordered_map<std::string, model::table*>;

/// `(x)` as `x`, as often as it takes: the server prints some expressions with a pair around them.
std::string unwrapped(std::string sql);
/// A cell as text; NULL as an empty one.
std::string text(const db::cell& value);
/// PostgreSQL's `t`.
bool flag(const db::cell& value);
std::vector<std::string> names(const db::cell& joined);
/// The options of a sequence that are not the defaults of its type, `START WITH 10 CACHE 5`. The
/// cells are type, start, increment, minimum, maximum, cache and cycle of pg_sequence.
std::string sequence_options(const db::row& row, std::size_t first);

/// Adds everything beside tables to `out`; see introspect.cc.
void read_objects(catalogue& from, model::schema& out);
void read_operators_and_classes(catalogue& from, model::schema& out);
void read_text_search(catalogue& from, model::schema& out);
void read_schemaless(catalogue& from, model::schema& out);
/// Adds to the tables' opaque lines what is set on tables beside their definition; what is set on
/// materialized views is an object each, where `out` has the view.
void read_settings(catalogue& from, const table_index& tables, model::schema& out);
/// The part of it that tells of the indexes which belong to those of partitioned tables.
void read_partition_indexes(catalogue& from, const table_index& tables);
void read_grants_and_comments(catalogue& from, model::schema& out);
/// The part of it that consists of types and routines.
void read_types_and_routines(catalogue& from, model::schema& out);

void add_object(model::schema& out, model::object object, const std::string& signature = "");
/// That a column owns a sequence is an object of its own: the column's default needs the sequence,
/// and the ownership needs the column.
void add_owner(model::schema& out, const model::qualified_name& sequence,
               const std::string& quoted_sequence, const std::string& quoted_column);

}  // namespace retort::postgres
