#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "conformance/kinds.h"
#include "db/connection.h"
#include "dialect/dialect.h"

namespace retort::conformance {

using cells = std::map<std::string, std::vector<std::string>>;

/// The values of each column, "table.column", in the order of the rows' first column.
cells contents(db::connection& connection, const model::schema& schema,
               const dialect::dialect& target);

/// What is on both sides and no exception is the same.
void check_contents(const cells& before, const cells& after, const std::set<std::string>& except);

/// In words, a line each, without the order of columns.
std::string differences(const model::schema& expected, const model::schema& actual);

/// Runs each statement of a text.
void run_script(db::connection& connection, const char* text, const dialect::dialect& target);

/// Empties a PostgreSQL database that `world` or a kind of change was made in.
void clear(db::connection& connection);

/// A number that the environment may set.
unsigned setting(const char* name, unsigned usual);

/// A database to change, from a connection to an empty one.
class changed_place {
 public:
  changed_place(std::shared_ptr<db::connection> connection, const dialect::dialect& target)
      : connection_(std::move(connection)), target_(target) {}

  /// Makes `world` with its trigger.
  void make_world();

  model::schema shown() const { return target_.introspect(*connection_, "retort_version"); }
  cells rows() const { return contents(*connection_, shown(), target_); }

  /// False where this database has no such thing. What the database itself refuses passes through,
  /// and nothing of it remains.
  bool run(const std::vector<model::operation>& operations);
  bool run(const kind_of_change& kind);
  /// All of it in one transaction.
  void run(const std::vector<std::string>& statements);

  db::connection& connection() { return *connection_; }
  const dialect::dialect& target() const { return target_; }

 private:
  void in_transaction(const std::function<void()>& body);

  std::shared_ptr<db::connection> connection_;
  const dialect::dialect& target_;
};

}  // namespace retort::conformance
