#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace retort::db {

/// A database's address, as contract "URLs" in src/cli/README.md describes. All parts are decoded.
struct url {
  /// "sqlite" or "postgresql".
  std::string dialect;
  std::string user;
  std::string password;
  std::string host;
  std::string port;
  /// PostgreSQL: the database's name. SQLite: the file's path; empty: in memory.
  std::string database;
  /// `?name=value`, in order.
  std::vector<std::pair<std::string, std::string>> options;

  /// For people: the password replaced by `***`, also in the options.
  std::string display() const;
  /// A libpq connection string ("keyword=value", quoted). PostgreSQL only. Holds the password.
  std::string conninfo() const;
  /// The same server, another database. PostgreSQL only.
  url with_database(std::string name) const;
};

/// Reads an address. Throws `error` (kind usage) that names what is wrong and never repeats a
/// password.
url parse_url(std::string_view text);

/// "sqlite" or "postgresql" for any accepted spelling of a dialect (`postgres`, `sqlite3`); else
/// empty.
std::string dialect_name(std::string_view spelling);

}  // namespace retort::db
