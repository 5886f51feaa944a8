#include "postgres/connection.h"

#include <libpq-fe.h>

#include <optional>
#include <pqxx/pqxx>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/sql_lexer.h"
#include "base/text_tools.h"
#include "postgres/libpq_on_demand.h"

// The only file that talks to libpqxx. Written for 6.4 and 7; Retort's tests have run against 6.4.5
// alone.

namespace retort::postgres {
namespace {

struct finish {
  void operator()(PGconn* raw) const { PQfinish(raw); }
};
using raw_connection = std::unique_ptr<PGconn, finish>;

#if PQXX_VERSION_MAJOR < 7

/// Hands a connection that exists to libpqxx, once. libpqxx 6 reconnects by itself when a
/// connection is lost, and with it would go locks, temporary tables and settings; here there is
/// nothing to reconnect with, so the loss is an error.
class adopted : public pqxx::connectionpolicy {
 public:
  using connectionpolicy::connectionpolicy;

  static inline thread_local PGconn* offered = nullptr;

  handle do_startconnect(handle current) override {
    if (current != nullptr) return current;
    if (offered == nullptr) throw pqxx::broken_connection("the connection was lost");
    // libpqxx declares libpq's struct in a namespace of its own.
    return reinterpret_cast<handle>(std::exchange(offered, nullptr));
  }
};

using pqxx_connection = pqxx::basic_connection_base<adopted>;

std::unique_ptr<pqxx_connection> adopt(raw_connection raw) {
  adopted::offered = raw.release();
  return std::make_unique<pqxx_connection>(std::string());
}

pqxx::result run(pqxx::transaction_base& work, const std::string& sql,
                 const std::vector<const char*>& parameters) {
  return work.exec_params(sql, pqxx::prepare::make_dynamic_params(parameters));
}

#else

using pqxx_connection = pqxx::connection;

std::unique_ptr<pqxx_connection> adopt(raw_connection raw) {
  return std::make_unique<pqxx_connection>(pqxx::connection::seize_raw_connection(raw.release()));
}

pqxx::result run(pqxx::transaction_base& work, const std::string& sql,
                 const std::vector<const char*>& parameters) {
  pqxx::params values;
  for (const char* value : parameters) values.append(value);
  return work.exec_params(sql, values);
}

#endif

/// The SQLSTATE of class 40, whose exceptions carry none in libpqxx 6; else empty.
const char* rollback_state(const std::exception& problem) {
  if (dynamic_cast<const pqxx::deadlock_detected*>(&problem) != nullptr) return "40P01";
  if (dynamic_cast<const pqxx::serialization_failure*>(&problem) != nullptr) return "40001";
  return "";
}

/// The rows that a statement touched; a SELECT's own count is none of them.
std::int64_t touched(const pqxx::result& result, std::string_view sql) {
  base::sql_lexer lexer(sql, base::sql_flavour::postgresql);
  auto word = lexer.next();
  while (word.kind == base::token_kind::space || word.kind == base::token_kind::comment) {
    word = lexer.next();
  }
  for (const char* verb : {"insert", "update", "delete", "merge", "with"}) {
    if (base::equals_ignoring_case(lexer.text(word), verb)) {
      return static_cast<std::int64_t>(result.affected_rows());
    }
  }
  return 0;
}

db::result to_result(const pqxx::result& from, std::string_view sql) {
  db::result to;
  const auto columns = from.columns();
  for (pqxx::row::size_type i = 0; i < columns; ++i) to.columns.emplace_back(from.column_name(i));
  to.rows.reserve(static_cast<std::size_t>(from.size()));
  for (const auto& row : from) {
    db::row cells;
    cells.reserve(static_cast<std::size_t>(columns));
    for (const auto& field : row) {
      cells.push_back(field.is_null() ? db::cell() : db::cell({field.c_str(), field.size()}));
    }
    to.rows.push_back(std::move(cells));
  }
  to.affected = touched(from, sql);
  return to;
}

class pqxx_backed : public connection {
 public:
  explicit pqxx_backed(raw_connection raw)
      : raw_(raw.get()), connection_(adopt(std::move(raw))), quiet_(*connection_) {}

  db::result query(std::string_view sql, std::span<const db::cell> parameters) override {
    const std::string text(sql);
    if (text.find('\0') != std::string::npos) {
      throw error("the statement holds a NUL character, which PostgreSQL cannot read");
    }
    std::vector<const char*> values;
    for (const auto& value : parameters) values.push_back(value ? value->c_str() : nullptr);
    try {
      // Sends the statement and nothing else: BEGIN and COMMIT are statements like others.
      pqxx::nontransaction work(*connection_);
      const auto result = values.empty() ? work.exec(text) : run(work, text, values);
      refuse_copy();
      return to_result(result, sql);
    } catch (const pqxx::sql_error& problem) {
      if (is_lost()) throw lost(problem.what());
      throw statement_error(problem.what(), problem.sqlstate(), sql);
    } catch (const pqxx::pqxx_exception& problem) {
      if (is_lost()) throw lost(problem.base().what());
      if (const char* state = rollback_state(problem.base()); *state != '\0') {
        throw statement_error(problem.base().what(), state, sql);
      }
      throw error(problem.base().what());
    }
  }

  void execute(std::string_view sql) override { query(sql, {}); }

  // Whatever the role's or the database's defaults are: what a runner that waited for another reads
  // must be what that one committed.
  void begin() override { execute("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"); }

  void commit() override {
    switch (PQtransactionStatus(raw_)) {
      case PQTRANS_INERROR:
        // COMMIT would answer ROLLBACK, and no error.
        rollback();
        throw error("the transaction failed before COMMIT, so that it was rolled back");
      case PQTRANS_IDLE:
        throw error("COMMIT without a transaction: one of its statements ended it");
      default:
        break;
    }
    try {
      execute("COMMIT");
    } catch (const error& problem) {
      if (!is_lost()) throw;
      error unknown("the connection to the PostgreSQL server was lost in COMMIT");
      unknown.sqlstate = "08007";  // "Class 08": transaction_resolution_unknown
      unknown.notes = problem.notes;
      throw unknown.help("run `current`, and go on from where it says the database is");
    }
  }

  void rollback() noexcept override {
    if (!in_transaction()) return;
    try {
      execute("ROLLBACK");
    } catch (...) {  // The connection is lost, and the server rolls back by itself.
    }
  }

  bool in_transaction() const override {
    const auto status = PQtransactionStatus(raw_);
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
  }

  std::string server() const override {
    return fmt::format("PostgreSQL {}.{}", server_version() / 10000, server_version() % 10000);
  }

  int server_version() const override { return PQserverVersion(raw_); }

 private:
  bool is_lost() const { return PQstatus(raw_) != CONNECTION_OK; }

  static error lost(std::string_view report) {
    error problem("the connection to the PostgreSQL server was lost");
    for (auto& line : base::split_list(report, '\n')) problem.note(std::move(line));
    problem.help(
        "see the server's log; an open transaction was rolled back by the server, so run again");
    return problem;
  }

  /// COPY … FROM STDIN and TO STDOUT leave the connection waiting for data that nobody sends.
  void refuse_copy() {
    if (PQtransactionStatus(raw_) != PQTRANS_ACTIVE) return;
    PQputCopyEnd(raw_, "no data follows");
    char* line = nullptr;
    while (PQgetCopyData(raw_, &line, 0) > 0) PQfreemem(line);
    while (PGresult* result = PQgetResult(raw_)) PQclear(result);
    throw error("COPY with STDIN or STDOUT cannot be run: a statement carries no data")
        .help("write INSERT statements");
  }

  PGconn* raw_;
  std::unique_ptr<pqxx_connection> connection_;
  /// Drops the server's notices, which would otherwise go to standard error.
  pqxx::quiet_errorhandler quiet_;
};

struct advice {
  std::string_view sign;
  std::string help;
};

std::string help_for(std::string_view reason, const db::url& address) {
  const auto database = address.database.empty() ? address.user : address.database;
  const advice known[] = {
      {"password authentication failed", "check the user and the password in the URL"},
      {"no password supplied", "put the password into the URL, or into PGPASSFILE"},
      {"database \"", fmt::format("create it: createdb {}", database)},
      {"role \"", "check the user in the URL, or create it: createuser NAME"},
      {"no pg_hba.conf entry", "let the server's pg_hba.conf admit this user from this host"},
      {"could not translate host name", "check the host in the URL"},
      {"timeout expired", "check host and port, and that no firewall is in between"},
      {"Connection refused", "check host and port, and that the server runs"},
      {"No such file or directory", "check host and port, and that the server runs"},
      {"too many clients", "close other connections, or raise the server's max_connections"},
      {"starting up", "try again when the server has started"},
  };
  for (const auto& [sign, help] : known) {
    if (reason.find(sign) != std::string_view::npos) return help;
  }
  return {};
}

/// libpq: `connection to server at "h" (addr), port 5432 failed: FATAL:  reason`, one line for each
/// address that was tried, with indented lines of explanation.
error connect_error(std::string report, const db::url& address) {
  if (!address.password.empty()) {
    for (auto at = report.find(address.password); at != std::string::npos;
         at = report.find(address.password, at + 3)) {
      report.replace(at, address.password.size(), "***");
    }
  }
  const auto lines = base::split_list(report, '\n');
  std::string reason = lines.empty() ? "no reason given" : lines.front();
  for (const std::string_view lead : {" failed: ", "FATAL:  "}) {
    if (const auto at = reason.find(lead); at != std::string::npos) {
      reason.erase(0, at + lead.size());
    }
  }
  error problem(
      fmt::format("cannot connect to {}: {}", address.display(), base::printable(reason)));
  for (std::size_t i = 1; i < lines.size(); ++i) problem.note(base::printable(lines[i]));
  problem.help(help_for(report, address));
  return problem;
}

/// libpq's functions may be called from here on.
void need_libpq() {
  if (load_libpq == nullptr) return;  // The program links it.
  if (const char* reason = load_libpq()) {
    throw error(fmt::format("PostgreSQL's client library libpq.so.5 cannot be loaded: {}", reason))
        .help("install it (Debian: libpq5)");
  }
}

bool has_option(const db::url& address, std::string_view name) {
  for (const auto& option : address.options) {
    if (option.first == name) return true;
  }
  return false;
}

}  // namespace

std::unique_ptr<connection> connect(const db::url& address) {
  need_libpq();
  auto settings = address.conninfo();
  if (!has_option(address, "application_name")) settings += " application_name=retort";
  if (!has_option(address, "connect_timeout")) settings += " connect_timeout=10";
  settings += " client_encoding=UTF8";
  raw_connection raw(PQconnectdb(settings.c_str()));
  if (!raw) throw error("out of memory while connecting to a PostgreSQL server");
  if (PQstatus(raw.get()) != CONNECTION_OK) {
    throw connect_error(PQerrorMessage(raw.get()), address);
  }
  auto opened = std::make_unique<pqxx_backed>(std::move(raw));
  if (opened->server_version() < 120000) {
    throw error(fmt::format("{} at {} is too old: Retort works with 12 and newer", opened->server(),
                            address.display()));
  }
  return opened;
}

}  // namespace retort::postgres
