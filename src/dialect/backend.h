#pragma once

#include <memory>
#include <string>

#include "db/connection.h"
#include "db/url.h"
#include "dialect/dialect.h"
#include "dialect/scratch.h"

namespace retort {
inline namespace abi_1 {

struct open_options {
  /// Only reads are to come: works on read-only files and replicas and creates nothing.
  bool read_only = false;
  /// Whether a database that is not there (a SQLite file) is made.
  bool create = true;
  /// Seconds that a statement waits for another connection's lock (SQLite's busy timeout).
  int busy_seconds = 60;
  /// False for scratch databases: nothing is lost when they are torn by a crash.
  bool durable = true;
  /// PostgreSQL: the schema to work in; empty: as the server has it.
  std::string schema = {};
  /// PostgreSQL: SET ROLE; empty: none.
  std::string role = {};
  /// PostgreSQL: further schemas for search_path.
  std::vector<std::string> extra_search_path = {};
};

/// One database system: how to open it and how to speak to it.
class backend {
 public:
  virtual ~backend() = default;

  virtual const dialect::dialect& dialect() const = 0;

  /// Opens a connection. Throws `error` that names the address (password hidden) and what to do.
  /// With `read_only` or without `create`, and no database there (a SQLite file that does not
  /// exist), returns null.
  virtual std::unique_ptr<db::connection> open(const db::url& url,
                                               const open_options& options) const = 0;

  /// Copies the database of a connection into a file that is there and empty, and looks whether the
  /// copy can be read. False where that is another program's work (pg_dump). Throws `error`.
  virtual bool back_up(db::connection&, const std::string& /*path*/) const { return false; }

  /// Scratch databases. PostgreSQL: on the server of `near`, made from template0 over a connection
  /// to it. SQLite: files in a temporary folder; `near` means nothing.
  virtual std::unique_ptr<dialect::scratch> open_scratch(const db::url& near) const = 0;
};

}  // namespace abi_1
}  // namespace retort
