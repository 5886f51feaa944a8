#include "diff/remade_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "diff/heirs.h"
#include "diff/remade_values.h"
#include "diff/rename_order.h"
#include "diff/steps.h"
#include "diff/type_definitions.h"
#include "model/apply_objects.h"

namespace retort::diff {
namespace {

using way = std::vector<model::operation>;

/// Whether the definition has the collation: `COLLATE x`, `collation = x`.
bool has_collation(std::string_view definition, const std::string& collation) {
  for (const std::string_view lead : {" COLLATE ", "collation = "}) {
    for (auto at = definition.find(lead); at != definition.npos; at = definition.find(lead, at)) {
      at += lead.size();
      const auto rest = definition.substr(at);
      const auto is_end = rest.size() == collation.size() ||
                          std::string_view(" ,)").find(rest[collation.size()]) != rest.npos;
      if (rest.starts_with(collation) && is_end) return true;
    }
  }
  return false;
}

class remaker {
 public:
  remaker(const schema_pair& all, const dialect::dialect& target) : all_(all), target_(target) {}

  void add_type(const model::object& from, const model::object& to) {
    add(from, to);
    changed_ = 1;
    add_what_is_made_of_them();
  }

  void add_collation(const model::object& from, const model::object& to) {
    old_collation_ = &from;
    new_collation_ = &to;
    for (const auto& [key, object] : all_.from.objects) {
      if (is_type(object) && has_collation(object.definition, target_.quote(from.name))) {
        add(object, object);
      }
    }
    add_what_is_made_of_them();
  }

  /// SQL that takes everything along which hangs on the types that step aside.
  std::string probe() const {
    std::string all;
    if (old_collation_ != nullptr) {
      all = fmt::format("DROP COLLATION {} CASCADE", target_.quote(old_collation_->name));
    }
    for (const auto& one : types_) {
      all += fmt::format("{}DROP {} IF EXISTS {} CASCADE", all.empty() ? "" : "; ",
                         base::upper(one.from->kind), one.type);
    }
    return all;
  }

  /// Where a row stands within something that is none, the text alone is taken over, attribute by
  /// attribute.
  std::string loss() const {
    const value_converter values(types_, all_, target_);
    std::vector<std::string> columns;
    for (const auto& [name, table] : all_.from.tables) {
      for (const auto& column : table.columns) {
        if (!values.keeps_places(column.type.raw)) continue;
        columns.push_back(fmt::format("{}.{}", name.display(), column.name));
      }
    }
    if (columns.empty()) return {};
    return fmt::format(
        "values of {} within {} keep the places of their attributes, whatever those are called now",
        types_.front().type, base::join(columns, ", "));
  }

  std::vector<way> run() {
    std::vector<way> ways;
    add_ways(ways);
    bool differs = false;
    for (auto i = changed_; i < types_.size(); ++i) {
      const auto wanted = wanted_of(*types_[i].from);
      differs = differs || *wanted != *types_[i].from;
      types_[i].to = wanted;
    }
    if (differs) add_ways(ways);
    return ways;
  }

 private:
  static bool is_type(const model::object& object) {
    return object.kind == "type" || object.kind == "domain";
  }

  void add(const model::object& from, const model::object& to) {
    types_.push_back(
        {&from, &to, target_.quote(from.name), range_parts_of(from.definition).multirange});
  }

  /// Those that are made of one that steps aside do so, too.
  void add_what_is_made_of_them() {
    for (std::size_t i = 0; i < types_.size(); ++i) {
      for (const auto& [key, object] : all_.from.objects) {
        if (!is_type(object) || replaced(target_.quote(object.name)) != nullptr) continue;
        const auto within = types_within(object);
        if (!std::ranges::any_of(within, [&](const auto& one) { return types_[i].is(one); })) {
          continue;
        }
        add(object, object);
      }
    }
  }

  const model::object* wanted_of(const model::object& object) const {
    for (const auto& [key, other] : all_.to.objects) {
      if (is_type(other) && other.name == object.name) return &other;
    }
    return &object;
  }

  const replacement* replaced(std::string_view spelled) const {
    return find_replacement(types_, spelled);
  }

  void add_ways(std::vector<way>& ways) {
    ways.push_back(steps(true));
    // The columns of a typed table have to be those of the new type first.
    if (has_typed_tables()) ways.push_back(steps(false));
  }

  way steps(bool retypes_tables) {
    steps_.clear();
    exchange_collation();
    untype_tables(true);
    for (const auto& one : types_) step_aside(one);
    const auto order = in_order();
    for (const auto* one : order) steps_.push_back(op(create_operation(*one->to)));
    move_columns(order);
    collate_columns();
    if (retypes_tables) untype_tables(false);
    for (auto one = order.rbegin(); one != order.rend(); ++one) {
      sql(fmt::format("DROP {} {}", base::upper((*one)->from->kind),
                      target_.quote(name_between((*one)->from->name, all_))));
    }
    if (old_collation_ != nullptr) {
      sql("DROP COLLATION " + target_.quote(name_between(old_collation_->name, all_)));
    }
    return std::move(steps_);
  }

  void exchange_collation() {
    if (old_collation_ == nullptr) return;
    const auto& name = old_collation_->name;
    sql(fmt::format("ALTER COLLATION {} RENAME TO {}", target_.quote(name),
                    target_.quote(name_between(name, all_).name)));
    steps_.push_back(op(create_operation(*new_collation_)));
  }

  void collate_columns() {
    if (old_collation_ == nullptr) return;
    const auto collation = target_.quote(old_collation_->name);
    for (const auto& [name, table] : all_.from.tables) {
      for (const auto& column : table.columns) {
        if (column.collation.empty() || dialect::quote_collation(column.collation) != collation ||
            goes_with_parent(table, column)) {
          continue;
        }
        sql(fmt::format("ALTER TABLE {} ALTER COLUMN {} TYPE {} COLLATE {}", target_.quote(name),
                        target_.quote(column.name), column.type.raw, collation));
      }
    }
  }

  void sql(std::string text) { steps_.push_back(execute(std::move(text))); }

  /// Each behind those that it is made of.
  std::vector<const replacement*> in_order() const {
    std::vector<const replacement*> order;
    while (order.size() < types_.size()) {
      const auto before = order.size();
      for (const auto& one : types_) {
        if (std::ranges::find(order, &one) != order.end()) continue;
        const auto within = types_within(*one.to);
        const bool is_ready = std::ranges::all_of(within, [&](const std::string& part) {
          const auto* other = replaced(part);
          return other == nullptr || other == &one ||
                 std::ranges::find(order, other) != order.end();
        });
        if (is_ready) order.push_back(&one);
      }
      // What goes round in a ring the database says.
      if (order.size() == before) order.push_back(first_but(order));
    }
    return order;
  }

  const replacement* first_but(const std::vector<const replacement*>& some) const {
    const auto found = std::ranges::find_if(types_, [&](const replacement& one) {
      return std::ranges::find(some, &one) == some.end();
    });
    return &*found;
  }

  /// The line that says which of the types the table has its columns from; null: none.
  const std::string* type_line(const model::table& table) const {
    const auto found = std::ranges::find_if(table.opaque, [&](const std::string& line) {
      return line.starts_with("OF ") && replaced(line.substr(3)) != nullptr;
    });
    return found == table.opaque.end() ? nullptr : &*found;
  }

  bool has_typed_tables() const {
    return std::ranges::any_of(
        all_.from.tables, [&](const auto& entry) { return type_line(entry.second) != nullptr; });
  }

  /// A typed table has its columns from its type.
  void untype_tables(bool is_before) {
    for (const auto& [name, table] : all_.from.tables) {
      const auto* line = type_line(table);
      if (line == nullptr) continue;
      sql(fmt::format("ALTER TABLE {} {}", target_.quote(name), is_before ? "NOT OF" : *line));
    }
  }

  void step_aside(const replacement& one) {
    const auto& name = one.from->name;
    const auto rename = [&](std::string_view kind, const std::string& what,
                            const std::string& last) {
      sql(fmt::format("ALTER {} {} RENAME TO {}", kind, what,
                      target_.quote(name_between({name.schema, last}, all_).name)));
    };
    rename(base::upper(one.from->kind), one.type, name.name);
    if (one.multirange.empty()) return;
    // The functions that make values of a range have names as well.
    const auto multirange = name_of(one.multirange);
    rename("TYPE", one.multirange, multirange);
    rename("FUNCTION", one.multirange + "()", multirange);
    const auto subtype = range_parts_of(one.from->definition).subtype;
    if (replaced(subtype) != nullptr) return;
    rename("FUNCTION", fmt::format("{0}({1}, {1})", one.type, subtype), name.name);
    rename("FUNCTION", fmt::format("{0}({1}, {1}, text)", one.type, subtype), name.name);
  }

  /// The last part of a name that SQL has.
  static std::string name_of(const std::string& spelled) {
    std::string name;
    bool in_quotes = false;
    for (std::size_t i = 0; i < spelled.size(); ++i) {
      if (spelled[i] == '"') {
        if (in_quotes && i + 1 < spelled.size() && spelled[i + 1] == '"') {
          name += spelled[++i];
        } else {
          in_quotes = !in_quotes;
        }
      } else if (spelled[i] == '.' && !in_quotes) {
        name.clear();
      } else {
        name += spelled[i];
      }
    }
    return name;
  }

  /// Whether the column goes with the one of a parent.
  bool goes_with_parent(const model::table& table, const model::column& column) const {
    return table.is_partition() || is_inherited(table, column.name, target_) ||
           std::ranges::any_of(parents_of(table, all_.from, target_), [&](const auto* parent) {
             return parent->find_column(column.name) != nullptr;
           });
  }

  /// What is to be done with each column of a type that steps aside.
  template <class Visitor>
  void visit_columns(const Visitor& visit) {
    for (const auto& [name, table] : all_.from.tables) {
      for (const auto& column : table.columns) {
        if (replaced(column.type.raw) == nullptr) continue;
        const auto head = fmt::format("ALTER TABLE {} ALTER COLUMN {} ", target_.quote(name),
                                      target_.quote(column.name));
        visit(table, column, head);
      }
    }
  }

  void move_columns(const std::vector<const replacement*>& order) {
    const value_converter values(types_, all_, target_);
    for (auto& made : values.make_functions(order)) sql(std::move(made));
    // A default of the type that goes keeps a column from leaving it, and so do those of children.
    visit_columns([&](const model::table&, const model::column& column, const std::string& head) {
      if (column.default_sql) sql(head + "DROP DEFAULT");
    });
    for (const bool of_children : {false, true}) {
      visit_columns(
          [&](const model::table& table, const model::column& column, const std::string& head) {
            if (goes_with_parent(table, column) != of_children) return;
            if (!of_children)
              sql(head + "TYPE " + column.type.raw + conversion(table, column, values));
            if (keeps_default(table, column)) sql(head + "SET DEFAULT " + *column.default_sql);
          });
    }
    for (auto& dropped : values.drop_functions(order)) sql(std::move(dropped));
  }

  /// Another one is a change of its own.
  bool keeps_default(const model::table& table, const model::column& column) const {
    const auto* now = all_.to.find(table.name);
    const auto* wanted = now == nullptr ? nullptr : now->find_column(column.name);
    return column.default_sql && wanted != nullptr && wanted->default_sql == column.default_sql;
  }

  std::string conversion(const model::table& table, const model::column& column,
                         const value_converter& values) const {
    if (model::is_foreign(table)) return {};
    return " USING " + values.converted(target_.quote(column.name), column.type.raw);
  }

  const schema_pair& all_;
  const dialect::dialect& target_;
  /// The first `changed_` are those that are made anew for their own sake.
  std::vector<replacement> types_;
  std::size_t changed_ = 0;
  /// Null: it is types alone.
  const model::object* old_collation_ = nullptr;
  const model::object* new_collation_ = nullptr;
  way steps_;
};

}  // namespace

remaking remade(const keyed_object& from, const model::object& to, const schema_pair& all,
                const dialect::dialect& target) {
  remaker made(all, target);
  made.add_type(from.object, to);
  auto ways = made.run();
  return {std::move(ways), made.probe(), made.loss()};
}

remaking remade_collation(const model::object& from, const model::object& to,
                          const schema_pair& all, const dialect::dialect& target) {
  remaker made(all, target);
  made.add_collation(from, to);
  auto ways = made.run();
  return {std::move(ways), made.probe()};
}

}  // namespace retort::diff
