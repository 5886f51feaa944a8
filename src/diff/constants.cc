#include "diff/constants.h"

namespace retort::diff {

std::vector<std::string> constants_in(std::string_view sql, const model::table& about,
                                      base::sql_flavour flavour) {
  std::vector<std::string> found;
  base::sql_lexer lexer(sql, flavour);
  for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
    const auto text = std::string(lexer.text(t));
    if (t.kind == base::token_kind::string || t.kind == base::token_kind::number) {
      found.push_back(text);
    }
    // SQLite takes a name in quotes that nothing has for a string.
    if (t.kind == base::token_kind::quoted_name && flavour == base::sql_flavour::sqlite) {
      const auto name = text.substr(1, text.size() - 2);
      if (about.find_column(name) == nullptr) found.push_back("'" + name + "'");
    }
  }
  return found;
}

void append_constants(std::string_view sql, const model::table& about, base::sql_flavour flavour,
                      std::vector<std::string>& out) {
  for (auto& constant : constants_in(sql, about, flavour)) {
    const bool is_number = constant.front() != '\'';
    if (is_number) {
      for (const char* change : {" + 1", " - 1", " / 2.0"}) {
        out.push_back("(" + constant + change + ")");
      }
    }
    out.push_back(std::move(constant));
  }
}

}  // namespace retort::diff
