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

/// The renaming of the table that a column's says, by its old name or else by its new one.
const renaming* table_of(const renaming& column, const std::vector<renaming>& said) {
  const renaming* by_new_name = nullptr;
  for (const auto& one : said) {
    if (!one.column.empty()) continue;
    if (one.table == column.table) return &one;
    if (one.new_name() == column.table) by_new_name = &one;
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
    if (by.column.empty()) return other.column.empty() && other.table == by.new_name();
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
  const auto* after = to.find(is_table ? one.new_name() : one.table);
  if (after == nullptr || (!is_table && after->find_column(one.to) == nullptr)) {
    throw cannot_be(one, "the models have none of the new name").help("write the old name first");
  }
  const bool is_taken =
      is_table ? from.find(one.new_name()) != nullptr : table->find_column(one.to) != nullptr;
  if (is_taken && !is_freed(one, said)) {
    throw cannot_be(one, "there is one of the new name already")
        .help("say what becomes of that one, too: --rename a:b --rename b:a");
  }
  const auto twice = std::ranges::count_if(said, [&](const renaming& other) {
    if (other.column.empty() != is_table) return false;
    if (is_table) return other.new_name() == one.new_name() || other.table == one.table;
    return other.table == one.table && (other.to == one.to || other.column == one.column);
  });
  if (twice > 1) throw cannot_be(one, "one of its names is said twice").help("say it once");
}

/// Whether anything is said to be in a schema.
bool has_schema(const model::schema& all, const std::string& name) {
  if (all.objects.contains("schema " + name)) return true;
  return std::ranges::any_of(all.tables,
                             [&](const auto& entry) { return entry.first.schema == name; });
}

/// The schema to work in has no name among what is compared, whatever it is called.
void settle_schema(renaming& one, const model::schema& from, const model::schema& to) {
  if (!one.to_schema) return;
  if (!has_schema(from, *one.to_schema) && !has_schema(to, *one.to_schema)) one.to_schema = "";
  if (*one.to_schema == one.table.schema) one.to_schema.reset();
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
  const auto now = table_in(fresh);
  fresh = now.name;
  if (from.find(table_in(old)) != nullptr) {
    renaming table{table_in(old), {}, fresh};
    if (!now.schema.empty() && now.schema != table.table.schema) table.to_schema = now.schema;
    return table;
  }
  const auto dot = old.rfind('.');
  if (dot == std::string::npos) return {table_in(old), {}, fresh};
  return {table_in(old.substr(0, dot)), old.substr(dot + 1), fresh};
}

std::vector<renaming> said_renamings(const std::vector<std::string>& texts,
                                     const model::schema& from, const model::schema& to) {
  std::vector<renaming> parsed;
  for (const auto& text : texts) parsed.push_back(parse_renaming(text, from));
  std::vector<model::qualified_name> old_tables;
  for (auto& one : parsed) settle_schema(one, from, to);
  auto said = parsed;
  for (auto& one : said) {
    const auto* moved = one.column.empty() ? nullptr : table_of(one, parsed);
    old_tables.push_back(moved == nullptr ? one.table : moved->table);
    if (moved != nullptr) one.table = moved->new_name();
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
      return step.column.empty() ? one.new_name() == step.table
                                 : one.table == step.table && one.to == step.column;
    });
    if (known != net.end())
      known->to = std::move(step.to);
    else
      net.push_back(std::move(step));
  };
  for (const auto& one : way.moves) net.push_back({one.table, {}, one.table.name, one.to_schema});
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
      back.push_back({one.new_name(), {}, one.table.name});
      if (one.to_schema) back.back().to_schema = one.table.schema;
      continue;
    }
    // In the table that has its old name again.
    auto table = one.table;
    for (const auto& other : net) {
      if (other.column.empty() && other.new_name() == one.table) table = other.table;
    }
    back.push_back({table, one.to, one.column});
  }
  std::erase_if(back, [](const renaming& one) {
    return !one.to_schema && one.to == (one.column.empty() ? one.table.name : one.column);
  });
  return back;
}

}  // namespace retort::diff
