#include "diff/column_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "dialect/quoting.h"
#include "diff/conversions.h"
#include "diff/fill.h"
#include "diff/heirs.h"
#include "diff/identity_changes.h"
#include "diff/object_changes.h"
#include "diff/rename_order.h"
#include "diff/steps.h"
#include "diff/table_changes.h"
#include "diff/type_losses.h"
#include "model/apply_objects.h"

namespace retort::diff {
namespace {

class column_differ {
 public:
  column_differ(const model::table& from, const model::table& to, const schema_pair& all,
                const dialect::dialect& target, const change_options& options,
                std::vector<change>& out)
      : from_(from),
        to_(to),
        all_(all),
        target_(target),
        options_(options),
        filler_(to, all.to, target, options.holds, &all.from),
        out_(out) {}

  void run() {
    for (const auto& column : to_.columns) {
      const auto* old = from_.find_column(column.name);
      if (old == nullptr) {
        if (is_own(column, to_)) add(column);
      } else {
        compare(*old, column);
      }
    }
    for (const auto& column : from_.columns) {
      if (to_.find_column(column.name) == nullptr && is_own(column, from_)) drop(column);
    }
  }

 private:
  /// A partition has its columns from its parent, and so have others that inherit, and a typed
  /// table from its type. `side`: the table that has the column.
  bool is_own(const model::column& column, const model::table& side) const {
    // While it is apart from its parent its columns are its own.
    return !has_parent(from_) || !has_parent(to_) || !is_of_parent(side, column);
  }

  static bool has_parent(const model::table& table) {
    return std::ranges::any_of(table.opaque, [](const std::string& line) {
      return line.starts_with("PARTITION OF ") || line.starts_with("INHERITS ") ||
             line.starts_with("OF ");
    });
  }

  bool is_of_parent(const model::table& table, const model::column& column) const {
    return is_inherited(table, column.name, target_) ||
           std::ranges::any_of(table.opaque, [](const std::string& line) {
             return line.starts_with("PARTITION OF ") || line.starts_with("OF ");
           });
  }

  void push(model::operation_variant what) {
    out_.push_back({{{model::operation{std::move(what), {}}}}});
  }
  void push_sql(std::string sql) { push(model::execute{std::move(sql)}); }

  /// `ALTER TABLE t ALTER COLUMN c what`.
  std::string alter_sql(const model::column& column, const std::string& what) const {
    return diff::alter_sql(target_, to_.name, column.name, what);
  }

  model::alter_column altered(const model::column& column) const {
    return diff::altered(to_.name, column.name);
  }

  std::string drop_probe(const model::column& column) const {
    return fmt::format("ALTER TABLE {} DROP COLUMN {} CASCADE", target_.quote(to_.name),
                       target_.quote(column.name));
  }

  void add(const model::column& column) {
    const bool has_value = column.identity || column.generated || has_default_value(column);
    const bool is_one_for_all = !constant_default(column).empty() && filler_.is_numbered(column);
    if (is_one_for_all || fails(column)) {
      out_.push_back(with_default_later(column));
      return;
    }
    if (has_value || (column.nullable && !filler_.must_have_value(column)))
      return push(model::add_column{.table = to_.name, .column = column});
    if (!must_wait(column)) out_.push_back(filled(column));
  }

  /// Whether what would tell a value that fits is still to be made, a type or a function in a
  /// check: then it is the next look's.
  bool must_wait(const model::column& column) const {
    if (options_.replaces_tables || filler_.fits(column)) return false;
    return std::ranges::any_of(all_.to.objects, [&](const auto& entry) {
      const auto& kind = entry.second.kind;
      const bool is_asked = kind == "type" || kind == "domain" || kind == "extension" ||
                            kind == "operator" || model::is_routine(kind);
      return is_asked && !all_.from.objects.contains(entry.first);
    });
  }

  /// Whether the default means something and yet cannot be computed here, like a setting that only
  /// some sessions make. What a sequence counts stays as it is.
  bool fails(const model::column& column) const {
    if (!options_.holds || !has_default_value(column) || !constant_default(column).empty()) {
      return false;
    }
    const auto& value = *column.default_sql;
    if (value.starts_with("nextval(")) return false;
    const auto taken = [&](const char* rows) {
      return options_.holds(fmt::format(
          "SELECT count(value) >= 0 FROM (SELECT {} AS value{}) computed", value, rows));
    };
    return taken(" WHERE false") && !taken("");
  }

  /// Rows may not all have the default of a column in which they must differ, or have it at all.
  change with_default_later(const model::column& column) const {
    auto plain = column;
    plain.default_sql.reset();
    auto first = plain;
    first.nullable = true;
    change steps{{{op(model::add_column{.table = to_.name, .column = first})}}};
    if (!column.nullable) fill(plain, steps);
    auto set = altered(column);
    set.default_sql = std::optional(column.default_sql);
    steps.ways.front().push_back(op(std::move(set)));
    return steps;
  }

  /// A default that goes again fills the rows without firing a trigger; what is no default's to
  /// say takes an UPDATE.
  change filled(const model::column& column) const {
    const auto value = filler_.value(column);
    const auto update = filler_.statement(column);
    auto first = column;
    // No default can be what another column of the row is, or another row.
    const bool is_plain = value.starts_with('\'') || value.find('"') == std::string::npos;
    if (value.empty() || filler_.is_numbered(column) || value.starts_with("(SELECT ") ||
        update.find(value) == std::string::npos || !is_plain || filler_.is_of_row(column) ||
        to_.find_column(value) != nullptr) {
      first.nullable = true;
      change steps{{{{model::add_column{.table = to_.name, .column = first}, {}}}}};
      fill(column, steps);
      return steps;
    }
    first.default_sql = value;
    auto reset = altered(column);
    reset.default_sql.emplace(std::nullopt);
    return {{{{model::add_column{.table = to_.name, .column = first}, {}}, {std::move(reset), {}}}},
            filler_.told(column)};
  }

  /// Puts a value where there is none, and then asks for one.
  void fill(const model::column& column, change& steps) const {
    const auto sql = filler_.statement(column);
    auto& way = steps.ways.front();
    if (sql.empty()) {
      steps.review = fmt::format("rows that are there need a value of their own in {}.{}",
                                 to_.name.display(), column.name);
    } else {
      update(sql, way);
      steps.review = filler_.told(column);
    }
    auto op = altered(column);
    op.nullable = false;
    way.push_back({std::move(op), {}});
  }

  /// What a trigger or a rule does with such an UPDATE, or in its place, nobody has asked for; and
  /// while deferred checks wait, the table cannot be altered.
  void update(const std::string& sql, std::vector<model::operation>& way) const {
    const auto add = [&](std::string text) {
      way.push_back({model::execute{std::move(text)}, {}});
    };
    std::vector<std::string> aside;
    for (const auto& [key, object] : all_.from.objects) {
      const auto now = all_.to.objects.find(key);
      const bool stays = now != all_.to.objects.end() && now->second == object;
      const bool is_rule =
          object.kind == "rule" && object.definition.find("ON UPDATE TO ") != std::string::npos;
      if (!(is_rule || object.kind == "trigger") || object.table != to_.name || !stays) continue;
      if (object.definition.find(" -- ") == std::string::npos) {
        aside.push_back((is_rule ? "RULE " : "TRIGGER ") + target_.quote(object.name));
      }
    }
    const auto table = target_.quote(to_.name);
    for (const auto& one : aside) add(fmt::format("ALTER TABLE {} DISABLE {}", table, one));
    add(sql);
    if (has_deferred_keys()) add("SET CONSTRAINTS ALL IMMEDIATE");
    for (const auto& one : aside) add(fmt::format("ALTER TABLE {} ENABLE {}", table, one));
  }

  bool has_deferred_keys() const {
    return std::ranges::any_of(all_.from.tables, [](const auto& entry) {
      return std::ranges::any_of(entry.second.foreign_keys,
                                 &model::foreign_key::initially_deferred);
    });
  }

  void drop(const model::column& column) {
    model::drop_column op{to_.name, column.name};
    auto loss = column.generated ? std::string() : loss_by(op, options_);
    auto what = is_kept_below(from_, column.name, all_, target_)
                    ? model::operation_variant(model::execute{
                          fmt::format("ALTER TABLE ONLY {} DROP COLUMN {}", target_.quote(to_.name),
                                      target_.quote(column.name))})
                    : model::operation_variant(std::move(op));
    out_.push_back({{{{std::move(what), {}}}}, {}, drop_probe(column)});
    out_.back().loss = std::move(loss);
  }

  void compare(const model::column& from, const model::column& to) {
    if (from.generated != to.generated) return compare_generated(from, to);
    if (is_own(to, to_) || is_own(from, from_)) compare_type(from, to);
    compare_null_and_identity(from, to);
    const bool retyped =
        (from.type != to.type || from.collation != to.collation) && !keeps_default(from, to);
    // With its type the old default has gone already.
    const bool is_due = retyped ? to.default_sql.has_value() : from.default_sql != to.default_sql;
    if (is_due) set_default(to);
    if (from.comment != to.comment) {
      auto op = altered(to);
      op.comment = to.comment;
      push(std::move(op));
    }
  }

  /// Whether a change of the type leaves the default as it is to be: a number's, like a counter's
  /// next value, is no text of the old type.
  static bool keeps_default(const model::column& from, const model::column& to) {
    return from.default_sql == to.default_sql && is_whole_number(from.type.raw) &&
           is_whole_number(to.type.raw);
  }

  void set_default(const model::column& to) {
    auto op = altered(to);
    op.default_sql = std::optional(to.default_sql);
    push(std::move(op));
  }

  void compare_generated(const model::column& from, const model::column& to) {
    if (!to.generated) {
      push_sql(alter_sql(to, "DROP EXPRESSION"));
      auto plain = from;
      plain.generated.reset();
      return compare(plain, to);
    }
    // Only version 17 can set another expression; its values are computed anyway.
    change anew{{{{model::drop_column{to_.name, to.name}, {}},
                  {model::add_column{.table = to_.name, .column = to}, {}}}},
                {},
                drop_probe(to)};
    if (!from.generated) anew.loss = loss_by(model::drop_column{to_.name, to.name}, options_);
    out_.push_back(std::move(anew));
  }

  void compare_type(const model::column& from, const model::column& to) {
    if (from.type == to.type && from.collation == to.collation) return;
    // A default of the old type can keep the new one from being set.
    const auto prepared = [&] {
      std::vector<model::operation> way;
      if (from.default_sql && !keeps_default(from, to)) {
        auto op = altered(from);
        op.default_sql.emplace(std::nullopt);
        way.push_back({std::move(op), {}});
      }
      return way;
    };
    change retype{{}, {}, drop_probe(to)};
    retype.loss = loss_by_type(to_.name, from, to, target_.flavour());
    const bool counts = is_whole_number(from.type.raw) && is_enumeration(to.type, all_.to);
    const bool is_counted = is_enumeration(from.type, all_.from) && is_whole_number(to.type.raw);
    if (counts || is_counted) {
      retype.loss = fmt::format("{}.{} becomes {}: 0 stands for the first of the values",
                                to_.name.display(), to.name, to.type.raw);
    }
    const auto function =
        target_.quote(name_between(model::qualified_name{to_.name.schema, "to_" + to.name}, all_));
    for (const auto& conversion : conversions(from, to, target_.quote(to.name), function)) {
      auto way = prepared();
      for (const auto& sql : conversion.before) way.push_back(execute(sql));
      way.push_back(op(retyped(from, to, conversion.expression)));
      for (const auto& sql : conversion.after) way.push_back(execute(sql));
      retype.ways.push_back(std::move(way));
    }
    out_.push_back(std::move(retype));
  }

  bool is_enumeration(const model::type& type, const model::schema& side) const {
    return std::ranges::any_of(side.objects, [&](const auto& entry) {
      const auto& object = entry.second;
      return object.kind == "type" && target_.quote(object.name) == type.raw &&
             object.definition.find(" AS ENUM (") != std::string::npos;
    });
  }

  model::operation_variant retyped(const model::column& from, const model::column& to,
                                   const std::string& conversion) const {
    if (from.collation == to.collation && to.collation.empty()) {
      auto op = altered(to);
      op.type = to.type;
      op.conversion = conversion;
      return op;
    }
    auto sql = alter_sql(to, "TYPE " + to.type.raw);
    if (!to.collation.empty()) sql += " COLLATE " + dialect::quote_collation(to.collation);
    if (!conversion.empty()) sql += " USING " + conversion;
    return model::execute{std::move(sql)};
  }

  void compare_null_and_identity(const model::column& from, const model::column& to) {
    const identity_change identity{from_, from, to_, to, all_, target_};
    if (from.identity && !to.identity) end_identity(identity, out_);
    if (!from.nullable && to.nullable) {
      auto op = altered(to);
      op.nullable = true;
      push(std::move(op));
    }
    if (from.nullable && !to.nullable && !must_wait(to)) {
      change steps{{{}}};
      fill(to, steps);
      out_.push_back(std::move(steps));
    }
    if (!from.identity && to.identity) begin_identity(identity, out_);
    if (from.identity && to.identity) set_identity(identity, out_);
  }

  const model::table& from_;
  const model::table& to_;
  const schema_pair& all_;
  const dialect::dialect& target_;
  const change_options& options_;
  filler filler_;
  std::vector<change>& out_;
};

}  // namespace

std::optional<model::alter_column> alteration(const model::qualified_name& table,
                                              const model::column& from, const model::column& to) {
  auto op = altered(table, to.name);
  if (from.type != to.type) op.type = to.type;
  if (from.nullable != to.nullable) op.nullable = to.nullable;
  if (from.default_sql != to.default_sql) op.default_sql.emplace(to.default_sql);
  if (!op.type && !op.nullable && !op.default_sql) return std::nullopt;
  return op;
}

void alter_columns(const model::table& from, const model::table& to, const schema_pair& all,
                   const dialect::dialect& target, const change_options& options,
                   std::vector<change>& out) {
  column_differ(from, to, all, target, options, out).run();
}

}  // namespace retort::diff
