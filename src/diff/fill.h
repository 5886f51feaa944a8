#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dialect/dialect.h"
#include "diff/candidates.h"
#include "model/schema.h"

namespace retort::diff {

/// What a person is told of a value that rows get: "rows without a value get '' in users.name".
std::string guess_text(const std::string& value, const std::string& column);

/// Whether a row that says nothing of the column gets something by its default: `NULL::text` is
/// none.
bool has_default_value(const model::column& column);

/// The default where it is the same in all rows; empty: there is none, or it is not.
std::string constant_default(const model::column& column);

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
  /// type or else a constant that its checks let pass; where values must differ, something made of
  /// the row's number that they let pass in as many rows as can be. Empty: nothing is known to fit.
  /// `among`: whether other rows have values already.
  std::string value(const model::column& column, bool among = false) const;

  /// The same for one of several new rows: a value of its own where it must differ from the others.
  std::string value_of_many(const model::column& column) const;

  /// Whether its type, a domain, wants a value and has none to give.
  bool must_have_value(const model::column& column) const;
  /// Whether each row gets something of its own.
  bool is_numbered(const model::column& column) const;
  /// Whether that is its number, as it is.
  bool is_plain_number(const model::column& column) const;
  /// Whether what it gets is made of what else its row has.
  bool is_of_row(const model::column& column) const;
  /// Whether a value is known that its checks let pass, as far as they can be asked yet.
  bool fits(const model::column& column) const;
  /// What a person is told of the value: also where none is known that the checks let pass, or
  /// where there are only so many.
  std::string told(const model::column& column) const;

  /// SQLite: what the column holds where that is an integer or looks like one, else a number that
  /// no other row has.
  std::string integer(const model::column& column) const;

  /// The statement that fills a column where it is NULL; empty: nothing is known to fit.
  std::string statement(const model::column& column) const;

 private:
  /// A constant, and whether the checks let it pass.
  struct chosen_constant {
    std::string value;
    bool fits = true;
    /// Made of what else the row has.
    bool is_of_row = false;
  };
  /// Checks that share new columns, those columns, and the others in them.
  struct joint_group {
    std::vector<const model::column*> open;
    std::vector<const model::column*> kept;
    std::vector<const model::check*> checks;
  };
  /// What differs from row to row, and how many rows may have it; none: more than anybody asks.
  struct chosen_number {
    std::string pattern;
    std::optional<std::size_t> rows;
  };
  struct chosen_values {
    std::optional<chosen_constant> constant;
    std::optional<chosen_number> number;
  };

  value_rules rules_of(const model::column& column) const;
  chosen_values& chosen(const model::column& column) const;
  const chosen_constant& constant(const model::column& column) const;
  const chosen_number& number(const model::column& column) const;
  chosen_constant find_constant(const model::column& column) const;
  /// PostgreSQL: chooses for the column, and for others with it, what the checks of several columns
  /// let pass, too; false: there are none, or they cannot be tried.
  bool find_jointly(const model::column& column) const;
  bool is_open(const model::column& column) const;
  joint_group group_of(const model::column& column) const;
  std::vector<std::string> values_for(const model::column& column, const joint_group& all) const;
  std::string rows_of(const joint_group& all) const;
  chosen_number find_number(const model::column& column) const;
  std::string distinct(const model::column& column, const std::string& n) const;
  std::string row_number(const model::column& column, const std::string& order) const;
  std::string largest(const model::column& column, const char* over) const;
  std::string numbering_statement(const model::column& column) const;
  std::string fresh_statement(const model::column& column) const;
  std::string in_order(const model::column& column, const std::string& values) const;
  std::vector<std::string> referred_columns(const model::foreign_key& key) const;
  std::string referred_row(const model::column& column) const;
  const model::foreign_key* one_to_one(const model::column& column) const;
  std::string referred_rows(const model::foreign_key& key) const;
  std::string own_referred_row(const model::column& column, bool among) const;
  std::string referring_statement(const model::column& column) const;
  std::string trial_value(const model::column& column, const std::string& value) const;
  std::string conditions(const model::column& column, std::string_view in_all) const;
  bool passes(const model::column& column, const std::string& value) const;
  bool differ(const model::column& column, const std::string& pattern, std::size_t rows) const;
  void improve(const model::column& column, const std::string& pattern, chosen_number& best) const;
  const model::table* old_table() const;
  std::vector<std::vector<std::string>> keys_of(const model::column& column) const;
  const model::object* domain_of(const std::string& raw_type) const;
  std::string base_type(const std::string& raw_type) const;
  bool is_sqlite() const { return target_.flavour() == base::sql_flavour::sqlite; }
  std::vector<const model::check*> checks_of(const model::column& column) const;

  const model::table& table_;
  const model::schema& all_;
  const dialect::dialect& target_;
  const trial& holds_;
  const model::schema* before_;
  /// By the column's name and default.
  mutable std::map<std::pair<std::string, std::string>, chosen_values> chosen_;
};

}  // namespace retort::diff
