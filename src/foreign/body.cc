#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <retort/error.h>

#include "base/sql_words.h"
#include "base/text_tools.h"
#include "foreign/readers.h"
#include "script/marker.h"
#include "script/split.h"

namespace retort::foreign {
namespace {

using base::sql_flavour;
using base::token_kind;
using statements = std::vector<script::sql_statement>;
using words = std::vector<std::string>;

constexpr std::array both = {sql_flavour::sqlite, sql_flavour::postgresql};

std::optional<statements> try_split(std::string_view sql, sql_flavour flavour) {
  try {
    return script::split(sql, flavour);
  } catch (const error&) {
    return std::nullopt;
  }
}

std::size_t transaction_statements(const statements& all, sql_flavour flavour) {
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& one) {
    return !base::transaction_keyword(one.sql, flavour).empty();
  }));
}

/// The statements by the grammar that sees the fewest which begin or end a transaction: END is one
/// only to the grammar that does not know what it closes.
struct reading {
  statements all;
  sql_flavour flavour = sql_flavour::sqlite;
  std::size_t transactions = 0;
};

std::optional<reading> best_reading(std::string_view sql) {
  std::optional<reading> best;
  for (const auto flavour : both) {
    auto all = try_split(sql, flavour);
    if (!all) continue;
    const std::size_t count = transaction_statements(*all, flavour);
    if (!best || count < best->transactions) best = reading{std::move(*all), flavour, count};
  }
  return best;
}

/// With nothing behind it that would be lost with the statement.
bool is_plain_begin(const words& all) {
  if (all.empty() || (all[0] != "begin" && all[0] != "start")) return false;
  return std::all_of(all.begin() + 1, all.end(), [](const std::string& word) {
    return word == "transaction" || word == "work" || word == "immediate" || word == "deferred" ||
           word == "exclusive";
  });
}

bool is_plain_commit(const words& all) {
  if (all.empty() || (all[0] != "commit" && all[0] != "end")) return false;
  return std::all_of(all.begin() + 1, all.end(), [](const std::string& word) {
    return word == "transaction" || word == "work";
  });
}

bool spans_whole(const reading& seen) {
  return seen.transactions == 2 && seen.all.size() >= 2 &&
         is_plain_begin(base::words(seen.all.front().sql, seen.flavour)) &&
         is_plain_commit(base::words(seen.all.back().sql, seen.flavour));
}

/// Takes a statement out, with its semicolon, and with its line where nothing else is on it.
void erase_statement(std::string& sql, const script::sql_statement& statement) {
  std::size_t line = 0;
  for (unsigned n = 1; n < statement.line; ++n) line = sql.find('\n', line) + 1;
  std::size_t begin = line + base::byte_of_character(sql.substr(line), statement.column);
  std::size_t end = begin + statement.sql.size();
  const std::size_t semicolon = sql.find_first_not_of(" \t\n", end);
  if (semicolon != std::string::npos && sql[semicolon] == ';') end = semicolon + 1;
  const std::size_t next = sql.find_first_not_of(" \t", end);
  const bool ends_line = next == std::string::npos || sql[next] == '\n';
  if (ends_line && sql.find_first_not_of(" \t", line) == begin) {
    begin = line;
    end = next == std::string::npos ? sql.size() : next + 1;
  }
  sql.erase(begin, end - begin);
}

/// PostgreSQL's "SQL Commands" say of each in its notes that it cannot run in a transaction block;
/// VACUUM is one in SQLite, too.
bool refuses_transaction(const words& all) {
  const auto begins = [&](std::string_view first, std::string_view second = "") {
    return !all.empty() && all[0] == first &&
           (second.empty() || (all.size() > 1 && all[1] == second));
  };
  const auto has = [&](std::string_view word) {
    return std::find(all.begin(), all.end(), word) != all.end();
  };
  if (begins("vacuum") || begins("alter", "system")) return true;
  for (const auto* verb : {"create", "drop"}) {
    if (begins(verb, "database") || begins(verb, "tablespace")) return true;
    const auto index = std::find(all.begin(), all.end(), "index");
    if (begins(verb) && all.end() - index > 1 && index[1] == "concurrently") return true;
  }
  return has("concurrently") && (begins("reindex") || (begins("alter", "table") && has("detach")));
}

bool is_marker(std::string_view comment) {
  return comment.starts_with("--") && script::looks_like_marker(comment.substr(2));
}

void refuse_markers(const script::source_text& source, std::size_t begin, std::string_view sql,
                    sql_flavour flavour) {
  base::sql_lexer lexer(sql, flavour);
  for (auto t = lexer.next(); t.kind != token_kind::end; t = lexer.next()) {
    if (t.kind != token_kind::comment || !is_marker(lexer.text(t))) continue;
    throw source
        .at(begin + t.begin,
            "a comment that Retort would take for a section's beginning, "
            "so nothing is imported")
        .help("reword it in the source");
  }
}

token_kind last_token(std::string_view sql, sql_flavour flavour) {
  base::sql_lexer lexer(sql, flavour);
  auto last = token_kind::semicolon;
  for (auto t = lexer.next(); t.kind != token_kind::end; t = lexer.next()) {
    if (t.kind != token_kind::space && t.kind != token_kind::comment) last = t.kind;
  }
  return last;
}

}  // namespace

bool is_only_comments(std::string_view text) {
  const auto found = try_split(text, sql_flavour::postgresql);
  return found && found->empty();
}

bool is_closed(std::string_view sql) {
  return std::all_of(both.begin(), both.end(), [&](sql_flavour flavour) {
    return last_token(sql, flavour) == token_kind::semicolon;
  });
}

void require_loadable(const script::source_text& source, std::size_t begin, std::size_t end) {
  const std::string_view sql = source.text().substr(begin, end - begin);
  const unsigned line = base::position_at(source.text(), begin).line;
  const bool known = std::any_of(both.begin(), both.end(), [&](sql_flavour flavour) {
    return try_split(sql, flavour).has_value();
  });
  if (!known) script::split(sql, sql_flavour::postgresql, line, source.path());
  for (const auto flavour : both) refuse_markers(source, begin, sql, flavour);
}

body made_body(std::string sql, bool transaction, std::string_view name,
               std::vector<std::string>& notes) {
  body made{std::move(sql), transaction};
  if (!transaction) return made;
  const auto seen = best_reading(made.sql);
  if (!seen || seen->transactions == 0) return made;
  if (spans_whole(*seen)) {
    erase_statement(made.sql, seen->all.back());
    erase_statement(made.sql, seen->all.front());
    return made;
  }
  made.transaction = false;
  notes.push_back(fmt::format(
      "{} begins or ends transactions of its own: it runs with transaction:false", name));
  return made;
}

body made_body_as_needed(std::string sql, std::string_view name, std::vector<std::string>& notes) {
  for (const auto& statement : try_split(sql, sql_flavour::postgresql).value_or(statements())) {
    if (!refuses_transaction(base::words(statement.sql, sql_flavour::postgresql))) continue;
    notes.push_back(
        fmt::format("{} cannot run in a transaction ({}): it runs with "
                    "transaction:false",
                    name, base::first_line(statement.sql)));
    return {std::move(sql), false};
  }
  return made_body(std::move(sql), true, name, notes);
}

}  // namespace retort::foreign
