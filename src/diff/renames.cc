#include "diff/renames.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include <retort/error.h>

#include "base/text_tools.h"
#include "model/apply_objects.h"

namespace retort::diff {
namespace {

/// A table's name, perhaps with a schema.
model::qualified_name table_in(std::string_view text) {
  const auto dot = text.rfind('.');
  if (dot == std::string_view::npos) return {{}, std::string(text)};
  return {std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

struct decision {
  bool renamed = false;
  std::string review;
};

decision decide(const renaming& what, const rename_rules& rules, bool is_likely) {
  if (std::ranges::find(rules.said, what) != rules.said.end()) return {true, {}};
  if (!is_likely) return {};
  if (rules.ask) {
    if (const auto answer = rules.ask(what)) return {*answer, {}};
  }
  if (!rules.guesses) return {};
  return {true, fmt::format("{} is a guess: both are defined alike (--no-renames: drop and add)",
                            what.display())};
}

/// Defaults may name a sequence that has the table's name in its own.
bool has_same_columns(const model::table& a, const model::table& b) {
  if (a.is_partition() || b.is_partition() || a.columns.empty()) return false;
  return std::ranges::equal(a.columns, b.columns, [](const auto& x, const auto& y) {
    return x.name == y.name && x.type == y.type && x.nullable == y.nullable &&
           x.generated == y.generated;
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

/// To SQLite a name in other letters is the same name, so that it takes two steps.
void respell(std::vector<const model::table*>& gone, std::vector<const model::table*>& fresh,
             std::vector<change>& out) {
  std::erase_if(gone, [&](const model::table* table) {
    const auto same = std::ranges::find_if(fresh, [&](const model::table* other) {
      return base::equals_ignoring_case(table->name.name, other->name.name);
    });
    if (same == fresh.end()) return false;
    const auto between = table->name.name + "__renamed";
    out.push_back({{{{model::rename_table{table->name, between}, {}},
                     {model::rename_table{{{}, between}, (*same)->name.name}, {}}}}});
    fresh.erase(same);
    return true;
  });
}

std::string before(const model::table& table, const model::column& column) {
  const auto at = &column - table.columns.data();
  return at == 0 ? std::string() : table.columns[static_cast<std::size_t>(at) - 1].name;
}

std::string behind(const model::table& table, const model::column& column) {
  const auto next = static_cast<std::size_t>(&column - table.columns.data()) + 1;
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

bool stands_alike(const model::table& from, const model::column& a, const model::table& to,
                  const model::column& b) {
  return is_alike(a, b) && before(from, a) == before(to, b) && behind(from, a) == behind(to, b);
}

std::string owner_of(const model::schema& all, const model::qualified_name& sequence) {
  for (const auto& [key, object] : all.objects) {
    if (object.kind != "sequence owner" || object.name != sequence) continue;
    const auto at = object.definition.find(" OWNED BY ");
    if (at != std::string::npos) return object.definition.substr(at);
  }
  return {};
}

/// A sequence keeps its place by being renamed.
void rename_sequences(const model::schema& from, const model::schema& to,
                      const dialect::dialect& target, std::vector<change>& out) {
  std::map<std::string, model::qualified_name> gone;
  for (const auto& [key, object] : from.objects) {
    if (object.kind == "sequence" && !to.objects.contains(key)) {
      const auto owner = owner_of(from, object.name);
      if (!owner.empty()) gone[owner] = object.name;
    }
  }
  for (const auto& [key, object] : to.objects) {
    if (object.kind != "sequence" || from.objects.contains(key)) continue;
    const auto old = gone.find(owner_of(to, object.name));
    if (old == gone.end() || old->second.schema != object.name.schema) continue;
    out.push_back(
        {{{{model::execute{fmt::format("ALTER SEQUENCE {} RENAME TO {}", target.quote(old->second),
                                       target.quote(object.name.name))},
            {}}}}});
    gone.erase(old);
  }
}

}  // namespace

std::string renaming::display() const {
  const auto name = table.display();
  if (column.empty()) {
    return name + " -> " + model::qualified_name{table.schema, to}.display();
  }
  return fmt::format("{0}.{1} -> {0}.{2}", name, column, to);
}

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
  std::vector<renaming> said;
  for (const auto& text : texts) said.push_back(parse_renaming(text, from));
  for (auto& one : said) {
    const auto moved = std::ranges::find_if(said, [&](const renaming& other) {
      const bool old_name = other.table == one.table;
      const bool new_name = model::qualified_name{other.table.schema, other.to} == one.table;
      return other.column.empty() && !one.column.empty() && (old_name || new_name);
    });
    const auto old_table = moved == said.end() ? one.table : moved->table;
    if (moved != said.end()) one.table.name = moved->to;
    const auto* table = from.find(old_table);
    const bool is_there =
        table != nullptr && (one.column.empty() || table->find_column(one.column) != nullptr);
    if (!is_there) {
      throw error(fmt::format("nothing is renamed: there is no {} that could be",
                              one.column.empty() ? "table " + old_table.display()
                                                 : old_table.display() + "." + one.column),
                  failure::usage)
          .help("write --rename people:users, or --rename users.email:mail, the old name first");
    }
    const model::qualified_name fresh{one.table.schema, one.to};
    const auto* after = to.find(one.column.empty() ? fresh : one.table);
    const bool is_wanted =
        after != nullptr && (one.column.empty() || after->find_column(one.to) != nullptr);
    const bool is_taken =
        one.column.empty() ? from.find(fresh) != nullptr : table->find_column(one.to) != nullptr;
    if (!is_wanted || is_taken) {
      throw error(fmt::format("{} cannot be renamed: {}", one.display(),
                              is_taken ? "there is one of the new name already"
                                       : "the models have none of the new name"),
                  failure::usage)
          .help("what changes places is renamed in a migration by hand");
    }
  }
  return said;
}

std::vector<change> table_renames(const model::schema& from, const model::schema& to,
                                  const dialect::dialect& target, const rename_rules& rules) {
  std::vector<change> out;
  auto gone = only(from, to);
  auto fresh = only(to, from);
  if (target.flavour() == base::sql_flavour::sqlite) respell(gone, fresh, out);
  for (const auto* table : gone) {
    for (const auto* other : fresh) {
      if (table->name.schema != other->name.schema) continue;
      const auto pairs = [&](const model::table* one) { return has_same_columns(*table, *one); };
      const auto back = [&](const model::table* one) { return has_same_columns(*one, *other); };
      const bool is_likely = pairs(other) && std::ranges::count_if(fresh, pairs) == 1 &&
                             std::ranges::count_if(gone, back) == 1;
      const auto decided = decide({table->name, {}, other->name.name}, rules, is_likely);
      if (!decided.renamed) continue;
      out.push_back(
          {{{{model::rename_table{table->name, other->name.name}, {}}}}, decided.review, {}});
      std::erase(fresh, other);
      break;
    }
  }
  return out;
}

std::vector<change> column_renames(const model::schema& from, const model::schema& to,
                                   const dialect::dialect& target, const rename_rules& rules) {
  std::vector<change> out;
  for (const auto& [name, table] : from.tables) {
    const auto* now = to.find(name);
    if (now == nullptr || table.is_partition() || table.is_virtual()) continue;
    auto fresh = only(*now, table);
    for (const auto* column : only(table, *now)) {
      for (const auto* other : fresh) {
        const bool is_likely = stands_alike(table, *column, *now, *other);
        const auto decided = decide({name, column->name, other->name}, rules, is_likely);
        if (!decided.renamed) continue;
        model::alter_column op;
        op.table = name;
        op.column = column->name;
        op.rename = other->name;
        out.push_back({{{{std::move(op), {}}}}, decided.review, {}});
        std::erase(fresh, other);
        break;
      }
    }
  }
  if (target.flavour() == base::sql_flavour::postgresql) rename_sequences(from, to, target, out);
  return out;
}

}  // namespace retort::diff
