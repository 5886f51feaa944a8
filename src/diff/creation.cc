#include "diff/creation.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/sql_lexer.h"
#include "base/text_tools.h"
#include "diff/object_changes.h"
#include "diff/partition_indexes.h"
#include "diff/table_changes.h"
#include "model/apply.h"
#include "model/apply_objects.h"

namespace retort::diff {
namespace {

/// The kinds of objects, a group after the other. Within `needed`, the group that tables and views
/// are in, what each mentions decides.
constexpr std::array first = {"schema", "extension", "collation"};
constexpr std::array needed = {"text search template",
                               "text search parser",
                               "text search dictionary",
                               "text search configuration",
                               "text search mapping",
                               "type",
                               "domain",
                               "sequence",
                               "function",
                               "procedure",
                               "language",
                               "access method",
                               "conversion",
                               "foreign data wrapper",
                               "server",
                               "user mapping",
                               "cast",
                               "operator",
                               "operator family",
                               "operator class",
                               "operator family member",
                               "aggregate",
                               "",
                               "view",
                               "materialized view"};
constexpr std::array last = {"index",
                             "sequence owner",
                             "column default",
                             "rule",
                             "trigger",
                             "statistics",
                             "statistics target",
                             "view setting",
                             "policy",
                             "event trigger",
                             "publication",
                             "pragma",
                             "domain constraint",
                             "comment"};

/// What extends the server rather than a schema: made of functions, and of each other in the order
/// above.
constexpr std::array extensions = {"text search template",   "text search parser",
                                   "text search dictionary", "text search configuration",
                                   "text search mapping",    "language",
                                   "access method",          "conversion",
                                   "foreign data wrapper",   "server",
                                   "user mapping",           "operator",
                                   "operator family",        "operator class",
                                   "operator family member"};

template <std::size_t N>
std::size_t place_in(const std::array<const char*, N>& kinds, std::string_view kind) {
  return static_cast<std::size_t>(std::ranges::find(kinds, kind) - kinds.begin());
}

/// A table, or an object of a kind in `needed`.
struct node {
  std::string kind = {};
  std::string name = {};
  const model::table* table = nullptr;
  const model::object* object = nullptr;
  bool is_done = false;
};

/// The names in a piece of SQL; those of calls are told apart.
struct mentioned {
  std::set<std::string> names;
  std::set<std::string> calls;
};

/// The operators in a piece of SQL.
void collect_operators(std::string_view sql, std::set<std::string>& into) {
  base::sql_lexer lexer(sql, base::sql_flavour::postgresql);
  std::string run;
  for (auto t = lexer.next();; t = lexer.next()) {
    const auto text = lexer.text(t);
    if (t.kind == base::token_kind::symbol && text.find_first_of("()[],.;:") == text.npos) {
      run += text;
      continue;
    }
    if (!run.empty()) into.insert(std::exchange(run, {}));
    if (t.kind == base::token_kind::end) return;
  }
}

void collect(std::string_view sql, base::sql_flavour flavour, mentioned& into,
             bool with_strings = true) {
  base::sql_lexer lexer(sql, flavour);
  std::string before;
  for (auto t = lexer.next();; t = lexer.next()) {
    if (t.kind == base::token_kind::space || t.kind == base::token_kind::comment) continue;
    const auto text = lexer.text(t);
    if (!before.empty()) {
      (text == "(" ? into.calls : into.names).insert(before);
      before.clear();
    }
    if (t.kind == base::token_kind::end) return;
    if (t.kind == base::token_kind::word) before = base::lower(text);
    if (t.kind == base::token_kind::quoted_name) before = text.substr(1, text.size() - 2);
    // A name inside a string: nextval('s'::regclass).
    if (with_strings && t.kind == base::token_kind::string && text.size() > 2) {
      auto inside = std::string(text.substr(1, text.size() - 2));
      if (const auto dot = inside.rfind('.'); dot != std::string::npos) inside.erase(0, dot + 1);
      if (inside.starts_with('"') && inside.size() > 2)
        inside = inside.substr(1, inside.size() - 2);
      into.names.insert(std::move(inside));
    }
  }
}

/// A routine's definition as far as the server looks at it when it is made.
std::string_view signature_of(std::string_view definition) {
  const auto body = definition.find("\nAS $");
  return body == std::string_view::npos ? definition : definition.substr(0, body);
}

bool is_extension(std::string_view kind) { return place_in(extensions, kind) < extensions.size(); }

bool is_called(std::string_view kind) { return model::is_routine(kind) || kind == "aggregate"; }

class sorter {
 public:
  sorter(const model::schema& wanted, base::sql_flavour flavour) : flavour_(flavour) {
    for (const auto& [name, table] : wanted.tables) nodes_.push_back({"", name.name, &table});
    for (const auto& [key, object] : wanted.objects) {
      if (place_in(needed, object.kind) < needed.size()) {
        nodes_.push_back({object.kind, object.name.name, nullptr, &object});
      }
    }
    std::ranges::stable_sort(nodes_, {},
                             [](const node& one) { return place_in(needed, one.kind); });
    for (std::size_t i = 0; i < nodes_.size(); ++i) by_name_[bare(nodes_[i].name)].push_back(i);
  }

  /// In an order in which each stands behind what it needs. They live as long as the sorter.
  std::vector<const node*> sorted() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) visit(i);
    return std::move(order_);
  }

 private:
  /// Names of what is in no schema are SQL.
  static std::string bare(const std::string& name) {
    return name.size() > 2 && name.starts_with('"') ? name.substr(1, name.size() - 2) : name;
  }

  void visit(std::size_t index) {
    auto& one = nodes_[index];
    // What is on its way needs this one: then the order of the kinds decides.
    if (one.is_done) return;
    one.is_done = true;
    for (const std::size_t other : needs(one)) visit(other);
    order_.push_back(&one);
  }

  /// `types`: what can be meant by a type, or as a parent.
  void collect_table(const model::table& table, mentioned& all, mentioned& types) const {
    for (const auto& column : table.columns) {
      collect(column.type.raw, flavour_, types);
      if (column.default_sql) collect(*column.default_sql, flavour_, all);
      if (column.generated) collect(column.generated->expression, flavour_, all);
    }
    for (const auto& check : table.checks) collect(check.expression, flavour_, all);
    for (const auto& item : table.excludes) collect(item.definition, flavour_, all);
    for (const auto& index : table.indexes) {
      collect(index.where, flavour_, all);
      for (const auto& key : index.keys) {
        if (key.is_expression) collect(key.what, flavour_, all);
      }
    }
    for (const auto& line : table.opaque) {
      const bool of_parent = line.starts_with("PARTITION OF ") || line.starts_with("INHERITS ") ||
                             line.starts_with("OF ");
      collect(line, flavour_, of_parent ? types : all);
    }
  }

  std::vector<std::size_t> needs(const node& one) const {
    mentioned all;
    mentioned types;
    if (one.table != nullptr) {
      collect_table(*one.table, all, types);
    } else if (is_called(one.kind)) {
      collect(signature_of(one.object->definition), flavour_, all);
    } else {
      // The values of an enumeration are no names.
      collect(one.object->definition, flavour_, all, one.kind != "type");
      if (is_extension(one.kind)) collect_operators(one.object->definition, all.names);
    }
    std::vector<std::size_t> found;
    const auto add = [&](const std::string& name, bool is_call, bool is_type) {
      const auto places = by_name_.find(name);
      if (places == by_name_.end()) return;
      for (const std::size_t other : places->second) {
        if (may_need(one, nodes_[other], is_call, is_type)) found.push_back(other);
      }
    };
    for (const auto& name : all.names) add(name, false, false);
    for (const auto& name : all.calls) add(name, true, false);
    for (const auto& name : types.names) add(name, false, true);
    for (const auto& name : types.calls) add(name, false, true);
    return found;
  }

  /// Whether a name can mean the other one: in an expression of a table no table can.
  static bool may_need(const node& one, const node& other, bool is_call, bool is_type) {
    if (&one == &other) return false;
    if (is_extension(one.kind)) return may_extend(one, other);
    if (is_extension(other.kind)) return may_use(one, other);
    // The name in its own definition.
    const bool names_itself = one.kind == "type" || one.kind == "domain" || one.kind == "sequence";
    if (names_itself && one.name == other.name) return false;
    if (is_called(other.kind)) {
      // An aggregate may be called as its function is.
      if (one.name == other.name && is_called(one.kind)) return one.kind == "aggregate";
      // An operator class, a cast or an aggregate names its functions without calling them.
      return is_call || one.kind == "cast" || one.kind == "aggregate" || one.kind == "type";
    }
    const bool is_relation = other.kind.empty() || other.kind.ends_with("view");
    if (one.table != nullptr) return is_type ? other.kind != "sequence" : !is_relation;
    return other.kind != "sequence" || one.kind.ends_with("view");
  }

  /// Operators have types, which may be those of tables' rows.
  static bool may_extend(const node& one, const node& other) {
    if (is_called(other.kind)) return true;
    if (is_extension(other.kind)) return place_in(needed, other.kind) < place_in(needed, one.kind);
    return one.kind.starts_with("operator") && one.name != other.name && other.kind != "sequence" &&
           !other.kind.ends_with("view");
  }

  /// A function may be called as what it is made for.
  static bool may_use(const node& one, const node& other) {
    if (one.table != nullptr) return true;
    if (one.name == other.name) return false;
    return !is_called(one.kind) || other.kind == "language" ||
           other.kind.starts_with("text search");
  }

  base::sql_flavour flavour_;
  std::vector<node> nodes_;
  std::map<std::string, std::vector<std::size_t>> by_name_;
  std::vector<const node*> order_;
};

class creator {
 public:
  creator(const model::schema& wanted, const dialect::dialect& target)
      : wanted_(wanted), target_(target), flavour_(target.flavour()) {}

  std::vector<model::operation> operations() && {
    for (const auto kind : first) add_objects(kind);
    sorter order(wanted_, flavour_);
    for (const auto* one : order.sorted()) {
      one->table != nullptr ? add_table(*one->table) : add_object(*one->object);
    }
    if (apart()) {
      for (const auto& [name, table] : wanted_.tables) {
        for (const auto& index : table.indexes) {
          if (calls_something(index) && !is_made_only(table, index.name, target_)) {
            add(model::create_index{name, index});
          }
        }
      }
      for (const auto& [name, table] : wanted_.tables) {
        for (const auto& key : table.foreign_keys) add(model::add_constraint{name, key});
        for (const auto& line : table.opaque) {
          if (!is_foreign_key(line)) continue;
          add(model::execute{"ALTER TABLE " + target_.quote(name) + " ADD " + line});
        }
      }
      finish_partitions();
    }
    for (const auto kind : last) add_objects(kind);
    for (const auto& [name, table] : wanted_.tables) {
      for (const auto& line : table.opaque) {
        if (is_trigger_state(line)) set(table, line);
      }
    }
    for (const auto& [key, object] : wanted_.objects) {
      if (object.kind.starts_with("grants")) add_object(object);
    }
    return std::move(operations_);
  }

 private:
  /// SQLite takes a foreign key for what it says, and looks for its table when rows come.
  bool apart() const { return flavour_ == base::sql_flavour::postgresql; }

  void add(model::operation_variant what) { operations_.push_back({std::move(what), {}}); }

  void add_table(const model::table& table) {
    auto bare = table;
    const auto* parent = parent_of(table);
    const bool is_attached = parent != nullptr && !is_in_order(*parent, table);
    if (is_attached) {
      stand_alone(bare);
    } else if (parent != nullptr) {
      // It has them from there.
      std::erase_if(bare.columns, [&](const model::column& column) {
        const auto* above = parent->find_column(column.name);
        return above != nullptr && above->nullable == column.nullable &&
               above->default_sql == column.default_sql && above->comment == column.comment;
      });
    }
    std::vector<model::unique> merged;
    if (apart()) {
      take_later(bare);
      std::erase_if(bare.opaque, [&](const auto& line) { return is_of_later_index(bare, line); });
      take_repeated(bare, merged);
    }
    add(model::create_table{std::move(bare)});
    for (auto& item : merged) add(model::add_constraint{table.name, std::move(item)});
    if (!is_attached) return;
    const auto lead = model::partition_line(parent->name, {}).size();
    add(model::attach_partition{parent->name, table.name, partition_line_of(table)->substr(lead)});
  }

  /// CREATE TABLE … PARTITION OF would give it its parent's order of columns.
  static bool is_in_order(const model::table& parent, const model::table& partition) {
    return std::ranges::equal(parent.columns, partition.columns, {}, &model::column::name,
                              &model::column::name);
  }

  static const std::string* partition_line_of(const model::table& table) {
    const auto found = std::ranges::find_if(
        table.opaque, [](const std::string& line) { return line.starts_with("PARTITION OF "); });
    return found == table.opaque.end() ? nullptr : &*found;
  }

  /// As it is before it is attached: the checks of those above have to be there.
  void stand_alone(model::table& partition) const {
    for (const auto* above = parent_of(partition); above != nullptr; above = parent_of(*above)) {
      partition.checks.insert(partition.checks.end(), above->checks.begin(), above->checks.end());
    }
    std::erase(partition.opaque, *partition_line_of(partition));
  }

  /// What is made when all tables are there.
  void take_later(model::table& bare) const {
    bare.foreign_keys.clear();
    std::erase_if(bare.opaque, is_foreign_key);
    const auto is_only = [&](const auto& item) { return is_made_only(bare, item.name, target_); };
    if (bare.primary_key && is_only(*bare.primary_key)) bare.primary_key.reset();
    std::erase_if(bare.uniques, is_only);
    std::erase_if(bare.indexes, [&](const model::index& index) {
      return calls_something(index) || is_only(index);
    });
  }

  /// CREATE TABLE makes one index of two keys over the same columns, and one of them is gone.
  static void take_repeated(model::table& bare, std::vector<model::unique>& out) {
    std::set<std::vector<std::string>> keys;
    if (bare.primary_key) keys.insert(bare.primary_key->columns);
    std::erase_if(bare.uniques, [&](const model::unique& item) {
      if (keys.insert(item.columns).second) return false;
      out.push_back(item);
      return true;
    });
  }

  /// The table whose partition this one is; null: it is none.
  const model::table* parent_of(const model::table& table) const {
    const auto* line = partition_line_of(table);
    if (line == nullptr) return nullptr;
    for (const auto& [name, other] : wanted_.tables) {
      if (line->starts_with(model::partition_line(name, {}))) return &other;
    }
    return nullptr;
  }

  /// One that the model has no words for.
  static bool is_foreign_key(const std::string& line) {
    return line.starts_with("CONSTRAINT ") && line.find(" FOREIGN KEY ") != std::string::npos;
  }

  /// A function that an index calls may want the table to be there.
  static bool calls_something(const model::index& index) {
    const auto calls = [](const std::string& sql) { return sql.find('(') != std::string::npos; };
    return calls(index.where) || std::ranges::any_of(index.keys, [&](const model::index_key& key) {
             return key.is_expression && calls(key.what);
           });
  }

  /// The index of such a line, as SQL has its name; empty: it is another line.
  static std::string index_in(const std::string& line) {
    for (const std::string_view lead : {"CLUSTER ON ", "REPLICA IDENTITY USING INDEX ", "INDEX "}) {
      if (line.starts_with(lead)) return sql_name_behind(line, lead);
    }
    return {};
  }

  /// What is set on an index that CREATE TABLE does not make.
  bool is_of_later_index(const model::table& bare, const std::string& line) const {
    const auto index = index_in(line);
    if (index.empty()) return false;
    const auto is_it = [&](const auto& item) { return target_.quote(item.name) == index; };
    return is_partition_index(line) ||
           !((bare.primary_key && is_it(*bare.primary_key)) ||
             std::ranges::any_of(bare.uniques, is_it) || std::ranges::any_of(bare.indexes, is_it) ||
             std::ranges::any_of(bare.excludes, is_it) ||
             std::ranges::any_of(bare.opaque, [&](const std::string& other) {
               return other.starts_with("CONSTRAINT " + index + " ");
             }));
  }

  void set(const model::table& table, const std::string& line) {
    auto sql = setting_sql(table, line, {}, true, target_);
    if (!sql.empty()) add(model::execute{std::move(sql)});
  }

  /// An index ON ONLY a partitioned table would be that of partitions which come later.
  void finish_partitions() {
    for (const auto& [name, table] : wanted_.tables) {
      for (const auto& index : table.indexes) {
        if (!is_made_only(table, index.name, target_)) continue;
        add(model::execute{create_only_sql(name, index, target_)});
      }
      for (const auto& item : model::constraints_of(table)) {
        if (!is_made_only(table, model::name_of(item), target_)) continue;
        add(model::execute{add_only_sql(name, item, target_)});
      }
    }
    for (const bool of_partition : {true, false}) {
      for (const auto& [name, table] : wanted_.tables) {
        auto bare = table;
        take_later(bare);
        for (const auto& line : table.opaque) {
          if (is_partition_index(line) == of_partition && is_of_later_index(bare, line)) {
            set(table, line);
          }
        }
      }
    }
  }

  void add_object(const model::object& object) {
    add(model::create_object{{object.kind, object.name, object.table, {}}, object.definition});
  }

  void add_objects(std::string_view kind) {
    for (const auto& [key, object] : wanted_.objects) {
      if (object.kind == kind) add_object(object);
    }
  }

  const model::schema& wanted_;
  const dialect::dialect& target_;
  base::sql_flavour flavour_;
  std::vector<model::operation> operations_;
};

}  // namespace

std::vector<model::operation> creation(const model::schema& wanted,
                                       const dialect::dialect& target) {
  return creator(wanted, target).operations();
}

std::vector<std::string> object_kinds() {
  std::vector<std::string> result(first.begin(), first.end());
  std::ranges::copy_if(needed, std::back_inserter(result),
                       [](std::string_view kind) { return !kind.empty(); });
  result.insert(result.end(), last.begin(), last.end());
  return result;
}

}  // namespace retort::diff
