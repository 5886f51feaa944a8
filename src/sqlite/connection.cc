#include "sqlite/connection.h"

#include <fmt/format.h>
#include <retort/error.h>
#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "base/crash_point.h"
#include "base/sql_words.h"
#include "base/text_tools.h"
#include "sqlite/tokens.h"

namespace retort::sqlite {
namespace {

/// 1-based character of a byte offset.
unsigned character_at(std::string_view sql, std::size_t offset) {
  unsigned characters = 1;
  for (char c : sql.substr(0, offset)) {
    if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80U) ++characters;
  }
  return characters;
}

/// Where in the text that was compiled last the error is, in bytes; negative where SQLite does not
/// tell.
int error_offset([[maybe_unused]] sqlite3* database) {
#if SQLITE_VERSION_NUMBER >= 3038000
  return sqlite3_error_offset(database);
#else
  return -1;
#endif
}

/// `begin` is where in `sql` the text begins that SQLite was given.
error last_error(sqlite3* database, std::string_view sql, std::size_t begin = 0) {
  int code = sqlite3_extended_errcode(database);
  bool busy = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED;
  error problem(sqlite3_errmsg(database), busy ? failure::try_again : failure::failed);
  problem.sqlstate = code_name(code);
  int offset = error_offset(database);
  if (offset >= 0) problem.position = character_at(sql, begin + static_cast<std::size_t>(offset));
  if (busy) problem.help("another connection holds the database; try again when it is done");
  if ((code & 0xff) == SQLITE_READONLY || (code & 0xff) == SQLITE_CANTOPEN) {
    problem.help(
        "SQLite writes to the file and makes a journal beside it: check the permissions of "
        "the file and of its folder");
  }
  return problem;
}

int size_for_sqlite(std::string_view text, const char* what) {
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max() - 1)) {
    throw error(fmt::format("{} of {} bytes is more than SQLite takes", what, text.size()));
  }
  return static_cast<int>(text.size());
}

/// Compiles the one statement that `sql` holds; null where it holds none.
statement_handle compile_one(sqlite3* database, std::string_view sql) {
  if (sql.find('\0') != std::string_view::npos) {
    throw error("the SQL holds a NUL character, at which SQLite would stop reading");
  }
  std::size_t begin = 0;
  statement_handle statement;
  // An empty statement, a semicolon by itself, may stand before the real one.
  while (!statement && begin < sql.size()) {
    auto rest = sql.substr(begin);
    sqlite3_stmt* raw = nullptr;
    const char* tail = nullptr;
    int rc =
        sqlite3_prepare_v3(database, rest.data(), size_for_sqlite(rest, "SQL"), 0, &raw, &tail);
    statement.reset(raw);
    if (rc != SQLITE_OK) throw last_error(database, sql, begin);
    begin = static_cast<std::size_t>(tail - sql.data());
  }
  for (const auto& t : tokenise(sql.substr(begin))) {
    if (t.kind == base::token_kind::semicolon) continue;
    error problem("there is a second statement behind the first one");
    problem.position = character_at(sql, static_cast<std::size_t>(t.text.data() - sql.data()));
    throw problem.help("send one statement at a time");
  }
  return statement;
}

/// Which of the values a parameter stands for, from 1. `$2` is the second, as on PostgreSQL; SQLite
/// itself would take it for a name and number it by its place.
int value_number(sqlite3_stmt* statement, int index) {
  const char* name = sqlite3_bind_parameter_name(statement, index);
  if (name == nullptr || *name == '?') return index;
  int number = 0;
  const auto* end = name + std::strlen(name);
  const auto [rest, problem] = std::from_chars(name + 1, end, number);
  if (*name == '$' && problem == std::errc() && rest == end && number > 0) return number;
  throw error(fmt::format("the statement has a parameter {}, and values have no names", name))
      .help("write $1, $2, …");
}

int bind_one(sqlite3_stmt* statement, int index, const db::parameter& value) {
  const auto text = [](std::string_view view) {
    return std::pair(view.data() == nullptr ? "" : view.data(),
                     size_for_sqlite(view, "a parameter"));
  };
  if (const auto* yes = std::get_if<bool>(&value)) {
    return sqlite3_bind_int(statement, index, *yes ? 1 : 0);
  }
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    return sqlite3_bind_int64(statement, index, *integer);
  }
  if (const auto* real = std::get_if<double>(&value)) {
    return sqlite3_bind_double(statement, index, *real);
  }
  if (const auto* words = std::get_if<std::string_view>(&value)) {
    const auto [data, size] = text(*words);
    return sqlite3_bind_text(statement, index, data, size, SQLITE_STATIC);
  }
  if (const auto* blob = std::get_if<db::byte_string>(&value)) {
    const auto [data, size] = text(blob->bytes);
    return sqlite3_bind_blob(statement, index, data, size, SQLITE_STATIC);
  }
  return sqlite3_bind_null(statement, index);
}

void bind(sqlite3* database, sqlite3_stmt* statement, std::span<const db::parameter> parameters,
          std::string_view sql) {
  const int places = sqlite3_bind_parameter_count(statement);
  int wanted = 0;
  for (int place = 1; place <= places; ++place) {
    wanted = std::max(wanted, value_number(statement, place));
  }
  if (static_cast<std::size_t>(wanted) != parameters.size()) {
    throw error(fmt::format("the statement has {} parameters, and {} values were given", wanted,
                            parameters.size()));
  }
  for (int place = 1; place <= places; ++place) {
    const auto number = static_cast<std::size_t>(value_number(statement, place));
    if (bind_one(statement, place, parameters[number - 1]) != SQLITE_OK) {
      throw last_error(database, sql);
    }
  }
}

/// A number in the fewest digits that mean it; SQLite's own text of one is cut to 15 digits.
std::string exact(double real) {
  auto text = fmt::format("{}", real);
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

db::cell read_cell(sqlite3_stmt* statement, int column) {
  int type = sqlite3_column_type(statement, column);
  if (type == SQLITE_NULL) return std::nullopt;
  if (type == SQLITE_FLOAT) return exact(sqlite3_column_double(statement, column));
  const void* bytes = type == SQLITE_BLOB ? sqlite3_column_blob(statement, column)
                                          : sqlite3_column_text(statement, column);
  auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
  return size == 0 ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

/// Whether sqlite3_changes() speaks of this statement; behind any other it still tells of an older
/// one.
bool counts_rows(sqlite3_stmt* statement, std::string_view sql) {
  if (sqlite3_stmt_readonly(statement) != 0) return false;
  for (const auto& t : tokenise(sql.substr(0, 4096))) {
    if (t.kind == base::token_kind::semicolon) continue;
    return is_word(t, "INSERT") || is_word(t, "UPDATE") || is_word(t, "DELETE") ||
           is_word(t, "REPLACE") || is_word(t, "WITH");
  }
  return false;
}

/// Runs a statement whose parameters are bound, to its end.
db::result run(sqlite3* database, sqlite3_stmt* statement, std::string_view sql) {
  db::result out;
  const int columns = sqlite3_column_count(statement);
  for (int i = 0; i < columns; ++i) out.columns.emplace_back(sqlite3_column_name(statement, i));
  for (;;) {
    const int rc = sqlite3_step(statement);
    if (rc == SQLITE_DONE) break;
    if (rc != SQLITE_ROW) throw last_error(database, sql);
    db::row& row = out.rows.emplace_back();
    for (int i = 0; i < columns; ++i) row.push_back(read_cell(statement, i));
  }
  if (counts_rows(statement, sql)) out.affected = sqlite3_changes(database);
  return out;
}

class compiled final : public db::prepared {
 public:
  compiled(sqlite3* database, statement_handle statement, std::string_view sql)
      : database_(database), statement_(std::move(statement)), sql_(sql) {}

  db::result run(std::span<const db::parameter> parameters) override {
    if (!statement_) return {};
    // What it was bound to is gone when the last run's caller is; and an open read would keep
    // COMMIT from ending the transaction.
    const auto reset = [](sqlite3_stmt* raw) {
      sqlite3_reset(raw);
      sqlite3_clear_bindings(raw);
    };
    const std::unique_ptr<sqlite3_stmt, decltype(reset)> at_end(statement_.get(), reset);
    bind(database_, statement_.get(), parameters, sql_);
    return sqlite::run(database_, statement_.get(), sql_);
  }

 private:
  sqlite3* database_;
  statement_handle statement_;
  std::string sql_;
};

}  // namespace

void finalise_statement::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

void close_database::operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }

sqlite_connection::sqlite_connection(database_handle database) : database_(std::move(database)) {
  sqlite3_commit_hook(
      database_.get(),
      [](void* ended) {
        ++*static_cast<unsigned long*>(ended);
        return 0;  // It may commit.
      },
      &ended_);
  sqlite3_rollback_hook(
      database_.get(), [](void* ended) { ++*static_cast<unsigned long*>(ended); }, &ended_);
}

db::result sqlite_connection::query(std::string_view sql,
                                    std::span<const db::parameter> parameters) {
  auto statement = compile(sql);
  if (!statement || (spares_other_files_ && is_vacuum_into(sql))) return {};
  bind(database_.get(), statement.get(), parameters, sql);
  auto result = run(database_.get(), statement.get(), sql);
  base::crash_point();
  return result;
}

std::unique_ptr<db::prepared> sqlite_connection::prepare(std::string_view sql) {
  return std::make_unique<compiled>(database_.get(), compile(sql), sql);
}

void sqlite_connection::copy(std::string_view, std::string_view) {
  throw error("SQLite has no COPY").help("write INSERT statements");
}

void sqlite_connection::execute(std::string_view sql) {
  auto statement = compile(sql);
  if (!statement || (spares_other_files_ && is_vacuum_into(sql))) return;
  bind(database_.get(), statement.get(), {}, sql);
  int rc = SQLITE_ROW;
  while (rc == SQLITE_ROW) rc = sqlite3_step(statement.get());
  if (rc != SQLITE_DONE) throw last_error(database_.get(), sql);
  base::crash_point();
}

void sqlite_connection::begin() { execute("BEGIN IMMEDIATE"); }

void sqlite_connection::commit() {
  base::crash_point();
  execute("COMMIT");
}

void sqlite_connection::cancel() noexcept { sqlite3_interrupt(database_.get()); }

void sqlite_connection::rollback() noexcept {
  // Some errors roll back by themselves; then there is nothing to do.
  if (in_transaction()) sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

bool sqlite_connection::in_transaction() const {
  return sqlite3_get_autocommit(database_.get()) == 0;
}

std::string sqlite_connection::server() const {
  return fmt::format("SQLite {}", sqlite3_libversion());
}

/// Lets the listener use the connection itself.
template <typename Question>
void sqlite_connection::unwatched(Question ask) {
  auto& listener = *std::exchange(listener_, nullptr);
  sqlite3_set_authorizer(database_.get(), nullptr, nullptr);
  try {
    ask(listener);
  } catch (...) {
    watch(listener);
    throw;
  }
  watch(listener);
}

namespace {

/// Whether a statement could be, or hold, a PRAGMA or an ATTACH. The functions `pragma_…` are there
/// for PRAGMAs without side effects alone ("PRAGMA functions").
bool may_set(std::string_view sql) {
  const auto words = base::lower(sql);
  if (words.find("attach") != std::string::npos) return true;
  constexpr std::string_view word = "pragma";
  for (auto at = words.find(word); at != std::string::npos; at = words.find(word, at + 1)) {
    if (words.compare(at + word.size(), 1, "_") != 0) return true;
  }
  return false;
}

/// The table and the column of ALTER TABLE … ADD COLUMN; none: it is another statement, or its
/// table is not one of the main database.
std::optional<std::pair<std::string, std::string>> added_column(std::string_view sql) {
  const auto first = base::words(sql, base::sql_flavour::sqlite, 2);
  if (first.size() < 2 || first[0] != "alter" || first[1] != "table") return std::nullopt;
  const auto all = tokenise(sql);
  std::size_t at = 2;
  if (all.size() > at + 2 && is_symbol(all[at + 1], ".")) {
    if (!base::equals_ignoring_case(name_of(all[at]), "main")) return std::nullopt;
    at += 2;
  }
  const auto table = at++;
  if (all.size() <= at + 1 || !is_word(all[at], "ADD")) return std::nullopt;
  ++at;
  if (is_word(all[at], "COLUMN") && all.size() > at + 1 && is_name(all[at + 1])) ++at;
  return std::pair(name_of(all[table]), name_of(all[at]));
}

}  // namespace

/// Compiles a statement, with the listener's consent.
statement_handle sqlite_connection::compile(std::string_view sql) {
  // Many PRAGMAs take effect while they are compiled already, and inside the authorizer the
  // connection cannot be asked anything; but none comes about without its word.
  if (listener_ != nullptr && may_set(sql)) {
    unwatched([&](statement_listener& listener) { listener.before_setting(); });
  }
  if (const auto added = listener_ != nullptr ? added_column(sql) : std::nullopt) {
    unwatched(
        [&](statement_listener& listener) { listener.before_adding(added->first, added->second); });
  }
  may_drop_.clear();
  for (;;) {
    dropping_.clear();
    try {
      return compile_one(database_.get(), sql);
    } catch (const error&) {
      if (dropping_.empty()) throw;
    }
    const auto table = dropping_;
    unwatched([&](statement_listener& listener) { listener.before_drop(table); });
    may_drop_ = table;
  }
}

int sqlite_connection::authorise(void* self, int action, const char* first, const char* second,
                                 const char* database, const char*) {
  // Called from C: nothing may be thrown through it.
  try {
    auto& connection = *static_cast<sqlite_connection*>(self);
    const auto text = [](const char* name) { return std::string(name ? name : ""); };
    return connection.note(action, text(first), text(second), text(database)) ? SQLITE_OK
                                                                              : SQLITE_DENY;
  } catch (...) {
    return SQLITE_DENY;
  }
}

/// Notes an action; false where the listener must be asked first. "Authorizer Action Codes" say
/// what the arguments are.
bool sqlite_connection::note(int action, const std::string& first, const std::string& second,
                             const std::string& database) {
  switch (action) {
    case SQLITE_DROP_TABLE:
    case SQLITE_DROP_VTABLE:
      if (database == "main" && !is_let_go(base::lower(first))) {
        dropping_ = base::lower(first);
        return false;
      }
      [[fallthrough]];
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
      if (database == "main") changes_.tables.insert(base::lower(first));
      return true;
    case SQLITE_DROP_INDEX:
      if (database == "main") changes_.tables.insert(base::lower(second));
      return true;
    case SQLITE_ALTER_TABLE:
      if (first == "main") changes_.tables.insert(base::lower(second));
      return true;
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_CREATE_TEMP_VIEW:
      changes_.temporary = true;
      return true;
    case SQLITE_CREATE_VTABLE:
      changes_.temporary = changes_.temporary || database == "temp";
      return true;
    case SQLITE_PRAGMA:
      changes_.case_sensitive_like =
          changes_.case_sensitive_like || base::lower(first) == "case_sensitive_like";
      return true;
    default:
      return true;
  }
}

std::string plain_name(const std::string& path) {
  return path.starts_with("file:") ? "./" + path : path;
}

void sqlite_connection::back_up(const std::string& path) {
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(plain_name(path).c_str(), &raw,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  const database_handle copy(raw);
  if (opened != SQLITE_OK) throw last_error(raw, {});
  sqlite3_backup* backup = sqlite3_backup_init(raw, "main", database_.get(), "main");
  if (backup == nullptr) throw last_error(raw, {});
  // The whole at once, as one moment has it.
  sqlite3_backup_step(backup, -1);
  if (sqlite3_backup_finish(backup) != SQLITE_OK) throw last_error(raw, {});
  std::string verdict;
  const auto keep = [](void* into, int, char** values, char**) {
    *static_cast<std::string*>(into) = values[0] == nullptr ? "" : values[0];
    return 0;
  };
  if (sqlite3_exec(raw, "PRAGMA integrity_check(1)", keep, &verdict, nullptr) != SQLITE_OK) {
    throw last_error(raw, {});
  }
  if (verdict != "ok") throw error("the copy is not sound: " + verdict);
}

void sqlite_connection::forbid_files() { sqlite3_limit(database_.get(), SQLITE_LIMIT_ATTACHED, 0); }

void sqlite_connection::take_quoted_names_for_strings(bool yes) {
  for (const int where : {SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL}) {
    sqlite3_db_config(database_.get(), where, yes ? 1 : 0, nullptr);
  }
}

void sqlite_connection::watch(statement_listener& listener) {
  listener_ = &listener;
  sqlite3_set_authorizer(database_.get(), &sqlite_connection::authorise, this);
}

void sqlite_connection::end_watch() {
  listener_ = nullptr;
  sqlite3_set_authorizer(database_.get(), nullptr, nullptr);
}

watched_changes sqlite_connection::take_changes() { return std::exchange(changes_, {}); }

}  // namespace retort::sqlite
