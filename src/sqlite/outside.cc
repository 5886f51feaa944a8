#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/sql_words.h"
#include "sqlite/connection.h"
#include "sqlite/dialect.h"
#include "sqlite/tokens.h"

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

/// Whether the file that VACUUM INTO writes is not there, or empty: so it must be before.
bool is_unwritten(db::connection& connection, std::string_view sql) {
  const auto all = tokenise(sql);
  const auto into = std::ranges::find_if(all, [](const token& t) { return is_word(t, "INTO"); });
  if (into == all.end()) return false;
  const auto file = sql.substr(static_cast<std::size_t>(into->text.end() - sql.begin()));
  try {
    const auto path =
        connection.query(fmt::format("SELECT {}", file)).rows.at(0).at(0).value_or("file:");
    std::error_code missing;
    const auto size = std::filesystem::file_size(path, missing);
    return !path.starts_with("file:") && (missing || size == 0);
  } catch (const error&) {
    return false;
  }
}

}  // namespace

bool is_vacuum_into(std::string_view sql) {
  const auto words = base::words(sql, base::sql_flavour::sqlite);
  return !words.empty() && words[0] == "vacuum" &&
         std::find(words.begin(), words.end(), "into") != words.end();
}

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

std::string sqlite_dialect::session_memory(std::string_view sql) const {
  // "Built-In Scalar SQL Functions". What a trigger asks is told of the statement that fires it.
  static constexpr std::string_view telling[] = {"last_insert_rowid", "changes", "total_changes"};
  const auto first = base::words(sql, flavour(), 1);
  return first.empty() || first[0] == "create" ? std::string()
                                               : base::called_of(telling, sql, flavour());
}

/// VACUUM and the PRAGMAs that run alone leave the file as it was or anew, and can be run again.
/// Another file that is there may be whole or torn.
evidence sqlite_dialect::settle(db::connection& connection, std::string_view sql,
                                const std::string&) const {
  if (!is_vacuum_into(sql) || is_unwritten(connection, sql)) return evidence::not_done;
  return evidence::none;
}

bool sqlite_dialect::reaches_beyond(std::string_view sql) const {
  const auto words = base::words(sql, flavour());
  return is_vacuum_into(sql) || (!words.empty() && words[0] == "attach");
}

}  // namespace retort::sqlite
