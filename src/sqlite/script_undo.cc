#include "sqlite/script_undo.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/sql_lexer.h"
#include "base/text_tools.h"

namespace retort::sqlite {
namespace {

/// Those that can make a later statement mean something else, with their defaults.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> undone_pragmas = {{
    {"case_sensitive_like", "OFF"},
    {"defer_foreign_keys", "OFF"},
    {"foreign_keys", "OFF"},
    {"ignore_check_constraints", "OFF"},
    {"legacy_alter_table", "OFF"},
    {"query_only", "OFF"},
    {"recursive_triggers", "OFF"},
    {"trusted_schema", "ON"},
    {"writable_schema", "OFF"},
}};

using words = std::vector<std::string_view>;

/// The first words, names and signs of a statement; empty ones where it has fewer.
words first_words(std::string_view sql, std::size_t enough) {
  base::sql_lexer lexer(sql, base::sql_flavour::sqlite);
  words result;
  for (auto t = lexer.next(); t.kind != base::token_kind::end && result.size() < enough;
       t = lexer.next()) {
    if (t.kind != base::token_kind::space && t.kind != base::token_kind::comment) {
      result.push_back(lexer.text(t));
    }
  }
  result.resize(enough);
  return result;
}

bool is(std::string_view word, std::string_view keyword) {
  return base::equals_ignoring_case(word, keyword);
}

/// The name behind `at`, without a schema before it.
std::string_view name_at(const words& said, std::size_t at) {
  return said[at + 1] == "." ? said[at + 2] : said[at];
}

std::string undo_pragma(std::string_view name) {
  for (const auto& [known, usual] : undone_pragmas) {
    if (is(name, known)) return "PRAGMA " + std::string(known) + " = " + std::string(usual) + ";\n";
  }
  return {};
}

std::string undo_one(std::string_view sql) {
  const words verb = first_words(sql, 2);
  if (is(verb[0], "PRAGMA")) return undo_pragma(name_at(first_words(sql, 4), 1));
  if (!is(verb[0], "CREATE") || (!is(verb[1], "TEMP") && !is(verb[1], "TEMPORARY"))) return {};
  // CREATE TEMP TABLE IF NOT EXISTS temp . name
  const words said = first_words(sql, 9);
  const std::size_t name = is(said[3], "IF") ? 6 : 3;
  return "DROP " + std::string(said[2]) + " IF EXISTS temp." + std::string(name_at(said, name)) +
         ";\n";
}

}  // namespace

std::string script_undo(const std::vector<dialect::statement>& statements) {
  std::vector<std::string> lines;
  for (auto s = statements.rbegin(); s != statements.rend(); ++s) {
    std::string line = undo_one(s->sql);
    if (!line.empty() && std::find(lines.begin(), lines.end(), line) == lines.end()) {
      lines.push_back(std::move(line));
    }
  }
  return base::join(lines, "");
}

}  // namespace retort::sqlite
