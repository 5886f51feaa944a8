#pragma once

#include <concepts>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <retort/migration.h>

// Data migrations in C++: what `op.run([](retort::connection& db) { … })` works with.
//
//     op.run([](retort::connection& db) {
//       auto insert = db.prepare("INSERT INTO domains (user_id, domain) VALUES ($1, $2)");
//       for (const auto& user : db.query("SELECT id, email FROM users WHERE active = $1", {true}))
//       {
//         const auto email = user.get<std::string>("email");
//         insert.execute({user.get<long long>("id"), email.substr(email.find('@') + 1)});
//       }
//     });
//
// `$1`, `$2`, … stand for values on both databases. Every call throws `retort::error` with the
// database's words; let it pass, and the migration fails and leaves nothing.

namespace retort {
namespace db {
class connection;
class prepared;
struct result;
}  // namespace db
namespace dialect {
class dialect;
}

inline namespace abi_1 {

/// What the rows of a result have in common.
struct result_shape {
  std::vector<std::string> columns;
  /// Whether bytes come as the text `\x0a0b`.
  bool hex_bytes = false;
};

/// One row of a result. A value of its own.
class result_row {
 public:
  result_row(std::shared_ptr<const result_shape> shape,
             std::vector<std::optional<std::string>> cells)
      : shape_(std::move(shape)), cells_(std::move(cells)) {}

  /// A value by its column's name, or by its place, which counts from 0. `T`: bool, an integer, a
  /// floating-point number, std::string, std::vector<std::byte>, or std::optional of one of these.
  /// Throws `retort::error` where there is no such column, where the value is NULL and T is not
  /// optional, and where the value is no T: nothing is cut or wrapped, and no integer is rounded.
  template <class T>
  T get(text column) const {
    return get<T>(place_of(column));
  }
  template <class T>
  T get(std::size_t place) const;

  bool is_null(text column) const { return is_null(place_of(column)); }
  bool is_null(std::size_t place) const;
  std::size_t size() const { return cells_.size(); }

 private:
  std::size_t place_of(text column) const;
  bool as_bool(std::size_t place) const;
  long long as_signed(std::size_t place, long long least, long long most) const;
  unsigned long long as_unsigned(std::size_t place, unsigned long long most) const;
  double as_real(std::size_t place) const;
  float as_float(std::size_t place) const;
  const std::string& as_string(std::size_t place) const;
  std::vector<std::byte> as_bytes(std::size_t place) const;

  std::shared_ptr<const result_shape> shape_;
  std::vector<std::optional<std::string>> cells_;
};

/// A statement that was prepared once, to be run often. Refers to its connection.
class prepared_statement {
 public:
  prepared_statement(std::unique_ptr<db::prepared> real, bool hex_bytes);
  prepared_statement(prepared_statement&&) noexcept;
  ~prepared_statement();

  /// As of `connection`.
  long long execute(row parameters = {});
  std::vector<result_row> query(row parameters = {});

 private:
  std::unique_ptr<db::prepared> real_;
  bool hex_bytes_;
};

/// Takes the rows of `connection::bulk_insert`, one a call, its values in the order of the columns.
class row_writer {
 public:
  row_writer(db::connection& real, const dialect::dialect& target, text schema, text table,
             names columns);
  ~row_writer();
  row_writer(const row_writer&) = delete;
  row_writer& operator=(const row_writer&) = delete;

  void operator()(row values);
  /// Sends what is left, and returns how many rows there were.
  long long finish();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// The database, as a migration sees it: on its connection and in its transaction, which is the
/// runner's to begin and to end.
class connection {
 public:
  /// Both outlive this.
  connection(db::connection& real, const dialect::dialect& target) : real_(real), target_(target) {}
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// "sqlite" or "postgresql".
  text dialect() const;

  // Each takes one statement. It cannot end the migration's transaction; a function or trigger with
  // semicolons in it belongs into `op.execute`.

  /// The rows of one statement, all of them: ask for large tables in portions.
  std::vector<result_row> query(text sql, row parameters = {});
  /// Runs one statement and returns how many rows it touched.
  long long execute(text sql, row parameters = {});
  prepared_statement prepare(text sql);

  /// Puts many rows into a table in the fastest way of the database (PostgreSQL: COPY), and returns
  /// how many there were:
  ///
  ///     db.bulk_insert("words", {"id", "word"}, [&](retort::row_writer& put) {
  ///       for (const auto& [id, word] : words) put({id, word});
  ///     });
  template <class Fill>
  long long bulk_insert(text table, names columns, Fill&& fill, schema_option options = {}) {
    row_writer rows(real_, target_, options.schema, table, columns);
    fill(rows);
    return rows.finish();
  }

 private:
  void require_one_statement(text sql) const;
  bool hex_bytes() const;

  db::connection& real_;
  const dialect::dialect& target_;
};

namespace detail {
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
}  // namespace detail

template <class T>
T result_row::get(std::size_t place) const {
  if constexpr (detail::is_optional<T>) {
    if (is_null(place)) return std::nullopt;
    return get<typename T::value_type>(place);
  } else if constexpr (std::same_as<T, bool>) {
    return as_bool(place);
  } else if constexpr (std::signed_integral<T>) {
    using limits = std::numeric_limits<T>;
    return static_cast<T>(as_signed(place, limits::min(), limits::max()));
  } else if constexpr (std::unsigned_integral<T>) {
    return static_cast<T>(as_unsigned(place, std::numeric_limits<T>::max()));
  } else if constexpr (std::floating_point<T>) {
    if constexpr (std::same_as<T, float>) return as_float(place);
    return static_cast<T>(as_real(place));
  } else if constexpr (std::same_as<T, std::string>) {
    return as_string(place);
  } else {
    static_assert(std::same_as<T, std::vector<std::byte>>,
                  "get<T>: T is bool, a number, std::string, std::vector<std::byte>, or "
                  "std::optional of one");
    return as_bytes(place);
  }
}

}  // namespace abi_1
}  // namespace retort
