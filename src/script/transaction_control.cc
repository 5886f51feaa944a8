#include <fmt/format.h>
#include <retort/error.h>

#include "base/sql_words.h"
#include "base/text_tools.h"
#include "script/sql_file.h"

namespace retort::script {
namespace {

void refuse_transaction_control(const std::vector<sql_statement>& statements,
                                base::sql_flavour flavour, std::string_view path) {
  for (const sql_statement& statement : statements) {
    const std::string keyword = base::transaction_keyword(statement.sql, flavour);
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
