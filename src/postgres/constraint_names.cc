#include "postgres/constraint_names.h"

#include <algorithm>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "base/identifier.h"
#include "base/sql_lexer.h"
#include "base/text_tools.h"

namespace retort::postgres {
namespace {

/// indexcmds.c, ChooseIndexNameAddition; tablecmds.c has the same for foreign keys.
std::string joined(const std::vector<std::string>& columns) {
  std::string text;
  for (const auto& column : columns) {
    if (!text.empty()) text += '_';
    text += column;
    if (text.size() > base::longest_identifier) break;
  }
  return text;
}

std::string column_in(const base::sql_lexer& lexer, base::token t) {
  auto text = std::string(lexer.text(t));
  if (t.kind == base::token_kind::word) return base::lower(text);
  std::string name;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    name += text[i];
    if (text[i] == '"') ++i;
  }
  return name;
}

/// The column that an expression is about where it is about one alone (heap.c,
/// AddRelationNewConstraints), else empty.
std::string only_column(const model::table& table, std::string_view expression) {
  std::set<std::string> found;
  base::sql_lexer lexer(expression, base::sql_flavour::postgresql);
  for (auto t = lexer.next(); t.kind != base::token_kind::end;) {
    const auto current = t;
    t = lexer.next();
    while (t.kind == base::token_kind::space) t = lexer.next();
    if (current.kind != base::token_kind::word && current.kind != base::token_kind::quoted_name) {
      continue;
    }
    if (lexer.text(t) == "(") continue;
    if (auto name = column_in(lexer, current); table.find_column(name) != nullptr) {
      found.insert(std::move(name));
    }
  }
  return found.size() == 1 ? *found.begin() : std::string();
}

class namer {
 public:
  explicit namer(model::table& table) : table_(table) {
    if (table.primary_key) taken_.insert(table.primary_key->name);
    for (const auto& item : table.uniques) taken_.insert(item.name);
    for (const auto& item : table.checks) taken_.insert(item.name);
    for (const auto& item : table.foreign_keys) taken_.insert(item.name);
    for (const auto& item : table.indexes) taken_.insert(item.name);
  }

  void choose(std::string& name, std::string_view columns, std::string_view label) {
    if (!name.empty()) return;
    for (int attempt = 0; name.empty() || !taken_.insert(name).second; ++attempt) {
      name = object_name(table_.name.name, columns,
                         attempt == 0 ? std::string(label) : fmt::format("{}{}", label, attempt));
    }
  }

 private:
  model::table& table_;
  std::set<std::string> taken_;
};

}  // namespace

std::string object_name(std::string_view table, std::string_view columns, std::string_view label) {
  const std::size_t overhead = label.size() + 1 + (columns.empty() ? 0 : 1);
  const std::size_t room = base::longest_identifier - overhead;
  std::size_t table_size = table.size();
  // The columns' buffer has NAMEDATALEN bytes and may be longer before it comes here.
  std::size_t columns_size = columns.size();
  while (table_size + columns_size > room)
    --(table_size > columns_size ? table_size : columns_size);
  std::string name(base::clipped(table, table_size));
  if (!columns.empty()) name += fmt::format("_{}", base::clipped(columns, columns_size));
  return fmt::format("{}_{}", name, label);
}

void name_constraints(model::table& table) {
  namer names(table);
  // In the order in which the server makes them: checks with the table, then indexes, then foreign
  // keys.
  for (auto& check : table.checks) {
    names.choose(check.name, only_column(table, check.expression), "check");
  }
  if (table.primary_key) names.choose(table.primary_key->name, "", "pkey");
  for (auto& unique : table.uniques) names.choose(unique.name, joined(unique.columns), "key");
  for (auto& key : table.foreign_keys) names.choose(key.name, joined(key.columns), "fkey");
}

}  // namespace retort::postgres
