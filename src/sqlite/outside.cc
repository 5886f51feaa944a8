#include <string>

#include "base/sql_words.h"
#include "sqlite/dialect.h"

namespace retort::sqlite {

using dialect::evidence;
using dialect::outside;

outside sqlite_dialect::classify(const retort::dialect::statement& statement) const {
  if (statement.code != nullptr) return outside::piecemeal;
  if (!statement.change.empty()) return outside::wrapped;
  const auto keyword = base::transaction_keyword(statement.sql, flavour());
  const auto words = base::words(statement.sql, flavour());
  const auto first = words.empty() ? std::string() : words[0];
  if (keyword == "begin" || first == "savepoint") return outside::opens;
  if (!keyword.empty() || first == "release") return outside::closes;
  // "PRAGMA Statements": several do nothing in a transaction.
  if (first == "pragma" || first == "attach" || first == "detach") return outside::setting;
  return first == "vacuum" ? outside::alone : outside::wrapped;
}

/// VACUUM leaves the file as it was or anew, and can be run again.
evidence sqlite_dialect::settle(db::connection&, std::string_view) const {
  return evidence::not_done;
}

}  // namespace retort::sqlite
