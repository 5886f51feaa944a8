#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <retort/error.h>

#include "db/connection.h"
#include "db/url.h"

namespace retort::postgres {

/// A connection with the number of its server's version (150018 is 15.18), by which the catalogue
/// queries choose their columns.
class connection : public db::connection {
 public:
  virtual int server_version() const = 0;
  /// Whether the database holds every character that a statement can.
  virtual bool holds_all_characters() const = 0;
  /// A second connection with the same address and user; none of the settings since. Throws what
  /// `connect` throws.
  virtual std::unique_ptr<connection> another() const = 0;
  /// The same as the server gives it, with none of `session_settings.h` either: nothing of it stays
  /// on a session that is not its own.
  virtual std::unique_ptr<connection> another_as_it_is() const = 0;
  /// The last rows of a message of statements; none where its answer takes longer: the connection
  /// is good for nothing more then. Throws `error` where one of them fails.
  virtual std::optional<db::result> query_within(const std::string& statements,
                                                 std::chrono::milliseconds limit) = 0;
  /// Whether a transaction pooler stands between: see `is_pooled`. Nothing must be set on the
  /// session then; what Retort relies on is set in each transaction that `begin` begins.
  virtual bool is_shared() const = 0;
  /// Of a shared connection: what others had set on the session of the transaction that was begun
  /// last, name and value.
  virtual const std::vector<db::row>& settings_of_others() const = 0;
};

/// `connection::is_shared`; no for what is no connection to a server.
bool is_shared(const db::connection& connection);

/// Connects. Throws `error` that names the address (password hidden), the reason and what to do.
std::unique_ptr<connection> connect(const db::url& address);

/// The error for a statement that the server refused. `report` is what libpq makes of it at its
/// default verbosity: the message, then lines that begin with `LINE n:` (and a caret below),
/// `DETAIL:`, `HINT:`, `QUERY:`, `CONTEXT:` (libpq: fe-protocol3.c, pqBuildErrorMessage3).
error statement_error(std::string_view report, std::string_view sqlstate, std::string_view sql);

}  // namespace retort::postgres
