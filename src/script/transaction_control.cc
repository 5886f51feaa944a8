#include <array>

#include <fmt/format.h>
#include <retort/error.h>

#include "base/text_tools.h"
#include "script/sql_file.h"

namespace retort::script {
namespace {

/// The first words of a statement in lower case, as many as it has before anything else.
std::array<std::string, 3> leading_words(const std::string& sql, base::sql_flavour flavour) {
  std::array<std::string, 3> words;
  base::sql_lexer lexer(sql, flavour);
  for (auto word = words.begin(); word != words.end();) {
    const base::token t = lexer.next();
    if (t.kind == base::token_kind::space || t.kind == base::token_kind::comment) continue;
    if (t.kind != base::token_kind::word) break;
    *word++ = base::lower(lexer.text(t));
  }
  return words;
}

/// The keyword that begins or ends a transaction, or empty.
std::string transaction_keyword(const sql_statement& statement, base::sql_flavour flavour) {
  const auto words = leading_words(statement.sql, flavour);
  const std::string& first = words[0];
  if (first == "begin" || first == "commit" || first == "end" || first == "abort") return first;
  if ((first == "start" || first == "prepare") && words[1] == "transaction") {
    return first + " transaction";
  }
  if (first != "rollback") return {};
  // ROLLBACK [WORK | TRANSACTION] TO [SAVEPOINT] name keeps the transaction.
  const bool noise = words[1] == "work" || words[1] == "transaction";
  return words[noise ? 2 : 1] == "to" ? std::string() : first;
}

void refuse_transaction_control(const std::vector<sql_statement>& statements,
                                base::sql_flavour flavour, std::string_view path) {
  for (const sql_statement& statement : statements) {
    const std::string keyword = transaction_keyword(statement, flavour);
    if (keyword.empty()) continue;
    throw error(
        fmt::format("{} in a section that runs in a transaction of its own", base::upper(keyword)))
        .at(path, statement.line, statement.column)
        .help("remove it, or write transaction:false behind the section's -- migrate: marker");
  }
}

}  // namespace

std::vector<sql_statement> statements_of(const sql_section& section, base::sql_flavour flavour,
                                         std::string_view path) {
  std::vector<sql_statement> statements = split(section.sql, flavour, section.first_line, path);
  if (section.transaction && !section.plain) {
    refuse_transaction_control(statements, flavour, path);
  }
  return statements;
}

void check_transaction_control(const sql_section& section, base::sql_flavour flavour,
                               std::string_view path) {
  if (section.transaction && !section.plain) statements_of(section, flavour, path);
}

}  // namespace retort::script
