#include <retort/data.h>

#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <retort/error.h>

#include "base/sql_words.h"
#include "base/text_tools.h"
#include "db/connection.h"
#include "dialect/dialect.h"

namespace retort {
inline namespace abi_1 {
namespace {

using base::string_of;

db::parameter parameter_of(const value& given) {
  const std::string_view words(given.words.data(), given.words.size());
  switch (given.what) {
    case value::kind::null:
      return {};
    case value::kind::boolean:
      return given.integer != 0;
    case value::kind::integer:
      return std::int64_t{given.integer};
    case value::kind::real:
      return given.real;
    case value::kind::string:
      return words;
    case value::kind::blob:
      return db::byte_string{words};
    case value::kind::sql:
      break;
  }
  throw error(fmt::format("computed(\"{}\") is SQL, and no value for a parameter", words))
      .help("write it into the statement");
}

std::vector<db::parameter> parameters_of(row values) {
  std::vector<db::parameter> result;
  for (const auto& one : values) result.push_back(parameter_of(one));
  return result;
}

std::vector<result_row> rows_of(db::result&& result, bool hex_bytes) {
  const auto shape =
      std::make_shared<const result_shape>(result_shape{std::move(result.columns), hex_bytes});
  std::vector<result_row> rows;
  rows.reserve(result.rows.size());
  for (auto& cells : result.rows) rows.emplace_back(shape, std::move(cells));
  return rows;
}

/// Calls `send`; what the database says about the statement is shown in it, and not in what the
/// migration's place has.
template <class Send>
auto told(std::string_view sql, Send send) {
  try {
    return send();
  } catch (error& problem) {
    const auto at = base::position_at(sql, base::byte_of_character(sql, problem.position));
    problem.note(fmt::format("in: {}", at.line_text));
    if (problem.position != 0) problem.note(std::string(at.column - 1 + 4, ' ') + "^");
    problem.position = 0;
    throw;
  }
}

error no_such(const std::string& column, std::string_view value, const char* what) {
  return error(fmt::format("column {} is no {}: '{}'", column, what, value));
}

/// All of the text as a number; none where it is not one, or too large.
template <class Number>
std::optional<Number> number_of(const std::string& text) {
  Number result{};
  const char* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, result);
  if (problem != std::errc() || rest != end) return std::nullopt;
  return result;
}

}  // namespace

std::size_t result_row::place_of(text column) const {
  const auto wanted = string_of(column);
  for (std::size_t place = 0; place < shape_->columns.size(); ++place) {
    if (shape_->columns[place] == wanted) return place;
  }
  throw error(fmt::format("the result has no column {}", wanted))
      .help(base::did_you_mean(wanted, shape_->columns));
}

bool result_row::is_null(std::size_t place) const {
  if (place >= cells_.size()) {
    throw error(fmt::format("the result has {} columns, and none at {}", cells_.size(), place));
  }
  return !cells_[place];
}

const std::string& result_row::as_string(std::size_t place) const {
  if (!is_null(place)) return *cells_[place];
  throw error(fmt::format("column {} is NULL", shape_->columns[place]))
      .help("read it as std::optional");
}

bool result_row::as_bool(std::size_t place) const {
  const auto& text = as_string(place);
  if (text == "t" || text == "1") return true;
  if (text == "f" || text == "0") return false;
  throw no_such(shape_->columns[place], text, "boolean");
}

long long result_row::as_signed(std::size_t place, long long least, long long most) const {
  const auto& text = as_string(place);
  const auto number = number_of<long long>(text);
  if (number && *number >= least && *number <= most) return *number;
  throw no_such(shape_->columns[place], text, number ? "integer of this size" : "integer");
}

unsigned long long result_row::as_unsigned(std::size_t place, unsigned long long most) const {
  const auto& text = as_string(place);
  const auto number = number_of<unsigned long long>(text);
  if (number && *number <= most) return *number;
  throw no_such(shape_->columns[place], text, "unsigned integer of this size");
}

double result_row::as_real(std::size_t place) const {
  const auto& text = as_string(place);
  const auto number = number_of<double>(text);
  if (!number) throw no_such(shape_->columns[place], text, "number");
  const auto integer = number_of<long long>(text);
  // 2^53: behind it not every integer is a double.
  constexpr long long exact = 1LL << 53;
  if (integer && (*integer > exact || *integer < -exact) &&
      fmt::format("{:.0f}", *number) != text) {
    throw no_such(shape_->columns[place], text, "double without being rounded");
  }
  return *number;
}

float result_row::as_float(std::size_t place) const {
  const auto real = as_real(place);
  const auto result = static_cast<float>(real);
  const bool is_integer = real == std::trunc(real);
  if ((std::isinf(result) && !std::isinf(real)) ||
      (is_integer && static_cast<double>(result) != real)) {
    throw no_such(shape_->columns[place], as_string(place), "float without being rounded");
  }
  return result;
}

std::vector<std::byte> result_row::as_bytes(std::size_t place) const {
  const auto& text = as_string(place);
  std::optional<std::string> decoded;
  if (shape_->hex_bytes) {
    // PostgreSQL: "Binary Data Types", "bytea Hex Format"; sessions have bytea_output so.
    if (text.starts_with("\\x")) decoded = base::unhex(text.substr(2));
    if (!decoded) throw no_such(shape_->columns[place], text, "bytea");
  }
  const auto& bytes = decoded ? *decoded : text;
  const auto* first = reinterpret_cast<const std::byte*>(bytes.data());
  return {first, first + bytes.size()};
}

prepared_statement::prepared_statement(std::unique_ptr<db::prepared> real, bool hex_bytes)
    : real_(std::move(real)), hex_bytes_(hex_bytes) {}
prepared_statement::prepared_statement(prepared_statement&&) noexcept = default;
prepared_statement::~prepared_statement() = default;

long long prepared_statement::execute(row parameters) {
  return real_->run(parameters_of(parameters)).affected;
}

std::vector<result_row> prepared_statement::query(row parameters) {
  return rows_of(real_->run(parameters_of(parameters)), hex_bytes_);
}

struct row_writer::state {
  db::connection& real;
  const dialect::dialect& target;
  model::bulk_insert waiting;
  long long written = 0;

  void send() {
    std::vector<dialect::statement> statements;
    target.write({waiting, {}}, statements);
    for (const auto& statement : statements) {
      statement.rows.empty() ? real.execute(statement.sql)
                             : real.copy(statement.sql, statement.rows);
    }
    written += static_cast<long long>(waiting.rows.size());
    waiting.rows.clear();
  }
};

row_writer::row_writer(db::connection& real, const dialect::dialect& target, text schema,
                       text table, names columns)
    : state_(std::make_unique<state>(state{real, target, {}})) {
  auto& made = state_->waiting;
  made.table = {string_of(schema), string_of(table)};
  for (const auto& column : columns) made.columns.push_back(string_of(column));
  model::require_different(made.columns, "bulk_insert into " + made.table.display());
}

row_writer::~row_writer() = default;

void row_writer::operator()(row values) {
  auto& waiting = state_->waiting;
  if (values.size() != waiting.columns.size()) {
    throw error(fmt::format("bulk_insert into {}: a row has {} values for {} columns",
                            waiting.table.display(), values.size(), waiting.columns.size()));
  }
  auto& kept = waiting.rows.emplace_back();
  for (const auto& one : values) kept.push_back(model::value_of(one));
  constexpr std::size_t portion = 5000;
  if (waiting.rows.size() == portion) state_->send();
}

long long row_writer::finish() {
  if (!state_->waiting.rows.empty()) state_->send();
  return state_->written;
}

text connection::dialect() const { return target_.name(); }

bool connection::hex_bytes() const { return target_.name() == "postgresql"; }

void connection::require_one_statement(text sql) const {
  const std::string_view words(sql.data(), sql.size());
  base::sql_lexer lexer(words, target_.flavour());
  bool begun = false;
  bool ended = false;
  for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
    if (t.kind == base::token_kind::space || t.kind == base::token_kind::comment) continue;
    if (t.kind == base::token_kind::semicolon) {
      ended = begun;
      continue;
    }
    if (ended) {
      throw error("there is a second statement behind the first one")
          .help("send one statement at a time");
    }
    begun = true;
  }
  if (!real_.in_transaction()) return;
  const auto keyword = base::transaction_keyword(words, target_.flavour());
  if (keyword.empty()) return;
  throw error(fmt::format("{} inside a migration's transaction", base::upper(keyword)))
      .help("remove it, or write `.transaction = false`");
}

std::vector<result_row> connection::query(text sql, row parameters) {
  require_one_statement(sql);
  const std::string_view words(sql.data(), sql.size());
  return told(words,
              [&] { return rows_of(real_.query(words, parameters_of(parameters)), hex_bytes()); });
}

long long connection::execute(text sql, row parameters) {
  require_one_statement(sql);
  const std::string_view words(sql.data(), sql.size());
  return told(words, [&] { return real_.query(words, parameters_of(parameters)).affected; });
}

prepared_statement connection::prepare(text sql) {
  require_one_statement(sql);
  const std::string_view words(sql.data(), sql.size());
  return {told(words, [&] { return real_.prepare(words); }), hex_bytes()};
}

}  // namespace abi_1
}  // namespace retort
