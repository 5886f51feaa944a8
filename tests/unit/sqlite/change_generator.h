#pragma once

#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "db/connection.h"
#include "model/apply.h"

namespace retort::test {

/// Random schemas with rows, and random operations that are valid on them. Every condition and
/// every value is such that no operation has a reason to fail: a condition holds for a value
/// whatever type its column gets, and the values of a column differ.
class generator {
 public:
  explicit generator(std::uint64_t seed) : random_(seed) {}

  /// Makes tables, their rows, a view and triggers, and says what they are.
  void create(db::connection& connection, model::tracked_schema& state);

  /// An operation that the schema and its rows allow, or none where chance found none.
  std::optional<model::operation_variant> change(db::connection& connection,
                                                 const model::schema& now);

  std::size_t below(std::size_t n) { return random_() % n; }
  bool chance(unsigned percent) { return below(100) < percent; }

 private:
  using operations = std::optional<model::operation_variant>;

  template <typename T>
  T pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  std::string fresh(const std::string& stem) { return stem + std::to_string(++made_); }
  std::string name_or_none(const std::string& stem) { return chance(50) ? fresh(stem) : ""; }

  // ---- change_schema.cc
  model::table table(const std::string& name, const model::schema& now);
  model::column column(const model::table& owner);
  std::string column_name(const model::table& owner);
  model::type type(bool strict);
  std::string collation();
  void add_key(model::table& owner);
  void add_constraints(model::table& owner, const model::schema& now);
  void add_foreign_key(model::table& owner, const model::table& parent);
  model::foreign_key foreign_key(const model::table& parent);
  model::generated generated(const model::table& owner, model::column& column);
  model::check check(const model::table& owner);
  model::unique unique(const model::table& owner);
  model::index index(const model::table& owner);
  model::index_key index_key(const model::column& column);
  std::vector<std::string> some_columns(const model::table& owner);
  std::string mention(const std::string& column);
  std::string condition(const model::column& column);
  std::string literal(const model::table& owner, const model::column& column, std::size_t n);
  std::optional<std::string> default_of(const model::table& owner, const model::column& column);

  // ---- change_database.cc
  std::string spaced(std::string_view sql);
  void create_objects(db::connection& connection, const model::schema& now);
  void fill(db::connection& connection, const model::table& owner);
  std::vector<std::string> row(db::connection& connection, const model::table& owner,
                               const std::vector<model::column>& columns, std::size_t n);

  // ---- change_operations.cc
  operations rename_table(const model::table& owner);
  operations add_column(db::connection& connection, const model::table& owner,
                        const model::schema& now);
  void add_column_constraint(db::connection& connection, const model::table& owner,
                             const model::schema& now, model::add_column& op);
  operations drop_column(const model::table& owner, const model::schema& now);
  operations alter_column(db::connection& connection, const model::table& owner,
                          const model::schema& now);
  std::optional<model::type> other_type(db::connection& connection, const model::table& owner,
                                        const model::column& column, const model::schema& now);
  operations add_constraint(db::connection& connection, const model::table& owner,
                            const model::schema& now);
  operations drop_constraint(const model::table& owner, const model::schema& now);
  operations create_index(db::connection& connection, const model::table& owner);
  operations drop_index(const model::table& owner);

  std::mt19937_64 random_;
  std::size_t made_ = 0;
  /// Columns that an operation spoke of. What comes back for a dropped one are not its values, and
  /// the reverse of that other operation may need them.
  std::set<std::string> spoken_of_;
};

/// INTEGER PRIMARY KEY: another name of the rowid.
bool is_rowid_alias(const model::table& owner, const std::string& column);

/// "SELECT 1 …" has a row.
bool exists(db::connection& connection, const std::string& sql);

/// The columns that are not generated.
std::vector<model::column> stored_columns(const model::table& owner);

std::string quoted_name(const std::string& name);
std::string quoted_list(const std::vector<std::string>& names);

}  // namespace retort::test
