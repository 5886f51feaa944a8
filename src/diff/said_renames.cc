#include "diff/said_renames.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <retort/error.h>

#include "base/text_tools.h"

namespace retort::diff {
namespace {

/// A table's name, perhaps with a schema.
model::qualified_name table_in(std::string_view text) {
  const auto dot = text.rfind('.');
  if (dot == std::string_view::npos) return {{}, std::string(text)};
  return {std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

model::qualified_name new_name(const renaming& one) { return {one.table.schema, one.to}; }

/// The renaming of the table that a column's says, by its old name or else by its new one.
const renaming* table_of(const renaming& column, const std::vector<renaming>& said) {
  const renaming* by_new_name = nullptr;
  for (const auto& one : said) {
    if (!one.column.empty()) continue;
    if (one.table == column.table) return &one;
    if (new_name(one) == column.table) by_new_name = &one;
  }
  return by_new_name;
}

error nothing_there(const std::string& what) {
  error problem(fmt::format("nothing is renamed: there is no {} that could be", what),
                failure::usage);
  problem.help("write --rename people:users, or --rename users.email:mail, the old name first");
  return problem;
}

error cannot_be(const renaming& one, const std::string& why) {
  return error(fmt::format("{} cannot be renamed: {}", one.display(), why), failure::usage);
}

/// Whether another one frees the name that it takes.
bool is_freed(const renaming& by, const std::vector<renaming>& said) {
  return std::ranges::any_of(said, [&](const renaming& other) {
    if (other == by) return false;
    if (by.column.empty()) return other.column.empty() && other.table == new_name(by);
    return other.table == by.table && other.column == by.to;
  });
}

/// `one` has its table's new name.
void require_possible(const renaming& one, const model::qualified_name& old_table,
                      const std::vector<renaming>& said, const model::schema& from,
                      const model::schema& to) {
  const bool is_table = one.column.empty();
  const auto* table = from.find(old_table);
  if (table == nullptr || (!is_table && table->find_column(one.column) == nullptr)) {
    throw nothing_there(is_table ? "table " + old_table.display()
                                 : old_table.display() + "." + one.column);
  }
  const auto* after = to.find(is_table ? new_name(one) : one.table);
  if (after == nullptr || (!is_table && after->find_column(one.to) == nullptr)) {
    throw cannot_be(one, "the models have none of the new name").help("write the old name first");
  }
  const bool is_taken =
      is_table ? from.find(new_name(one)) != nullptr : table->find_column(one.to) != nullptr;
  if (is_taken && !is_freed(one, said)) {
    throw cannot_be(one, "there is one of the new name already")
        .help("say what becomes of that one, too: --rename a:b --rename b:a");
  }
  const auto twice = std::ranges::count_if(said, [&](const renaming& other) {
    const bool same_kind =
        other.table.schema == one.table.schema &&
        (is_table ? other.column.empty() : !other.column.empty() && other.table == one.table);
    return same_kind &&
           (other.to == one.to || (other.table == one.table && other.column == one.column));
  });
  if (twice > 1) throw cannot_be(one, "one of its names is said twice").help("say it once");
}

}  // namespace

renaming parse_renaming(const std::string& text, const model::schema& from) {
  const auto colon = text.find(':');
  const auto old = text.substr(0, colon);
  auto fresh = colon == std::string::npos ? std::string() : text.substr(colon + 1);
  if (old.empty() || fresh.empty()) {
    throw error(fmt::format("'{}' does not say what was renamed to what", text), failure::usage)
        .help("write --rename people:users, or --rename users.email:mail");
  }
  fresh.erase(0, fresh.rfind('.') + 1);
  if (from.find(table_in(old)) != nullptr) return {table_in(old), {}, fresh};
  const auto dot = old.rfind('.');
  if (dot == std::string::npos) return {table_in(old), {}, fresh};
  return {table_in(old.substr(0, dot)), old.substr(dot + 1), fresh};
}

std::vector<renaming> said_renamings(const std::vector<std::string>& texts,
                                     const model::schema& from, const model::schema& to) {
  std::vector<renaming> parsed;
  for (const auto& text : texts) parsed.push_back(parse_renaming(text, from));
  std::vector<model::qualified_name> old_tables;
  auto said = parsed;
  for (auto& one : said) {
    const auto* moved = one.column.empty() ? nullptr : table_of(one, parsed);
    old_tables.push_back(moved == nullptr ? one.table : moved->table);
    if (moved != nullptr) one.table = new_name(*moved);
  }
  for (std::size_t i = 0; i < said.size(); ++i) {
    require_possible(said[i], old_tables[i], said, from, to);
  }
  return said;
}

std::vector<renaming> renamed_back(const convergence& way) {
  std::vector<renaming> net;
  // What has been renamed before goes on under its newest name.
  const auto note = [&](renaming step) {
    const auto known = std::ranges::find_if(net, [&](const renaming& one) {
      if (one.column.empty() != step.column.empty()) return false;
      return step.column.empty() ? new_name(one) == step.table
                                 : one.table == step.table && one.to == step.column;
    });
    if (known != net.end())
      known->to = std::move(step.to);
    else
      net.push_back(std::move(step));
  };
  for (const auto& step : way.steps) {
    for (const auto& op : step.operations) {
      if (const auto* table = std::get_if<model::rename_table>(&op.what)) {
        note({table->table, {}, table->to});
      } else if (const auto* column = std::get_if<model::alter_column>(&op.what)) {
        if (column->rename) note({column->table, column->column, *column->rename});
      }
    }
  }
  std::vector<renaming> back;
  for (const auto& one : net) {
    if (one.column.empty()) {
      back.push_back({new_name(one), {}, one.table.name});
      continue;
    }
    // In the table that has its old name again.
    auto table = one.table;
    for (const auto& other : net) {
      if (other.column.empty() && new_name(other) == one.table) table = other.table;
    }
    back.push_back({table, one.to, one.column});
  }
  std::erase_if(back, [](const renaming& one) {
    return one.to == (one.column.empty() ? one.table.name : one.column);
  });
  return back;
}

}  // namespace retort::diff
