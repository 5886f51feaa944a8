#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "db/connection.h"

struct sqlite3;

namespace retort::sqlite {

struct close_database {
  void operator()(sqlite3* database) const noexcept;
};
using database_handle = std::unique_ptr<sqlite3, close_database>;

class sqlite_connection final : public db::connection {
 public:
  explicit sqlite_connection(database_handle database);

  db::result query(std::string_view sql, std::span<const db::cell> parameters = {}) override;
  void execute(std::string_view sql) override;
  void begin() override;
  void commit() override;
  void rollback() noexcept override;
  bool in_transaction() const override;
  std::string server() const override;

  /// Notes from now on the tables of the main database whose rows or definition a statement
  /// changes, be it through a trigger.
  void watch_changes();
  /// Ends it and returns the names, in lower case.
  std::set<std::string> changed_tables();

 private:
  static int authorise(void* self, int action, const char* first, const char* second,
                       const char* database, const char* trigger);

  database_handle database_;
  std::set<std::string> changed_;
};

/// The name of a result code, "SQLITE_CONSTRAINT_UNIQUE"; codes that have none here give the name
/// of their primary code.
std::string code_name(int code);

}  // namespace retort::sqlite
