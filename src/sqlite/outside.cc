#include <algorithm>
#include <string>
#include <vector>

#include "base/sql_words.h"
#include "sqlite/dialect.h"

namespace retort::sqlite {

using dialect::evidence;
using dialect::outside;

namespace {

/// "PRAGMA Statements": what stays in the file, what does nothing in a transaction, and what lives
/// with the connection.
outside classify_pragma(const std::vector<std::string>& words) {
  const std::size_t name = words.size() > 3 && words[2] == "." ? 3 : 1;
  const auto& pragma = words.size() > name ? words[name] : words[0];
  if (pragma == "user_version" || pragma == "application_id") return outside::wrapped;
  const bool alone = pragma == "journal_mode" || pragma == "wal_checkpoint" ||
                     pragma == "incremental_vacuum" || pragma == "optimize";
  return alone ? outside::alone : outside::setting;
}

/// VACUUM INTO writes another file.
bool has_into(const std::vector<std::string>& words) {
  return !words.empty() && words[0] == "vacuum" &&
         std::find(words.begin(), words.end(), "into") != words.end();
}

}  // namespace

outside sqlite_dialect::classify(const retort::dialect::statement& statement) const {
  if (statement.code != nullptr) return outside::piecemeal;
  if (!statement.change.empty()) return outside::wrapped;
  const auto keyword = base::transaction_keyword(statement.sql, flavour());
  const auto words = base::words(statement.sql, flavour());
  const auto first = words.empty() ? std::string() : words[0];
  if (keyword == "begin" || first == "savepoint") return outside::opens;
  if (!keyword.empty() || first == "release") return outside::closes;
  if (first == "pragma") return classify_pragma(words);
  if (first == "attach" || first == "detach") return outside::setting;
  return first == "vacuum" ? outside::alone : outside::wrapped;
}

/// VACUUM and the PRAGMAs that run alone leave the file as it was or anew, and can be run again.
evidence sqlite_dialect::settle(db::connection&, std::string_view sql, const std::string&) const {
  return has_into(base::words(sql, flavour())) ? evidence::none : evidence::not_done;
}

bool sqlite_dialect::reaches_beyond(std::string_view sql) const {
  const auto words = base::words(sql, flavour());
  return has_into(words) || (!words.empty() && words[0] == "attach");
}

}  // namespace retort::sqlite
