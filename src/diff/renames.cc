#include "diff/renames.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text_tools.h"
#include "diff/in_the_way.h"
#include "diff/object_changes.h"
#include "diff/rename_order.h"
#include "diff/steps.h"
#include "model/apply_objects.h"

namespace retort::diff {
namespace {

/// What the schema is called that objects without one are in, unless it is another one.
constexpr std::string_view usual_schema = "public";
/// Of more that it could be nobody reads on.
constexpr std::size_t most_open = 3;

struct decision {
  bool renamed = false;
  std::string review;
};

/// Asks a person for each at most once, and notes what nobody has answered.
class asker {
 public:
  asker(const rename_rules& rules, found_renames& out) : rules_(rules), out_(out) {}

  /// `because`: what makes it likely.
  decision decide(const renaming& what, std::string_view because) {
    if (const auto answer = answer_to(what)) return {*answer, {}};
    if (!rules_.guesses) return {};
    return {true,
            fmt::format("{} is a guess: {} (--no-renames: drop and add)", what.display(), because)};
  }

  /// Where it is likely, but no guess: what a person says, who is told of it otherwise.
  bool is_said_to_be(const renaming& what) {
    const bool is_known = asked_.contains(what.display());
    if (const auto answer = answer_to(what)) return *answer;
    if (rules_.guesses && !is_known) out_.open.push_back(what);
    return false;
  }

 private:
  std::optional<bool> answer_to(const renaming& what) {
    const auto [known, is_new] = asked_.try_emplace(what.display());
    if (is_new && rules_.ask) known->second = rules_.ask(what);
    return known->second;
  }

  const rename_rules& rules_;
  found_renames& out_;
  std::map<std::string, std::optional<bool>> asked_;
};

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
  if (column.empty()) return name + " -> " + new_name().display();
  return fmt::format("{0}.{1} -> {0}.{2}", name, column, to);
}

std::string renaming::argument() const {
  if (!to_schema) return lost() + ":" + to;
  return fmt::format("{}:{}.{}", lost(), to_schema->empty() ? usual_schema : *to_schema, to);
}

bool has_same_columns(const model::table& a, const model::table& b) {
  if (a.is_partition() || b.is_partition() || a.columns.empty()) return false;
  return std::ranges::equal(a.columns, b.columns, [](const auto& x, const auto& y) {
    return x.name == y.name && x.type == y.type && x.nullable == y.nullable &&
           x.generated == y.generated;
  });
}

namespace {

class table_renamer {
 public:
  table_renamer(const model::schema& from, const model::schema& to, const dialect::dialect& target,
                const rename_rules& rules)
      : from_(from), to_(to), target_(target), rules_(rules) {}

  found_renames run() && {
    carry_out_said();
    const auto share_names = [&](const model::table& a, const model::table& b) {
      return have_an_index_in_common(a, b, target_.flavour());
    };
    pair_up(share_names, same_names);
    const auto are_alike = [&](const model::table& a, const model::table& b) {
      return share_names(a, b) || are_referred_to_alike(from_, to_, a, b);
    };
    pair_up([&](const auto& a, const auto& b) { return are_alike(a, b) && !share_names(a, b); },
            same_children);
    pair_up(
        [&](const auto& a, const auto& b) { return has_same_columns(a, b) && !are_alike(a, b); },
        same_definition);
    ask_for_others();
    return std::move(out_);
  }

 private:
  void carry_out_said() {
    out_.changes = tables_in_the_way(rules_.said, from_, to_, target_);
    std::map<std::string, std::vector<name_change>> said;
    for (const auto& one : rules_.said) {
      const auto now = one.new_name();
      if (!one.column.empty() || from_.find(one.table) == nullptr || to_.find(now) == nullptr) {
        continue;
      }
      if (!one.to_schema) said[now.schema].push_back({one.table.name, one.to});
      take_out(gone_, one.table);
      take_out(fresh_, now);
    }
    if (target_.flavour() == base::sql_flavour::sqlite) {
      for (auto& one : respelled(gone_, fresh_)) {
        take_out(gone_, model::qualified_name{{}, one.from});
        take_out(fresh_, model::qualified_name{{}, one.to});
        said[{}].push_back(std::move(one));
      }
    }
    for (auto& [schema, names] : said) {
      const auto is_taken = [&, in = schema](const std::string& name) {
        return from_.find({in, name}) != nullptr || to_.find({in, name}) != nullptr;
      };
      const auto rename = [&, in = schema](const name_change& one) {
        return model::rename_table{{in, one.from}, one.to};
      };
      push(std::move(names), target_, is_taken, rename, out_.changes);
    }
    for (const auto& one : rules_.said) {
      if (one.to_schema && from_.find(one.table) != nullptr) carry_out(one);
    }
  }

  /// What belongs to a table goes with it to another schema, which may be new as well.
  void carry_out(const renaming& what) {
    if (!what.to_schema) {
      out_.changes.push_back(one(model::rename_table{what.table, what.to}));
      return;
    }
    const auto key = "schema " + *what.to_schema;
    const auto schema = to_.objects.find(key);
    const bool is_new = schema != to_.objects.end() && !from_.objects.contains(key) &&
                        made_schemas_.insert(key).second;
    if (is_new) out_.changes.push_back(one(create_operation(schema->second)));
    const auto name = what.to_schema->empty() ? std::string(usual_schema) : *what.to_schema;
    out_.changes.push_back(one_sql(fmt::format("ALTER TABLE {} SET SCHEMA {}",
                                               target_.quote(what.table), target_.quote(name))));
    if (what.to != what.table.name) {
      const model::qualified_name moved{*what.to_schema, what.table.name};
      out_.changes.push_back(one(model::rename_table{moved, what.to}));
    }
    out_.moves.push_back(what);
  }

  template <class Alike>
  void pair_up(const Alike& is_alike, std::string_view because) {
    const auto all_gone = gone_;
    std::erase_if(gone_, [&](const model::table* table) {
      const auto found = std::ranges::find_if(fresh_, [&](const model::table* other) {
        if (table->name.schema != other->name.schema) return false;
        const auto pairs = [&](const model::table* one) { return is_alike(*table, *one); };
        const auto back = [&](const model::table* one) { return is_alike(*one, *other); };
        const bool is_likely = pairs(other) && std::ranges::count_if(fresh_, pairs) == 1 &&
                               std::ranges::count_if(all_gone, back) == 1;
        if (!is_likely) return false;
        const renaming what{table->name, {}, other->name.name};
        const auto decided = asker_.decide(what, because);
        if (!decided.renamed) return false;
        carry_out(what);
        out_.changes.back().review = decided.review;
        return true;
      });
      if (found == fresh_.end()) return false;
      fresh_.erase(found);
      return true;
    });
  }

  /// Where nothing tells which is which, or whether it is the same at all.
  void ask_for_others() {
    for (const auto* table : gone_) {
      auto likely = likely_names(*table);
      for (const auto* other : likely) {
        renaming what{table->name, {}, other->name.name};
        if (other->name.schema != table->name.schema) what.to_schema = other->name.schema;
        if (!asker_.is_said_to_be(what)) continue;
        carry_out(what);
        std::erase(fresh_, other);
        break;
      }
    }
  }

  /// Those with the same columns; where there are none, those with most of them.
  std::vector<const model::table*> likely_names(const model::table& table) const {
    std::vector<const model::table*> same;
    std::vector<const model::table*> alike;
    for (const auto* other : fresh_) {
      const bool is_near =
          other->name.schema == table.name.schema || other->name.name == table.name.name;
      if (!is_near) continue;
      if (has_same_columns(table, *other)) {
        same.push_back(other);
      } else if (is_mostly_the_same(table, *other) && is_mostly_the_same(*other, table)) {
        alike.push_back(other);
      }
    }
    auto& likely = same.empty() ? alike : same;
    if (likely.size() > most_open) likely.resize(most_open);
    return likely;
  }

  const model::schema& from_;
  const model::schema& to_;
  const dialect::dialect& target_;
  const rename_rules& rules_;
  found_renames out_;
  asker asker_{rules_, out_};
  std::vector<const model::table*> gone_ = only(from_, to_);
  std::vector<const model::table*> fresh_ = only(to_, from_);
  std::set<std::string> made_schemas_;
};

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
  for (auto& drop : columns_in_the_way(rules.said, table, now, target)) {
    out.changes.push_back(std::move(drop));
  }
  const auto rename = [&](const name_change& one) {
    auto op = altered(table.name, one.from);
    op.rename = one.to;
    return op;
  };
  const auto is_taken = [&](const std::string& name) {
    return table.find_column(name) != nullptr || now.find_column(name) != nullptr;
  };
  push(std::move(said), target, is_taken, rename, out.changes);
  asker asked(rules, out);
  const auto pair_up = [&](const auto& decided) {
    std::erase_if(gone, [&](const model::column* column) {
      std::size_t tried = 0;
      const auto found = std::ranges::find_if(fresh, [&](const model::column* other) {
        if (!is_alike(*column, *other) || ++tried > most_open) return false;
        const decision what = decided(*column, *other);
        if (!what.renamed) return false;
        out.changes.push_back(one(rename({column->name, other->name})));
        out.changes.back().review = what.review;
        return true;
      });
      if (found == fresh.end()) return false;
      fresh.erase(found);
      return true;
    });
  };
  pair_up([&](const model::column& a, const model::column& b) {
    if (!stands_alike(table, a, now, b)) return decision{};
    return asked.decide({table.name, a.name, b.name}, same_definition);
  });
  pair_up([&](const model::column& a, const model::column& b) {
    return decision{asked.is_said_to_be({table.name, a.name, b.name}), {}};
  });
}

}  // namespace

found_renames table_renames(const model::schema& from, const model::schema& to,
                            const dialect::dialect& target, const rename_rules& rules) {
  return table_renamer(from, to, target, rules).run();
}

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
