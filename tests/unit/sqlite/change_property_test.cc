#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "base/text_tools.h"
#include "model/mentions.h"
#include "sqlite/works.h"
#include "unit/sqlite/change_generator.h"
#include "unit/sqlite/support.h"

// Random operations on random tables that have rows: the database shows what `apply` says, nothing
// else is different, and the derived way back leads back. RETORT_PROPERTY_CASES says how many cases
// there are, RETORT_PROPERTY_SEED where they begin: the same ones every time unless told otherwise.

namespace {

using namespace retort;
using namespace retort::test;

/// What a table holds, each value as SQL.
struct table_rows {
  bool has_rowid = false;
  /// A column that is the rowid; it is compared as a column.
  bool has_alias = false;
  std::vector<std::map<std::string, std::string>> rows;
};

/// The database at one moment.
struct moment {
  model::tracked_schema predicted;
  std::map<std::string, table_rows> tables;
  std::map<std::string, long long> counters;
};

table_rows rows_of(db::connection& connection, const model::table& table) {
  table_rows result;
  result.has_rowid = !table.without_rowid;
  std::vector<std::string> shown;
  for (const auto& column : table.columns) {
    result.has_alias = result.has_alias || is_rowid_alias(table, column.name);
    shown.push_back(fmt::format("quote({})", quoted_name(column.name)));
  }
  if (result.has_rowid) shown.emplace_back("_rowid_");
  const auto found = connection.query(
      fmt::format("SELECT {} FROM {}", base::join(shown, ", "), quoted_name(table.name.name)));
  for (const auto& row : found.rows) {
    auto& values = result.rows.emplace_back();
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      values.emplace(table.columns[i].name, *row[i]);
    }
    if (result.has_rowid) values.emplace("", *row.back());
  }
  return result;
}

/// The rows' values in some columns.
std::multiset<std::vector<std::string>> projection(const table_rows& table,
                                                   const std::vector<std::string>& columns) {
  std::multiset<std::vector<std::string>> result;
  for (const auto& row : table.rows) {
    std::vector<std::string> values;
    for (const auto& name : columns) values.push_back(row.at(name));
    result.insert(std::move(values));
  }
  return result;
}

std::string text_of(const std::multiset<std::vector<std::string>>& rows) {
  std::string out;
  for (const auto& row : rows) out += base::join(row, " | ") + "\n";
  return out;
}

/// What has other values afterwards, or may have.
bool is_touched(const model::operation_variant& what, const model::table& table,
                const model::column& column) {
  if (const auto* dropped = std::get_if<model::drop_column>(&what)) {
    return dropped->table == table.name && dropped->column == column.name;
  }
  const auto* altered = std::get_if<model::alter_column>(&what);
  if (altered == nullptr || altered->table != table.name || !altered->type) return false;
  return altered->column == column.name ||
         (column.generated && model::mentions(column.generated->expression, altered->column));
}

std::string text_of(const model::schema& all) {
  std::string out;
  for (const auto& [name, table] : all.tables) out += sql_of(model::create_table{table, false});
  for (const auto& [name, object] : all.objects) out += name + ": " + object.definition + "\n";
  return out;
}

void check_schema(const model::schema& shown, const model::schema& expected) {
  INFO("shown:\n" << text_of(shown) << "expected:\n" << text_of(expected));
  CHECK(shown == expected);
}

class random_world {
 public:
  explicit random_world(std::uint64_t seed) : make_(seed) {
    make_.create(*connection_, predicted_);
    check_schema(shown(), target_.normalise(predicted_.schema));
    if (make_.chance(50)) take_shown();
    moments_.push_back(now());
  }

  void run() {
    std::string list;
    std::string tables;
    INFO("tables:\n" << tables << "operations:\n" << list);
    for (std::size_t i = 1 + make_.below(6); i > 0; --i) {
      tables = sql();
      const auto what = make_.change(*connection_, predicted_.schema);
      if (!what) break;
      list += "  " + model::describe(*what) + ": " + sql_of(*what);
      if (!step(at_line(*what, static_cast<unsigned>(operations_.size() + 1)))) return;
    }
    tables = sql();
    there_and_back();
  }

 private:
  model::schema shown() { return target_.introspect(*connection_, ""); }

  /// Goes on with what introspection says, but with NOT NULL as declared: the key of a STRICT table
  /// has it, said or not, for as long as it is the key.
  void take_shown() {
    auto all = shown();
    for (auto& [name, table] : all.tables) {
      for (auto& column : table.columns) {
        column.nullable = predicted_.schema.find(name)->find_column(column.name)->nullable;
      }
    }
    predicted_.schema = std::move(all);
  }

  std::string sql() {
    std::string out;
    for (const auto& row : connection_->query("SELECT sql FROM sqlite_master WHERE sql <> ''").rows)
      out += *row[0] + "\n";
    return out;
  }

  moment now() {
    moment result{predicted_, {}, {}};
    for (const auto& [name, table] : predicted_.schema.tables) {
      result.tables.emplace(name.name, rows_of(*connection_, table));
    }
    for (const auto& [name, next] : target_.counters(*connection_, "")) {
      result.counters.emplace(name, std::stoll(next));
    }
    return result;
  }

  bool run_all(const std::vector<model::operation>& operations) {
    const auto failure = failure_of([&] {
      std::vector<dialect::statement> statements;
      for (const auto& op : operations) {
        target_.write(op, statements);
        model::apply(predicted_, op);
      }
      for (const auto& statement : statements) test::run(*connection_, statement);
    });
    CHECK(failure == "no error");
    return failure == "no error";
  }

  bool step(const model::operation& op) {
    operations_.push_back(op);
    if (!run_all({op})) return false;
    const auto found = shown();
    follow_names(found);
    check_schema(found, target_.normalise(predicted_.schema));
    check_sound();
    const auto after = now();
    check_rows(op.what, moments_.back(), after);
    moments_.push_back(after);
    return true;
  }

  /// SQLite changes the names in views and triggers; `apply` does not look into their SQL.
  void follow_names(const model::schema& found) {
    CHECK(found.objects.size() == predicted_.schema.objects.size());
    const auto* altered = std::get_if<model::alter_column>(&operations_.back().what);
    const bool renames = std::holds_alternative<model::rename_table>(operations_.back().what) ||
                         (altered != nullptr && altered->rename);
    if (renames) predicted_.schema.objects = found.objects;
  }

  void check_sound() {
    CHECK(scalar(*connection_, "PRAGMA integrity_check") == "ok");
    CHECK(connection_->query("PRAGMA foreign_key_check").rows.empty());
    CHECK(sqlite::broken_objects(*connection_).empty());
  }

  static void check_rows(const model::operation_variant& what, const moment& before,
                         const moment& after) {
    for (const auto& [name, table] : before.predicted.schema.tables) {
      std::vector<std::string> old_names;
      std::vector<std::string> new_names;
      const auto* moved = std::get_if<model::rename_table>(&what);
      const auto* altered = std::get_if<model::alter_column>(&what);
      const auto new_name = moved != nullptr && moved->table == name ? moved->to : name.name;
      for (const auto& column : table.columns) {
        if (is_touched(what, table, column)) continue;
        const bool renamed = altered != nullptr && altered->table == name &&
                             altered->column == column.name && altered->rename;
        old_names.push_back(column.name);
        new_names.push_back(renamed ? *altered->rename : column.name);
      }
      const auto& display = name.name;
      CAPTURE(display);
      const auto& old_rows = before.tables.at(name.name);
      const auto& new_rows = after.tables.at(new_name);
      if (old_rows.has_rowid && !new_rows.has_alias) {
        old_names.emplace_back();
        new_names.emplace_back();
      }
      CHECK(text_of(projection(new_rows, new_names)) == text_of(projection(old_rows, old_names)));
    }
  }

  // ---- the way back

  /// The first operation from which on each one has a reverse.
  std::size_t first_reversible() const {
    std::size_t from = operations_.size();
    while (from > 0) {
      try {
        model::reverse(operations_[from - 1], moments_[from - 1].predicted);
      } catch (const error& problem) {
        CHECK(std::string(problem.what()).find("cannot be reversed") != std::string::npos);
        break;
      }
      --from;
    }
    return from;
  }

  void there_and_back() {
    const auto from = first_reversible();
    const std::vector<model::operation> there(
        operations_.begin() + static_cast<std::ptrdiff_t>(from), operations_.end());
    const auto before = moments_[from];
    const auto after = moments_.back();
    CAPTURE(from);
    {
      INFO("on the way back");
      if (!run_all(model::reverse_all(there, before.predicted))) return;
      check_same(before, there);
    }
    INFO("there again, at once");
    if (make_.chance(50) || !run_all(there)) return;
    check_same(after, there);
  }

  /// Whether the database is as it was, the values of dropped columns and their places apart.
  void check_same(const moment& then, const std::vector<model::operation>& way) {
    check_schema(in_order(shown()), in_order(target_.normalise(then.predicted.schema)));
    check_sound();
    predicted_ = then.predicted;
    const auto found = now();
    std::set<std::string> dropped;
    bool gains_alias = false;
    for (const auto& op : way) {
      if (const auto* gone = std::get_if<model::drop_column>(&op.what))
        dropped.insert(gone->column);
    }
    for (const auto& one : moments_) {
      for (const auto& [name, table] : one.tables) gains_alias = gains_alias || table.has_alias;
    }
    for (const auto& [name, table] : then.predicted.schema.tables) {
      std::vector<std::string> columns;
      for (const auto& column : table.columns) {
        const bool of_now = column.default_sql == "CURRENT_TIMESTAMP";
        if (!dropped.contains(column.name) && !of_now) columns.push_back(column.name);
      }
      const auto& rows = then.tables.at(name.name);
      if (rows.has_rowid && !gains_alias) columns.emplace_back();
      const auto& display = name.name;
      CAPTURE(display);
      CHECK(text_of(projection(found.tables.at(name.name), columns)) ==
            text_of(projection(rows, columns)));
    }
  }

  /// A column that comes back stands behind the others. To a name that comes back SQLite gives
  /// quotes in views and triggers, where they might make a string of it.
  static model::schema in_order(model::schema all) {
    for (auto& [name, object] : all.objects) std::erase(object.definition, '"');
    for (auto& [name, table] : all.tables) {
      std::ranges::sort(table.columns, {}, &model::column::name);
    }
    return all;
  }

  generator make_;
  sqlite::sqlite_dialect target_;
  std::unique_ptr<db::connection> connection_ = memory();
  model::tracked_schema predicted_;
  std::vector<model::operation> operations_;
  /// Before the first operation, and after each.
  std::vector<moment> moments_;
};

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* given = std::getenv(name);
  return given == nullptr ? otherwise : std::stoull(given);
}

TEST_CASE("random changes of random tables, there and back") {
  const auto seed = setting("RETORT_PROPERTY_SEED", 1);
  const auto cases = setting("RETORT_PROPERTY_CASES", 60);
  for (std::uint64_t i = 0; i < cases; ++i) {
    CAPTURE(seed + i);
    CHECK(failure_of([&] { random_world(seed + i).run(); }) == "no error");
  }
}

}  // namespace
