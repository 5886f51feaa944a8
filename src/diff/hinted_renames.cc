#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include <retort/error.h>

#include "base/text_tools.h"
#include "diff/rename_order.h"
#include "diff/said_renames.h"

namespace retort::diff {
namespace {

using hint_list = std::vector<const model::rename_hint*>;

const std::string& name_of(const model::rename_hint& hint) {
  return hint.column.empty() ? hint.table.name : hint.column;
}

std::string display(const model::rename_hint& hint) {
  return hint.table.display() + (hint.column.empty() ? "" : "." + hint.column);
}

error problem_at(const model::rename_hint& hint, const std::string& message) {
  error problem(message);
  problem.at(hint.where.file, hint.where.line, hint.where.column);
  return problem;
}

/// Things among which no two have one name, and what the hints say of them.
struct namesakes {
  hint_list hints;
  /// As it is spelled in what is there; none where nothing has that name.
  std::function<std::optional<std::string>(const std::string& name)> there;
  std::function<bool(const std::string& name)> is_wanted;
  /// Whether what has the one name now is defined as what is to have the other one.
  std::function<bool(const std::string& now, const std::string& later)> is_alike;
};

const model::rename_hint* hint_of(const hint_list& hints, const std::string& name) {
  const auto found = std::ranges::find_if(
      hints, [&](const model::rename_hint* one) { return name_of(*one) == name; });
  return found == hints.end() ? nullptr : *found;
}

/// What no database could make true.
void require_sense(const namesakes& all) {
  for (const auto* hint : all.hints) {
    const auto* other = hint_of(all.hints, hint->from);
    if (other == hint || (other == nullptr && all.is_wanted(hint->from))) {
      throw problem_at(*hint, fmt::format("{} cannot have been renamed from {}, which the models "
                                          "still have",
                                          display(*hint), hint->from))
          .help("take out the hint, or what has the old name");
    }
    const auto rival = std::ranges::find_if(all.hints, [&](const model::rename_hint* one) {
      return one != hint && one->from == hint->from;
    });
    if (rival != all.hints.end()) {
      throw problem_at(*hint, fmt::format("{} and {} cannot both have been renamed from {}",
                                          display(**rival), display(*hint), hint->from))
          .help("take out one of the hints");
    }
  }
}

/// The hints that exchange names with this one, itself first; empty where they do not.
hint_list ring_of(const model::rename_hint* hint, const hint_list& hints) {
  hint_list ring = {hint};
  for (const auto* next = hint_of(hints, hint->from); next != hint;
       next = hint_of(hints, next->from)) {
    if (next == nullptr || ring.size() > hints.size()) return {};
    ring.push_back(next);
  }
  return ring;
}

/// Before and after an exchange there are the same names: their definitions tell.
bool is_ring_due(const hint_list& ring, const namesakes& all) {
  const auto every = [&](bool after) {
    return std::ranges::all_of(ring, [&](const model::rename_hint* one) {
      return all.is_alike(after ? name_of(*one) : one->from, name_of(*one));
    });
  };
  if (every(true)) return false;
  if (every(false)) return true;
  throw problem_at(*ring.front(),
                   fmt::format("nothing tells whether {} has been renamed from {} already: they "
                               "exchange names, and are defined otherwise now",
                               display(*ring.front()), ring.front()->from))
      .help("take out the hints, and say --rename for both if it has not been");
}

/// The names to be changed; those that `said` changes are free already.
std::vector<name_change> due_names(const namesakes& all, const std::vector<name_change>& said) {
  require_sense(all);
  auto due = said;
  const auto is_due = [&](const std::string& name) {
    return std::ranges::any_of(due, [&](const name_change& one) { return one.to == name; });
  };
  const auto is_free = [&](const std::string& name) {
    const auto there = all.there(name);
    return !there ||
           std::ranges::any_of(due, [&](const name_change& one) { return one.from == *there; });
  };
  const auto is_open = [&](const model::rename_hint* hint) {
    const auto old = all.there(hint->from);
    return old && !is_due(name_of(*hint)) &&
           std::ranges::none_of(due, [&](const name_change& one) { return one.from == *old; });
  };
  const auto add = [&](const model::rename_hint* hint) {
    due.push_back({*all.there(hint->from), name_of(*hint)});
  };
  for (bool more = true; more;) {
    more = false;
    for (const auto* hint : all.hints) {
      if (!is_open(hint) || !is_free(name_of(*hint))) continue;
      add(hint);
      more = true;
    }
  }
  for (const auto* hint : all.hints) {
    const auto ring = is_open(hint) ? ring_of(hint, all.hints) : hint_list();
    if (ring.empty() || !std::ranges::all_of(ring, is_open)) continue;
    if (is_ring_due(ring, all)) std::ranges::for_each(ring, add);
  }
  due.erase(due.begin(), due.begin() + static_cast<std::ptrdiff_t>(said.size()));
  return due;
}

/// The table of the models that a hint speaks of; null: there is none, or it is left out of the
/// comparison. A dump names the schema of everything, and a file may set where its tables go.
const model::table* table_of(const model::rename_hint& hint, const model::schema& to) {
  if (const auto* table = to.find(hint.table)) return table;
  if (const auto* table = to.find({{}, hint.table.name})) return table;
  const model::table* found = nullptr;
  for (const auto& [name, table] : to.tables) {
    if (!hint.table.schema.empty() || name.name != hint.table.name) continue;
    if (found != nullptr) return nullptr;
    found = &table;
  }
  return found;
}

class hint_resolver {
 public:
  hint_resolver(std::vector<renaming> said, const model::schema& from, const model::schema& to,
                base::sql_flavour flavour)
      : said_(std::move(said)), from_(from), to_(to), flavour_(flavour) {}

  std::vector<renaming> run(const std::vector<model::rename_hint>& hints) {
    std::map<std::string, hint_list> tables;
    std::map<model::qualified_name, hint_list> columns;
    for (const auto& hint : hints) {
      const auto* table = table_of(hint, to_);
      if (table == nullptr) continue;
      if (hint.column.empty()) {
        tables[table->name.schema].push_back(&hint);
      } else if (table->find_column(hint.column) != nullptr) {
        columns[table->name].push_back(&hint);
      }
    }
    for (const auto& [schema, about] : tables) add_tables(schema, about);
    for (const auto& [table, about] : columns) add_columns(table, about);
    return std::move(said_);
  }

 private:
  bool is_same(const std::string& a, const std::string& b) const {
    return flavour_ == base::sql_flavour::sqlite ? base::equals_ignoring_case(a, b) : a == b;
  }

  /// `table` empty: the tables of the schema that have been said.
  std::vector<name_change> said_names(const std::string& schema, const std::string& table) const {
    std::vector<name_change> names;
    for (const auto& one : said_) {
      if (one.table.schema != schema || one.column.empty() != table.empty()) continue;
      if (table.empty())
        names.push_back({one.table.name, one.to});
      else if (one.table.name == table)
        names.push_back({one.column, one.to});
    }
    return names;
  }

  void add_tables(const std::string& schema, const hint_list& about) {
    namesakes all;
    all.hints = about;
    all.there = [&](const std::string& name) -> std::optional<std::string> {
      for (const auto& [known, table] : from_.tables) {
        if (known.schema == schema && is_same(known.name, name)) return known.name;
      }
      return std::nullopt;
    };
    all.is_wanted = [&](const std::string& name) { return to_.find({schema, name}) != nullptr; };
    all.is_alike = [&](const std::string& now, const std::string& later) {
      return has_same_columns(*from_.find({schema, *all.there(now)}), *to_.find({schema, later}));
    };
    for (auto& one : due_names(all, said_names(schema, {}))) {
      said_.push_back({{schema, one.from}, {}, one.to});
    }
  }

  /// The table as it is there.
  const model::table* old_table(const model::qualified_name& name) const {
    for (const auto& one : said_) {
      if (!one.column.empty() || one.new_name() != name) continue;
      return from_.find(one.table);
    }
    return from_.find(name);
  }

  void add_columns(const model::qualified_name& name, const hint_list& about) {
    const auto* old = old_table(name);
    const auto& table = *to_.find(name);
    namesakes all;
    all.hints = about;
    all.there = [&](const std::string& column) -> std::optional<std::string> {
      if (old == nullptr) return std::nullopt;
      for (const auto& known : old->columns) {
        if (is_same(known.name, column)) return known.name;
      }
      return std::nullopt;
    };
    all.is_wanted = [&](const std::string& column) { return table.find_column(column) != nullptr; };
    all.is_alike = [&](const std::string& now, const std::string& later) {
      const auto& a = *old->find_column(*all.there(now));
      const auto& b = *table.find_column(later);
      return a.type == b.type && a.generated == b.generated;
    };
    for (auto& one : due_names(all, said_names(name.schema, name.name))) {
      said_.push_back({name, one.from, one.to});
    }
  }

  std::vector<renaming> said_;
  const model::schema& from_;
  const model::schema& to_;
  base::sql_flavour flavour_;
};

}  // namespace

std::vector<renaming> with_hints(std::vector<renaming> said,
                                 const std::vector<model::rename_hint>& hints,
                                 const model::schema& from, const model::schema& to,
                                 base::sql_flavour flavour) {
  return hint_resolver(std::move(said), from, to, flavour).run(hints);
}

}  // namespace retort::diff
