#include "sqlite/reach.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string_view>

#include "base/text_tools.h"
#include "dialect/quoting.h"

namespace retort::sqlite {
namespace {

using retort::dialect::quote_literal;

/// Whether a text can spell a name in no other way than by itself, in whatever quotes.
bool has_one_spelling(std::string_view name) {
  return !name.empty() && name.find_first_of("\"'`[]") == std::string_view::npos;
}

bool continues_name(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || c == '_' || c == '$' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// Whether a text has a name as a whole word; both are in lower case.
bool has_word(std::string_view text, std::string_view name) {
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const auto end = at + name.size();
    const bool goes_on = (at > 0 && continues_name(text[at - 1])) ||
                         (end < text.size() && continues_name(text[end]));
    if (!goes_on) return true;
  }
  return false;
}

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + quote_literal(name);
  return list;
}

/// What a change mentions beside its table.
std::vector<std::string> mentioned_by(const model::operation_variant& what) {
  std::vector<std::string> names;
  const auto add_key = [&](const model::foreign_key* key) {
    if (key != nullptr) names.push_back(key->table.name);
  };
  if (const auto* added = std::get_if<model::add_column>(&what)) {
    add_key(added->foreign_key ? &*added->foreign_key : nullptr);
  } else if (const auto* constraint = std::get_if<model::add_constraint>(&what)) {
    add_key(std::get_if<model::foreign_key>(&constraint->constraint));
  } else if (const auto* renamed = std::get_if<model::rename_table>(&what)) {
    names.push_back(renamed->to);
  } else if (const auto* made = std::get_if<model::create_index>(&what)) {
    names.push_back(made->index.name);
  } else if (const auto* gone = std::get_if<model::drop_index>(&what)) {
    names.push_back(gone->name.name);
  } else if (const auto* index = std::get_if<model::rename_index>(&what)) {
    names.push_back(index->to);
  }
  return names;
}

}  // namespace

reach::reach(db::connection& connection, const std::vector<std::string>& names,
             std::span<const model::operation> changes)
    : is_all_(false) {
  for (const auto& name : names) names_.push_back(base::lower(name));
  std::vector<std::string> mentioned;
  for (const auto& op : changes) {
    for (const auto& name : mentioned_by(op.what)) mentioned.push_back(base::lower(name));
  }
  for (const auto& name : mentioned) texts_ += name + '\n';
  const auto own = connection.query(fmt::format(
      "SELECT lower(sql) FROM main.sqlite_master WHERE sql IS NOT NULL AND (lower(tbl_name) IN "
      "({0}) OR lower(name) IN ({0}))",
      list_of(names_)));
  for (const auto& row : own.rows) texts_ += *row[0] + '\n';
  add_views(connection);
  // A table that is renamed takes what mentions it along to the other name.
  for (const auto& op : changes) {
    if (const auto* renamed = std::get_if<model::rename_table>(&op.what)) {
      names_.push_back(base::lower(renamed->to));
    }
  }
  // To look for very many names in every text takes longer than to read them all.
  constexpr std::size_t many = 50;
  is_all_ = names_.size() > many || !std::ranges::all_of(names_, has_one_spelling);
}

reach reach::of_text(const std::string& word) {
  reach part;
  part.names_ = {base::lower(word)};
  part.is_all_ = !has_one_spelling(word);
  return part;
}

void reach::add_views(db::connection& connection) {
  struct view {
    std::string name;
    std::string sql;
  };
  std::vector<view> left;
  for (auto& row : connection
                       .query("SELECT lower(name), lower(sql) FROM main.sqlite_master WHERE type = "
                              "'view' AND sql IS NOT NULL")
                       .rows) {
    left.push_back({std::move(*row[0]), std::move(*row[1])});
  }
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const auto is_over = [&, name = names_[i]](const view& one) { return has_word(one.sql, name); };
    const auto over = std::stable_partition(left.begin(), left.end(), std::not_fn(is_over));
    for (auto one = over; one != left.end(); ++one) {
      if (std::ranges::find(names_, one->name) == names_.end()) names_.push_back(one->name);
    }
    left.erase(over, left.end());
  }
}

std::string reach::mentioning() const {
  std::string rows;
  for (const auto& name : names_) {
    rows += fmt::format("{}({})", rows.empty() ? "" : ", ", quote_literal(name));
  }
  return fmt::format(
      "SELECT lower(m.tbl_name) FROM main.sqlite_master AS m WHERE lower(m.tbl_name) IN ({0}) OR "
      "lower(m.name) IN ({0}) OR EXISTS (SELECT 1 FROM (VALUES {1}) AS n WHERE instr(lower(m.sql), "
      "n.column1))",
      list_of(names_), rows);
}

std::string reach::holds_mention(const std::string& column) const {
  return is_all_ ? "1" : fmt::format("lower({}) IN ({})", column, mentioning());
}

std::string reach::holds(const std::string& column) const {
  if (is_all_) return "1";
  // Of a name with quotes in it nobody knows how a text spells it.
  return fmt::format("lower({}) IN ({} OR instr({}, lower(m.name)) OR m.tbl_name GLOB {})", column,
                     mentioning(), quote_literal(texts_), quote_literal("*[]\"'`[]*"));
}

bool reach::has(const std::string& name) const { return is_all_ || is_one(name); }

bool reach::is_one(const std::string& name) const {
  return std::ranges::find(names_, base::lower(name)) != names_.end();
}

bool reach::is_mentioned(std::string_view sql) const {
  const auto text = base::lower(sql);
  return std::ranges::any_of(names_, [&](const std::string& name) {
    return !has_one_spelling(name) || has_word(text, name);
  });
}

}  // namespace retort::sqlite
