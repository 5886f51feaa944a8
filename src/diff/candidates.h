#pragma once

#include <string>
#include <vector>

#include "base/sql_lexer.h"
#include "model/table.h"

namespace retort::diff {

/// What is known of the values that a column may have.
struct value_rules {
  const model::table& about;
  base::sql_flavour flavour = base::sql_flavour::postgresql;
  /// As it is cast to.
  std::string type = {};
  /// In small letters, and under a domain the one that it is made of.
  std::string base_type = {};
  /// What is nothing in it, as SQL; empty: nothing is known.
  std::string nothing = {};
  /// What is nothing in an array's elements.
  std::string nothing_in_element = {};
  /// Those of an enumeration, as SQL.
  std::vector<std::string> values = {};
  /// SQL of the conditions that are about this column alone.
  std::vector<std::string> conditions = {};
};

/// SQL of constants that come to mind, the plainest first. Which of them are allowed the database
/// has to say.
std::vector<std::string> constant_candidates(const value_rules& rules);

/// SQL of what differs from number to number, the plainest first, with a `hole` for an integer from
/// 1 on. Empty: nothing is known to.
std::vector<std::string> numbered_candidates(const value_rules& rules);

/// The first of the constants for the first number, and so on.
std::string numbered_choice(const std::vector<std::string>& constants, const value_rules& rules);

/// Of a type in SQLite, in small letters.
bool is_blob_type(const std::string& type);
/// Whether a type, in small letters, holds dates or times.
bool is_date(const std::string& type);
/// The n of `type(n)`; 0: it has none.
std::size_t number_in(const std::string& type);

}  // namespace retort::diff
