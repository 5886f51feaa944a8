#include "engine/outside_steps.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/sql_words.h"
#include "base/text_tools.h"
#include "engine/failure.h"

namespace retort::engine {
namespace {

/// Behind the statement that ends the transaction which `first` opens. SQLite's savepoints nest,
/// and the outermost can be a transaction by itself.
std::size_t end_of_transaction(const std::vector<dialect::statement>& statements, std::size_t first,
                               const dialect::dialect& target) {
  int depth = 0;
  for (std::size_t index = first; index < statements.size(); ++index) {
    const auto words = base::words(statements[index].sql, target.flavour(), 1);
    const auto kind = target.classify(statements[index]);
    const bool releases = !words.empty() && words[0] == "release";
    if (kind == dialect::outside::opens) ++depth;
    if (kind == dialect::outside::closes) depth = releases ? depth - 1 : 0;
    if (depth == 0) return index + 1;
  }
  return statements.size();
}

using word_list = std::vector<std::string>;

template <std::size_t N>
bool is_one_of(const std::string& word, const std::array<const char*, N>& list) {
  return std::ranges::find(list, word) != list.end();
}

/// The name behind the words that lead to it, without its schema and its quotes.
std::string name_behind(const word_list& all, std::size_t at) {
  static constexpr std::array lead = {"table",        "view", "sequence", "recursive",
                                      "materialized", "if",   "not",      "exists"};
  while (at < all.size() && is_one_of(all[at], lead)) ++at;
  if (at + 2 < all.size() && all[at + 1] == ".") at += 2;
  if (at >= all.size()) return {};
  const auto& name = all[at];
  return name.size() > 2 && name.front() == '"' ? name.substr(1, name.size() - 2) : name;
}

/// The temporary table, view or sequence that a statement leaves behind; empty: none.
std::string temporary_of(const std::string& sql, base::sql_flavour flavour) {
  constexpr std::size_t most = 100'000;
  const auto all = base::words(sql, flavour, most);
  static constexpr std::array temporary = {"temp", "temporary"};
  static constexpr std::array schemas = {"temp", "pg_temp"};
  static constexpr std::array dropped = {"on", "commit", "drop"};
  const bool is_dropped =
      std::search(all.begin(), all.end(), dropped.begin(), dropped.end()) != all.end();
  if (all.empty() || is_dropped) return {};
  for (std::size_t at = 1; at + 1 < all.size(); ++at) {
    const bool is_made = all[0] == "create" ? at < 5 : all[at - 1] == "into";
    if (is_made && is_one_of(all[at], temporary) && all[at + 1] != ".") {
      return name_behind(all, at + 1);
    }
    if (all[0] == "create" && at < 6 && is_one_of(all[at], schemas) && all[at + 1] == ".") {
      return name_behind(all, at);
    }
  }
  return {};
}

/// Whether the name stands in the statement, be it in a string or a body.
bool mentions(const std::string& sql, const std::string& name) {
  const auto text = base::lower(sql);
  const auto wanted = base::lower(name);
  const auto is_of_word = [&](std::size_t at) {
    return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 ||
                                text[at] == '_' || text[at] == '$');
  };
  for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) {
    if ((at == 0 || !is_of_word(at - 1)) && !is_of_word(at + wanted.size())) return true;
  }
  return false;
}

}  // namespace

void require_no_session_memory(const planned_migration& migration,
                               const std::vector<outside_step>& steps,
                               const dialect::dialect& target) {
  for (const auto& step : steps) {
    const auto& statement = migration.statements[step.first];
    if (step.first == 0 || statement.code != nullptr) continue;
    const auto function = target.session_memory(statement.sql);
    if (function.empty()) continue;
    error problem(
        fmt::format("{}() would tell of Retort's own record, which outside a transaction is "
                    "written behind each statement",
                    function));
    locate(problem, statement);
    throw problem.help(
        "put it and the statement that it means between BEGIN and COMMIT, or ask the table");
  }
}

void require_no_lost_tables(const planned_migration& migration, std::size_t part,
                            const dialect::dialect& target) {
  const auto& statements = migration.statements;
  const auto flavour = target.flavour();
  for (std::size_t made = 0; made < std::min(part, statements.size()); ++made) {
    const auto name = temporary_of(statements[made].sql, flavour);
    if (name.empty()) continue;
    for (auto next = made + 1; next < statements.size(); ++next) {
      const auto& sql = statements[next].sql;
      const auto words = base::words(sql, flavour, 1);
      const bool is_dropped = next < part && !words.empty() && words[0] == "drop";
      if (!mentions(sql, name) || (next < part && !is_dropped)) continue;
      // It is there no more, or is made again.
      if (is_dropped || temporary_of(sql, flavour) == name) break;
      error problem(
          fmt::format("{} is gone: it was temporary, and ended with the run that made it", name));
      locate(problem, statements[next]);
      problem.note(
          fmt::format("it was made in line {}, which has run", statements[made].where.line));
      throw problem.help(
          "what has not run yet may be changed: make it again in front of this statement");
    }
  }
}

std::vector<outside_step> outside_steps(const std::vector<dialect::statement>& statements,
                                        const dialect::dialect& target) {
  std::vector<outside_step> steps;
  for (std::size_t first = 0; first < statements.size();) {
    outside_step step{first, first + 1, target.classify(statements[first])};
    if (step.kind == dialect::outside::opens)
      step.last = end_of_transaction(statements, first, target);
    first = step.last;
    steps.push_back(step);
  }
  return steps;
}

}  // namespace retort::engine
