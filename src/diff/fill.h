#pragma once

#include <functional>
#include <string>

#include "dialect/dialect.h"
#include "model/schema.h"

namespace retort::diff {

/// What a person is told of a value that rows get: "rows without a value get '' in users.name".
std::string guess_text(const std::string& value, const std::string& column);

/// Whether a row that says nothing of the column gets something by its default: `NULL::text` is
/// none.
bool has_default_value(const model::column& column);

/// The default where it is the same in all rows; empty: there is none, or it is not.
std::string constant_default(const model::column& column);
/// Whether a type, in small letters, holds dates or times.
bool is_date(const std::string& type);

/// Whether the database takes a query, and gives true in its only cell; empty: it cannot be asked.
using trial = std::function<bool(const std::string& query)>;

/// For what rows that are there get in a column that has to have a value.
class filler {
 public:
  /// The arguments outlive it. `all` is the schema that the table is to belong to, `before` what
  /// the other tables may still be like when the rows get their values; null: they are like that
  /// already.
  filler(const model::table& table, const model::schema& all, const dialect::dialect& target,
         const trial& holds, const model::schema* before = nullptr)
      : table_(table), all_(all), target_(target), holds_(holds), before_(before) {}

  /// SQL for it: the column's default, a row of the table that it refers to, what is nothing in its
  /// type or else a constant that its checks let pass; where values must differ, something with the
  /// row's number. Empty: nothing is known to fit. `among`: whether other rows have values already.
  std::string value(const model::column& column, bool among = false) const;

  /// The same for one of several new rows: a value of its own where it must differ from the others.
  std::string value_of_many(const model::column& column) const;

  /// Whether its type, a domain, wants a value and has none to give.
  bool must_have_value(const model::column& column) const;
  /// Whether each row gets something of its own.
  bool is_numbered(const model::column& column) const;

  /// SQLite: what the column holds where that is an integer or looks like one, else a number that
  /// no other row has.
  std::string integer(const model::column& column) const;

  /// The statement that fills a column where it is NULL; empty: nothing is known to fit.
  std::string statement(const model::column& column) const;

 private:
  std::string nothing_in(const model::column& column) const;
  std::string numbered(const model::column& column, const std::string& n) const;
  std::string distinct(const model::column& column, const std::string& n) const;
  std::string largest(const model::column& column, const char* over) const;
  std::string referred_row(const model::column& column) const;
  std::string allowed(const model::column& column, const std::string& nothing) const;
  bool passes(const model::column& column, const std::string& value) const;
  bool is_unique(const model::column& column) const;
  const model::object* domain_of(const model::column& column) const;
  bool is_sqlite() const { return target_.flavour() == base::sql_flavour::sqlite; }
  std::vector<const model::check*> checks_of(const model::column& column) const;

  const model::table& table_;
  const model::schema& all_;
  const dialect::dialect& target_;
  const trial& holds_;
  const model::schema* before_;
};

}  // namespace retort::diff
