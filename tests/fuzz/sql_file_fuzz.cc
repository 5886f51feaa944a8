#include <retort/error.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/sql_lexer.h"
#include "script/split.h"
#include "script/sql_file.h"
#include "script/template.h"

// The properties of the lexer, the splitter, the file parser and the templates that hold for every
// input: an error of ours or a result, and what the result promises.

namespace {

using namespace retort;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_lexer(std::string_view sql, base::sql_flavour flavour) {
  base::sql_lexer lexer(sql, flavour);
  std::size_t at = 0;
  for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
    require(t.begin == at && t.size > 0);
    at += t.size;
    require(t.kind != base::token_kind::unterminated || at == sql.size());
  }
  require(at == sql.size());
}

void check_split(std::string_view sql, base::sql_flavour flavour) try {
  for (const script::sql_statement& s : script::split(sql, flavour)) {
    require(!s.sql.empty() && sql.find(s.sql) != std::string_view::npos);
    // A statement by itself is the same statement, whatever stood before it.
    const auto again = script::split(s.sql, flavour);
    require(again.size() == 1 && again[0] == script::sql_statement{s.sql, 1, 1});
  }
} catch (const error& problem) {
  require(problem.what()[0] != '\0' && problem.where.line > 0 && problem.where.column > 0);
}

void check_file(std::string_view content) try {
  const script::sql_file file = script::parse_sql_file(content, "f.sql");
  require(!file.revision.empty() && !file.sections.empty());
  unsigned line = 0;
  for (const script::sql_section& section : file.sections) {
    require(section.line > line);
    line = section.line;
    check_split(section.sql, base::sql_flavour::sqlite);
    check_split(section.sql, base::sql_flavour::postgresql);
  }
} catch (const error& problem) {
  require(problem.what()[0] != '\0' && problem.where.line > 0);
}

/// Whatever the message, a new file reads back.
void check_template(std::string_view message) try {
  script::new_migration migration;
  migration.revision = "a";
  migration.message = message;
  constexpr auto format = script::file_format::sql;
  const std::string text =
      script::write_migration(migration, format, script::default_template(format), "t");
  const std::string line = script::placeholders(migration, format).at("message");
  require(script::parse_sql_file(text, "f.sql").message == line);
  require(script::slug(message).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
          std::string::npos);
} catch (const error& problem) {
  require(std::string_view(problem.what()).find("not UTF-8") != std::string_view::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  for (const auto flavour : {base::sql_flavour::sqlite, base::sql_flavour::postgresql}) {
    check_lexer(input, flavour);
    check_split(input, flavour);
  }
  check_file(input);
  check_template(input.substr(0, 100));
  return 0;
}
