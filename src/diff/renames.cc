#include "diff/renames.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/text_tools.h"
#include "diff/rename_order.h"
#include "diff/steps.h"
#include "model/apply_objects.h"

namespace retort::diff {
namespace {

struct decision {
  bool renamed = false;
  std::string review;
};

/// `because`: what makes it likely; empty: nothing.
decision decide(const renaming& what, const rename_rules& rules, std::string_view because) {
  if (because.empty()) return {};
  if (rules.ask) {
    if (const auto answer = rules.ask(what)) return {*answer, {}};
  }
  if (!rules.guesses) return {};
  return {true,
          fmt::format("{} is a guess: {} (--no-renames: drop and add)", what.display(), because)};
}

/// Where it is likely, but no guess: what a person says, who is told of it otherwise.
bool is_said_to_be(const renaming& what, const rename_rules& rules, found_renames& out) {
  if (rules.ask) {
    if (const auto answer = rules.ask(what)) return *answer;
  }
  if (rules.guesses) out.open.push_back(what);
  return false;
}

constexpr std::string_view same_definition = "both are defined alike";
constexpr std::string_view same_names = "what belongs to both has the same name";
constexpr std::string_view same_children = "what refers to the one refers to the other";

/// Whether at least half of the columns stay what they are.
bool is_mostly_the_same(const model::table& a, const model::table& b) {
  if (a.is_partition() || b.is_partition() || a.is_virtual() || b.is_virtual()) return false;
  const auto same = std::ranges::count_if(a.columns, [&](const model::column& column) {
    const auto* other = b.find_column(column.name);
    return other != nullptr && other->type == column.type;
  });
  return same > 0 && 2 * static_cast<std::size_t>(same) >= a.columns.size();
}

/// Whether the foreign key of a table that stays has gone over from one table to the other: its
/// rows would have no parents if the two were not the same.
bool are_referred_to_alike(const model::schema& from, const model::schema& to,
                           const model::table& gone, const model::table& fresh) {
  const auto has_followed = [&](const auto& entry) {
    const auto* child = to.find(entry.first);
    if (child == nullptr) return false;
    return std::ranges::any_of(entry.second.foreign_keys, [&](const model::foreign_key& key) {
      if (key.table != gone.name) return false;
      return std::ranges::any_of(child->foreign_keys, [&](const model::foreign_key& now) {
        return now.table == fresh.name && now.columns == key.columns &&
               now.referenced_columns == key.referenced_columns;
      });
    });
  };
  return is_mostly_the_same(gone, fresh) && std::ranges::any_of(from.tables, has_followed);
}

/// The names of a table's indexes, and of the constraints that have one: no two of a schema have
/// the same. In SQLite a constraint's index has no such name.
std::vector<std::string> names_of_indexes(const model::table& table, base::sql_flavour flavour) {
  std::vector<std::string> all;
  for (const auto& index : table.indexes) all.push_back(index.name);
  if (flavour == base::sql_flavour::sqlite) return all;
  if (table.primary_key) all.push_back(table.primary_key->name);
  for (const auto& unique : table.uniques) all.push_back(unique.name);
  return all;
}

/// Whether the one has kept a name that the other would have had to give up.
bool have_an_index_in_common(const model::table& gone, const model::table& fresh,
                             base::sql_flavour flavour) {
  if (!is_mostly_the_same(gone, fresh)) return false;
  const auto theirs = names_of_indexes(fresh, flavour);
  return std::ranges::any_of(names_of_indexes(gone, flavour), [&](const std::string& name) {
    return !name.empty() && std::ranges::find(theirs, name) != theirs.end();
  });
}

std::vector<const model::table*> only(const model::schema& here, const model::schema& there) {
  std::vector<const model::table*> result;
  for (const auto& [name, table] : here.tables) {
    if (there.find(name) == nullptr) result.push_back(&table);
  }
  return result;
}

std::vector<const model::column*> only(const model::table& here, const model::table& there) {
  std::vector<const model::column*> result;
  for (const auto& column : here.columns) {
    if (there.find_column(column.name) == nullptr) result.push_back(&column);
  }
  return result;
}

/// Takes the names out of a list of tables or columns.
template <class Thing, class Name>
void take_out(std::vector<const Thing*>& list, const Name& name) {
  std::erase_if(list, [&](const Thing* one) { return one->name == name; });
}

/// To SQLite a name in other letters is the same name.
std::vector<name_change> respelled(const std::vector<const model::table*>& gone,
                                   const std::vector<const model::table*>& fresh) {
  std::vector<name_change> all;
  for (const auto* table : gone) {
    for (const auto* other : fresh) {
      if (base::equals_ignoring_case(table->name.name, other->name.name)) {
        all.push_back({table->name.name, other->name.name});
      }
    }
  }
  return all;
}

/// One change for each step of `one_by_one`, with an operation for each name.
template <class Rename>
void push(std::vector<name_change> names, const dialect::dialect& target,
          const std::function<bool(const std::string&)>& is_taken, const Rename& rename,
          std::vector<change>& out) {
  for (const auto& together : one_by_one(std::move(names), target.flavour(), is_taken)) {
    std::vector<model::operation> way;
    for (const auto& one : together) way.push_back(op(rename(one)));
    out.push_back({{std::move(way)}});
  }
}

std::size_t place_of(const model::table& table, const model::column& column) {
  return static_cast<std::size_t>(&column - table.columns.data());
}

std::string before(const model::table& table, const model::column& column) {
  const auto at = place_of(table, column);
  return at == 0 ? std::string() : table.columns[at - 1].name;
}

std::string behind(const model::table& table, const model::column& column) {
  const auto next = place_of(table, column) + 1;
  return next == table.columns.size() ? std::string() : table.columns[next].name;
}

bool is_alike(model::column a, const model::column& b) {
  a.name = b.name;
  a.comment = b.comment;
  const auto is_named = [](const model::column& one) {
    return one.identity && one.identity->options.starts_with(model::sequence_lead);
  };
  // That of its sequence says as little as its own name.
  if (a.identity && b.identity && (is_named(a) || is_named(b))) a.identity = b.identity;
  return a == b;
}

/// Between the same neighbours, or, where these may have other names as well, in the same place of
/// as many.
bool stands_alike(const model::table& from, const model::column& a, const model::table& to,
                  const model::column& b) {
  const bool is_between_the_same =
      before(from, a) == before(to, b) && behind(from, a) == behind(to, b);
  const bool is_in_the_same_place =
      from.columns.size() == to.columns.size() && place_of(from, a) == place_of(to, b);
  return is_alike(a, b) && (is_between_the_same || is_in_the_same_place);
}

std::string owner_of(const model::schema& all, const model::qualified_name& sequence) {
  for (const auto& [key, object] : all.objects) {
    if (object.kind != "sequence owner" || object.name != sequence) continue;
    const auto at = object.definition.find(" OWNED BY ");
    if (at != std::string::npos) return object.definition.substr(at);
  }
  return {};
}

}  // namespace

std::string renaming::display() const {
  const auto name = table.display();
  if (column.empty()) {
    return name + " -> " + model::qualified_name{table.schema, to}.display();
  }
  return fmt::format("{0}.{1} -> {0}.{2}", name, column, to);
}

std::string renaming::argument() const { return lost() + ":" + to; }

bool has_same_columns(const model::table& a, const model::table& b) {
  if (a.is_partition() || b.is_partition() || a.columns.empty()) return false;
  return std::ranges::equal(a.columns, b.columns, [](const auto& x, const auto& y) {
    return x.name == y.name && x.type == y.type && x.nullable == y.nullable &&
           x.generated == y.generated;
  });
}

found_renames table_renames(const model::schema& from, const model::schema& to,
                            const dialect::dialect& target, const rename_rules& rules) {
  found_renames out;
  auto gone = only(from, to);
  auto fresh = only(to, from);
  std::map<std::string, std::vector<name_change>> said;
  for (const auto& one : rules.said) {
    const model::qualified_name now{one.table.schema, one.to};
    if (!one.column.empty() || from.find(one.table) == nullptr || to.find(now) == nullptr) continue;
    said[now.schema].push_back({one.table.name, one.to});
    take_out(gone, one.table);
    take_out(fresh, now);
  }
  if (target.flavour() == base::sql_flavour::sqlite) {
    for (auto& one : respelled(gone, fresh)) {
      take_out(gone, model::qualified_name{{}, one.from});
      take_out(fresh, model::qualified_name{{}, one.to});
      said[{}].push_back(std::move(one));
    }
  }
  for (auto& [schema, names] : said) {
    const auto is_taken = [&, in = schema](const std::string& name) {
      return from.find({in, name}) != nullptr || to.find({in, name}) != nullptr;
    };
    const auto rename = [&, in = schema](const name_change& one) {
      return model::rename_table{{in, one.from}, one.to};
    };
    push(std::move(names), target, is_taken, rename, out.changes);
  }
  const auto pair_up = [&](const auto& is_alike, std::string_view because) {
    const auto all_gone = gone;
    std::erase_if(gone, [&](const model::table* table) {
      const auto found = std::ranges::find_if(fresh, [&](const model::table* other) {
        if (table->name.schema != other->name.schema) return false;
        const auto pairs = [&](const model::table* one) { return is_alike(*table, *one); };
        const auto back = [&](const model::table* one) { return is_alike(*one, *other); };
        const bool is_likely = pairs(other) && std::ranges::count_if(fresh, pairs) == 1 &&
                               std::ranges::count_if(all_gone, back) == 1;
        if (!is_likely) return false;
        const renaming what{table->name, {}, other->name.name};
        const auto decided = because.empty() ? decision{is_said_to_be(what, rules, out), {}}
                                             : decide(what, rules, because);
        if (!decided.renamed) return false;
        out.changes.push_back(one(model::rename_table{table->name, other->name.name}));
        out.changes.back().review = decided.review;
        return true;
      });
      if (found == fresh.end()) return false;
      fresh.erase(found);
      return true;
    });
  };
  const auto share_names = [&](const model::table& a, const model::table& b) {
    return have_an_index_in_common(a, b, target.flavour());
  };
  pair_up(share_names, same_names);
  const auto are_alike = [&](const model::table& a, const model::table& b) {
    return share_names(a, b) || are_referred_to_alike(from, to, a, b);
  };
  pair_up([&](const auto& a, const auto& b) { return are_alike(a, b) && !share_names(a, b); },
          same_children);
  pair_up([&](const auto& a, const auto& b) { return has_same_columns(a, b) && !are_alike(a, b); },
          same_definition);
  // What was asked for already has been answered.
  pair_up(
      [&](const auto& a, const auto& b) {
        return is_mostly_the_same(a, b) && is_mostly_the_same(b, a) && !has_same_columns(a, b) &&
               !are_alike(a, b);
      },
      {});
  return out;
}

namespace {

/// Those of one table that stays.
void rename_columns(const model::table& table, const model::table& now,
                    const dialect::dialect& target, const rename_rules& rules, found_renames& out) {
  auto gone = only(table, now);
  auto fresh = only(now, table);
  std::vector<name_change> said;
  for (const auto& one : rules.said) {
    if (one.column.empty() || one.table != table.name) continue;
    if (table.find_column(one.column) == nullptr || now.find_column(one.to) == nullptr) continue;
    said.push_back({one.column, one.to});
    take_out(gone, one.column);
    take_out(fresh, one.to);
  }
  const auto rename = [&](const name_change& one) {
    model::alter_column op;
    op.table = table.name;
    op.column = one.from;
    op.rename = one.to;
    return op;
  };
  const auto is_taken = [&](const std::string& name) {
    return table.find_column(name) != nullptr || now.find_column(name) != nullptr;
  };
  push(std::move(said), target, is_taken, rename, out.changes);
  const auto is_only = [](const std::vector<const model::column*>& list, const model::column& one) {
    return std::ranges::count_if(
               list, [&](const model::column* other) { return is_alike(*other, one); }) == 1;
  };
  const auto all_fresh = fresh;
  for (const auto* column : gone) {
    for (const auto* other : fresh) {
      if (!is_alike(*column, *other)) continue;
      const renaming what{table.name, column->name, other->name};
      decision decided;
      if (stands_alike(table, *column, now, *other)) {
        decided = decide(what, rules, same_definition);
      } else if (is_only(gone, *other) && is_only(all_fresh, *column)) {
        decided.renamed = is_said_to_be(what, rules, out);
      }
      if (!decided.renamed) continue;
      out.changes.push_back(one(rename({column->name, other->name})));
      out.changes.back().review = decided.review;
      std::erase(fresh, other);
      break;
    }
  }
}

}  // namespace

found_renames column_renames(const model::schema& from, const model::schema& to,
                             const dialect::dialect& target, const rename_rules& rules) {
  found_renames out;
  for (const auto& [name, table] : from.tables) {
    const auto* now = to.find(name);
    if (now == nullptr || table.is_partition() || table.is_virtual()) continue;
    rename_columns(table, *now, target, rules, out);
  }
  return out;
}

std::vector<change> sequence_renames(const model::schema& from, const model::schema& to,
                                     const dialect::dialect& target) {
  std::vector<change> out;
  if (target.flavour() != base::sql_flavour::postgresql) return out;
  std::map<std::string, model::qualified_name> owned;
  for (const auto& [key, object] : from.objects) {
    const auto owner = object.kind == "sequence" ? owner_of(from, object.name) : std::string();
    if (!owner.empty()) owned[owner] = object.name;
  }
  std::map<std::string, std::vector<name_change>> names;
  for (const auto& [key, object] : to.objects) {
    if (object.kind != "sequence") continue;
    const auto old = owned.find(owner_of(to, object.name));
    if (old == owned.end() || old->second.schema != object.name.schema) continue;
    if (old->second == object.name) continue;
    names[object.name.schema].push_back({old->second.name, object.name.name});
  }
  for (auto& [schema, changed] : names) {
    const auto is_taken = [&, in = schema](const std::string& name) {
      const auto key = "sequence " + model::qualified_name{in, name}.display();
      return from.objects.contains(key) || to.objects.contains(key);
    };
    const auto rename = [&, in = schema](const name_change& one) {
      return model::execute{fmt::format("ALTER SEQUENCE {} RENAME TO {}",
                                        target.quote(model::qualified_name{in, one.from}),
                                        target.quote(one.to))};
    };
    push(std::move(changed), target, is_taken, rename, out);
  }
  return out;
}

}  // namespace retort::diff
