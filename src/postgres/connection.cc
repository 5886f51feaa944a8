#include "postgres/connection.h"

#include <libpq-fe.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <pqxx/pqxx>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/crash_point.h"
#include "base/sql_words.h"
#include "base/text_tools.h"
#include "postgres/answers.h"
#include "postgres/dial.h"
#include "postgres/pooler.h"
#include "postgres/session_settings.h"

// The only file that talks to libpqxx. Written for 6.4 and 7; Retort's tests have run against 6.4.5
// alone.

namespace retort::postgres {
namespace {

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
  /// A lost connection is still asked what it knows: whoever has offered it closes it.
  handle do_disconnect(handle) noexcept override { return nullptr; }
};

using pqxx_connection = pqxx::basic_connection_base<adopted>;

std::unique_ptr<pqxx_connection> adopt(raw_connection& raw) {
  adopted::offered = raw.get();
  return std::make_unique<pqxx_connection>(std::string());
}

pqxx::result run(pqxx::transaction_base& work, const std::string& sql,
                 const std::vector<const char*>& parameters) {
  return work.exec_params(sql, pqxx::prepare::make_dynamic_params(parameters));
}

pqxx::result run_prepared(pqxx::transaction_base& work, const std::string& name,
                          const std::vector<const char*>& parameters) {
  return work.exec_prepared(name, pqxx::prepare::make_dynamic_params(parameters));
}

void prepare_now(pqxx_connection& connection, const std::string& name, const std::string& sql) {
  connection.prepare(name, sql);
  connection.prepare_now(name);  // libpqxx 6 would wait for the first use.
}

#else

using pqxx_connection = pqxx::connection;

/// It is libpqxx's then.
std::unique_ptr<pqxx_connection> adopt(raw_connection& raw) {
  return std::make_unique<pqxx_connection>(pqxx::connection::seize_raw_connection(raw.release()));
}

pqxx::result run(pqxx::transaction_base& work, const std::string& sql,
                 const std::vector<const char*>& parameters) {
  pqxx::params values;
  for (const char* value : parameters) values.append(value);
  return work.exec_params(sql, values);
}

pqxx::result run_prepared(pqxx::transaction_base& work, const std::string& name,
                          const std::vector<const char*>& parameters) {
  pqxx::params values;
  for (const char* value : parameters) values.append(value);
  return work.exec_prepared(name, values);
}

void prepare_now(pqxx_connection& connection, const std::string& name, const std::string& sql) {
  connection.prepare(name, sql);
}

#endif

struct free_cancel {
  void operator()(PGcancel* raw) const { PQfreeCancel(raw); }
};

struct clear_result {
  void operator()(PGresult* raw) const { PQclear(raw); }
};
using result_handle = std::unique_ptr<PGresult, clear_result>;

std::string_view refuse_nul(std::string_view text, const char* what) {
  if (text.find('\0') == std::string_view::npos) return text;
  throw error(fmt::format("{} holds a NUL character, which PostgreSQL cannot read", what));
}

std::string without_nul(std::string_view text, const char* what) {
  return std::string(refuse_nul(text, what));
}

/// A value in the text form that the server's input functions read; none is NULL.
std::optional<std::string> sent_text(const db::parameter& value) {
  if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "t" : "f";
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  if (const auto* words = std::get_if<std::string_view>(&value)) {
    return without_nul(*words, "a parameter");
  }
  if (const auto* blob = std::get_if<db::byte_string>(&value)) {
    return "\\x" + base::hex(blob->bytes);
  }
  return std::nullopt;
}

/// Parameters as libpq takes them.
class sent_values {
 public:
  explicit sent_values(std::span<const db::parameter> parameters) {
    for (const auto& value : parameters) texts_.push_back(sent_text(value));
    for (const auto& text : texts_) pointers_.push_back(text ? text->c_str() : nullptr);
  }
  const std::vector<const char*>& pointers() const { return pointers_; }

 private:
  std::vector<std::optional<std::string>> texts_;
  std::vector<const char*> pointers_;
};

/// The SQLSTATE of class 40, whose exceptions carry none in libpqxx 6; else empty.
const char* rollback_state(const std::exception& problem) {
  if (dynamic_cast<const pqxx::deadlock_detected*>(&problem) != nullptr) return "40P01";
  if (dynamic_cast<const pqxx::serialization_failure*>(&problem) != nullptr) return "40001";
  return "";
}

/// The SQLSTATE, which libpqxx 6 leaves out of this one.
std::string state_of(const pqxx::sql_error& problem) {
  const bool denied = dynamic_cast<const pqxx::insufficient_privilege*>(&problem) != nullptr;
  return denied ? "42501" : problem.sqlstate();
}

/// Whether the number that comes with a statement's result is that of rows which it touched; a
/// SELECT's own count is none.
bool changes_rows(std::string_view sql) {
  const auto first = base::words(sql, base::sql_flavour::postgresql, 1);
  constexpr std::string_view verbs[] = {"insert", "update", "delete", "merge", "with"};
  return !first.empty() && std::ranges::find(verbs, first[0]) != std::end(verbs);
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
  const auto count = static_cast<std::int64_t>(from.affected_rows());
  if (count > 0 && changes_rows(sql)) to.affected = count;
  return to;
}

/// Statements that are sent together, and where each begins in the text.
struct message {
  std::string text;
  std::vector<std::size_t> begins;
};

message message_of(std::span<const std::string> statements) {
  constexpr std::size_t longest_terminator = 3;
  std::size_t size = 0;
  for (const auto& sql : statements) size += sql.size() + longest_terminator;
  message made;
  made.text.reserve(size);
  made.begins.reserve(statements.size());
  for (const auto& sql : statements) {
    made.begins.push_back(made.text.size());
    made.text.append(refuse_nul(sql, "the statement")).append(base::terminator(sql));
  }
  return made;
}

/// A character's number in the text that begins at a byte, made of its number in the whole; 0 where
/// that is unknown.
unsigned position_in(std::string_view whole, std::size_t begin, unsigned position) {
  const auto before = static_cast<unsigned>(
      std::ranges::count_if(whole.substr(0, begin), [](char c) { return (c & '\xc0') != '\x80'; }));
  return position > before ? position - before : 0;
}

/// Of SQL_ASCII the server converts nothing.
bool holds_all(const char* server_encoding) {
  const std::string_view name = server_encoding == nullptr ? "UTF8" : server_encoding;
  return name == "UTF8" || name == "SQL_ASCII";
}

class pqxx_backed : public connection {
 public:
  pqxx_backed(raw_connection raw, db::url address)
      : raw_(raw.get()),
        address_(std::move(address)),
        server_version_(PQserverVersion(raw_)),
        holds_all_characters_(holds_all(PQparameterStatus(raw_, "server_encoding"))),
        cancel_(PQgetCancel(raw_)),
        owned_(std::move(raw)),
        connection_(adopt(owned_)),
        quiet_(*connection_) {}

  db::result query(std::string_view sql, std::span<const db::parameter> parameters) override {
    const auto text = without_nul(sql, "the statement");
    const sent_values values(parameters);
    return guarded(sql, [&](pqxx::transaction_base& work) {
      return values.pointers().empty() ? work.exec(text) : run(work, text, values.pointers());
    });
  }

  std::vector<db::result> query_all(std::span<const std::string> statements) override {
    const auto [text, begins] = message_of(statements);
    std::vector<db::result> results;
    results.reserve(statements.size());
    std::optional<db::batch_failure> failed;
    if (PQsendQuery(raw_, text.c_str()) != 1)
      throw db::batch_failure{lost(PQerrorMessage(raw_)), 0};
    while (PGresult* next = next_answer(raw_, [this] { cancel(); })) {
      const result_handle answer(next);
      const auto status = PQresultStatus(next);
      if (end_copy(raw_, status)) continue;
      if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
        results.push_back(result_of(next));
      } else if (!failed) {
        auto index = std::min(results.size(), statements.size() - 1);
        failed = db::batch_failure{refused(next, text), index};
        // The server reads all of them before it runs the first: a mistake in grammar is wherever
        // it says.
        if (results.empty() && failed->problem.position > 0) {
          const auto at = base::byte_of_character(text, failed->problem.position);
          index =
              static_cast<std::size_t>(std::ranges::upper_bound(begins, at) - begins.begin()) - 1;
          failed->index = index;
        }
        failed->problem.position = position_in(text, begins[index], failed->problem.position);
      }
    }
    if (is_lost()) {
      failed =
          db::batch_failure{lost(PQerrorMessage(raw_)), failed ? failed->index : results.size()};
    }
    if (failed) throw *failed;
    base::crash_point();
    return results;
  }

  std::unique_ptr<db::prepared> prepare(std::string_view sql) override {
    return std::make_unique<prepared_statement>(*this, without_nul(sql, "the statement"));
  }

  void copy(std::string_view sql, std::string_view data) override {
    const auto text = without_nul(sql, "the statement");
    const result_handle opened(PQexec(raw_, text.c_str()));
    const auto status = PQresultStatus(opened.get());
    if (status == PGRES_FATAL_ERROR) throw refused(opened.get(), sql);
    if (status != PGRES_COPY_IN) {
      throw error(fmt::format("COPY … FROM STDIN was expected: {}", sql));
    }
    // libpq takes an int, and one message cannot be larger.
    constexpr std::size_t piece = 1 << 20;
    for (; !data.empty(); data.remove_prefix(std::min(piece, data.size()))) {
      const auto size = static_cast<int>(std::min(piece, data.size()));
      if (PQputCopyData(raw_, data.data(), size) != 1) break;
    }
    PQputCopyEnd(raw_, data.empty() ? nullptr : "the rows could not be sent");
    std::optional<error> problem;
    while (PGresult* next = PQgetResult(raw_)) {
      const result_handle result(next);
      if (PQresultStatus(next) != PGRES_COMMAND_OK && !problem) problem = refused(next, sql);
    }
    if (problem) throw *problem;
    base::crash_point();
  }

  /// Runs what `send` sends for `sql`, and gives its failure the words that a user needs.
  template <class Send>
  db::result guarded(std::string_view sql, Send send) {
    try {
      // Sends the statement and nothing else: BEGIN and COMMIT are statements like others.
      pqxx::nontransaction work(*connection_);
      const auto result = send(work);
      refuse_copy(raw_);
      base::crash_point();
      return to_result(result, sql);
    } catch (const pqxx::sql_error& problem) {
      if (is_lost()) throw lost(problem.what());
      throw statement_error(problem.what(), state_of(problem), sql);
    } catch (const pqxx::pqxx_exception& problem) {
      if (is_lost()) throw lost(problem.base().what());
      if (const char* state = rollback_state(problem.base()); *state != '\0') {
        throw statement_error(problem.base().what(), state, sql);
      }
      throw error(problem.base().what());
    }
  }

  /// libpqxx would look for notifications behind each statement, at the price of a call of the
  /// system.
  void execute(std::string_view sql) override {
    const result_handle answer(PQexec(raw_, without_nul(sql, "the statement").c_str()));
    refuse_copy(raw_);
    switch (PQresultStatus(answer.get())) {
      case PGRES_COMMAND_OK:
      case PGRES_TUPLES_OK:
      case PGRES_EMPTY_QUERY:
        break;
      default:
        throw refused(answer.get(), sql);
    }
    base::crash_point();
  }

  // Whatever the role's or the database's defaults are: what a runner that waited for another reads
  // must be what that one committed.
  void begin() override {
    constexpr const char* own = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
    if (!is_shared_) return execute(own);
    try {
      execute(own);
      settings_of_others_ =
          query("SELECT name, setting FROM pg_catalog.pg_settings WHERE source = 'session'", {})
              .rows;
      execute("SET LOCAL statement_timeout = 0");
      query(local_settings_query(), {});
    } catch (...) {
      rollback();
      throw;
    }
  }

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
    base::crash_point();
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

  void cancel() noexcept override {
    char reason[256];
    PQcancel(cancel_.get(), reason, sizeof reason);
  }

  std::string server() const override {
    return fmt::format("PostgreSQL {}.{}", server_version() / 10000, server_version() % 10000);
  }

  int server_version() const override { return server_version_; }

  bool holds_all_characters() const override { return holds_all_characters_; }

  bool is_shared() const override { return is_shared_; }

  const std::vector<db::row>& settings_of_others() const override { return settings_of_others_; }

  std::optional<db::result> query_within(const std::string& statements,
                                         std::chrono::milliseconds limit) override {
    const auto end = std::chrono::steady_clock::now() + limit;
    if (PQsendQuery(raw_, statements.c_str()) != 1) throw lost(PQerrorMessage(raw_));
    std::optional<db::result> last;
    for (;;) {
      if (!has_answer(raw_, end)) return std::nullopt;
      const result_handle answer(PQgetResult(raw_));
      if (answer == nullptr) return last;
      const auto status = PQresultStatus(answer.get());
      if (status == PGRES_TUPLES_OK) last = result_of(answer.get());
      if (status == PGRES_FATAL_ERROR) throw refused(answer.get(), statements);
    }
  }

  std::unique_ptr<connection> another() const override {
    return opened(
        address_,
        [this](const std::string& options) { return dial_again(raw_, address_, options); },
        [this](connection&) { return is_shared_; });
  }

  std::unique_ptr<connection> another_as_it_is() const override {
    return std::make_unique<pqxx_backed>(dial_again(raw_, address_, {}), address_);
  }

  /// A connection that is ready for statements. `dial` makes it, with other `options` than it would
  /// have where those are not empty; `is_shared` tells of it what its member of the name says.
  template <class Dial, class Shared>
  static std::unique_ptr<pqxx_backed> opened(const db::url& address, Dial dial, Shared is_shared) {
    std::string options;
    for (;;) {
      auto raw = dial(options);
      const auto asked = asked_options(raw.get());
      auto made = std::make_unique<pqxx_backed>(std::move(raw), address);
      if (made->server_version() < 120000) {
        throw error(fmt::format("{} at {} is too old: Retort works with 12 and newer",
                                made->server(), address.display()));
      }
      try {
        // A server tells the number of the process that answers; a pooler, one it has made up.
        if (!apply_session_settings(*made, asked, PQbackendPID(made->raw_))) {
          made->is_shared_ = is_shared(*made);
          if (!made->is_shared_) apply_session_settings(*made, asked);
        }
        return made;
      } catch (const error&) {
        // The server has hung up before the first message: a default of the role or the database
        // may give that less time than it takes. What is asked for here counts from the beginning.
        constexpr std::string_view limit = "idle_session_timeout";
        const bool may_be_idle = made->is_lost() && made->server_version() >= 140000;
        if (!may_be_idle || asked.find(limit) != std::string::npos) throw;
        options = fmt::format("{} -c {}=0", asked, limit);
      }
    }
  }

 private:
  /// A statement that the server keeps by a name, until it is given up or the session ends.
  class prepared_statement final : public db::prepared {
   public:
    prepared_statement(pqxx_backed& owner, std::string sql)
        : owner_(owner),
          sql_(std::move(sql)),
          name_(fmt::format("retort_{}", ++owner.prepared_count_)) {
      owner_.guarded(sql_, [&](pqxx::transaction_base&) {
        prepare_now(*owner_.connection_, name_, sql_);
        return pqxx::result();
      });
    }
    ~prepared_statement() override {
      try {
        owner_.connection_->unprepare(name_);
      } catch (...) {  // In a failed transaction it stays, and goes with the session.
      }
    }

    db::result run(std::span<const db::parameter> parameters) override {
      const sent_values values(parameters);
      return owner_.guarded(sql_, [&](pqxx::transaction_base& work) {
        return postgres::run_prepared(work, name_, values.pointers());
      });
    }

   private:
    pqxx_backed& owner_;
    std::string sql_;
    std::string name_;
  };

  /// What the server says to a statement that libpqxx did not send.
  error refused(PGresult* answer, std::string_view sql) const {
    if (is_lost()) return lost(PQerrorMessage(raw_));
    const char* state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
    if (state == nullptr) return statement_error(PQerrorMessage(raw_), "", sql);
    return statement_error(PQresultErrorMessage(answer), state, sql);
  }

  bool is_lost() const { return PQstatus(raw_) != CONNECTION_OK; }

  static error lost(std::string_view report) {
    error problem("the connection to the PostgreSQL server was lost");
    for (auto& line : base::split_list(report, '\n')) problem.note(std::move(line));
    problem.help(
        "see the server's log; an open transaction was rolled back by the server, so run again");
    return problem;
  }

  PGconn* raw_;
  db::url address_;
  /// A connection that is lost does not know it any more.
  int server_version_;
  bool holds_all_characters_;
  bool is_shared_ = false;
  std::vector<db::row> settings_of_others_;
  /// For `cancel`: what it needs has to be there when the signal comes.
  std::unique_ptr<PGcancel, free_cancel> cancel_;
  int prepared_count_ = 0;
  /// Unless it is libpqxx's.
  raw_connection owned_;
  std::unique_ptr<pqxx_connection> connection_;
  /// Drops the server's notices, which would otherwise go to standard error.
  pqxx::quiet_errorhandler quiet_;
};

}  // namespace

bool is_shared(const db::connection& connection) {
  const auto* own = dynamic_cast<const postgres::connection*>(&connection);
  return own != nullptr && own->is_shared();
}

std::unique_ptr<connection> connect(const db::url& address) {
  const auto dialed = [&](const std::string& options) { return dial(address, options); };
  return pqxx_backed::opened(address, dialed, is_pooled);
}

}  // namespace retort::postgres
