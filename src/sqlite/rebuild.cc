#include <fmt/format.h>
#include <retort/error.h>
#include <retort/sqlite.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/text_tools.h"
#include "dialect/backend.h"
#include "model/mentions.h"
#include "sqlite/connection.h"
#include "sqlite/ddl.h"
#include "sqlite/parse_table.h"
#include "sqlite/table_text.h"
#include "sqlite/works.h"

// "ALTER TABLE", section "Making Other Kinds Of Table Schema Changes": a new table, the rows
// copied, the old one dropped, the new one renamed, indexes and triggers made again. Foreign keys
// are off: the session of a migration sees to that before BEGIN.

namespace retort::sqlite {
namespace {

using retort::dialect::statement;

bool same(std::string_view a, std::string_view b) { return base::equals_ignoring_case(a, b); }

/// An entry of sqlite_master that belongs to a table.
struct dependent {
  std::string type;
  std::string name;
  std::string sql;
};

/// Whether the column can go by ALTER TABLE ("ALTER TABLE DROP COLUMN").
bool can_drop(const model::schema& all, const model::table& table, const std::string& column) {
  const auto over_it = [&](const auto& item) {
    return std::ranges::find(item.columns, column) != item.columns.end();
  };
  if (table.primary_key && over_it(*table.primary_key)) return false;
  if (std::ranges::any_of(table.uniques, over_it)) return false;
  if (std::ranges::any_of(table.foreign_keys, over_it)) return false;
  const auto mentioned = [&](const std::string& sql) { return model::mentions(sql, column); };
  if (std::ranges::any_of(table.checks, mentioned, &model::check::expression)) return false;
  if (std::ranges::any_of(table.opaque, mentioned)) return false;
  if (std::ranges::any_of(table.indexes,
                          [&](const auto& index) { return model::uses(index, column); })) {
    return false;
  }
  if (std::ranges::any_of(table.columns, [&](const auto& other) {
        return other.generated && mentioned(other.generated->expression);
      })) {
    return false;
  }
  return std::ranges::none_of(
      all.objects, [&](const auto& object) { return mentioned(object.second.definition); });
}

class sqlite_change final : public retort::dialect::table_change {
 public:
  sqlite_change(const sqlite_dialect& target, db::connection& connection, const statement& change)
      : target_(target),
        connection_(connection),
        operations_(change.change),
        where_(change.where),
        name_(retort::dialect::changed_table(change.change)) {
    before_ = target_.introspect(connection_, "");
    model::tracked_schema state{before_, std::nullopt};
    alter_is_enough_ = true;
    for (const auto& op : operations_) {
      alter_is_enough_ = alter_is_enough_ && can_alter(op, state.schema);
      model::apply(state, op);
    }
    expected_ = target_.normalise(std::move(state.schema));
    alter_is_enough_ ? write_alter() : write_rebuild();
  }

  const std::vector<std::string>& statements() const override { return statements_; }

  void confirm() override {
    const auto shown = target_.introspect(connection_, "");
    if (shown != expected_) throw failure(difference(shown));
    if (alter_is_enough_) return;
    const auto rows = count(table_);
    if (rows != rows_) {
      throw failure(fmt::format("it has {} rows, where it had {}", rows, rows_))
          .help("an ON CONFLICT clause of the table lets rows go; delete them in the migration");
    }
    for (const auto& [what, reason] : broken_objects(connection_)) {
      if (broken_.contains(what)) continue;
      throw failure(fmt::format("{} would no longer work: {}", what, reason))
          .help("drop it before this change, and create it anew behind it");
    }
  }

 private:
  error failure(const std::string& reason) const {
    error problem(fmt::format("cannot change table {}: {}", name_.display(), reason));
    problem.at(where_.file, where_.line, where_.column);
    return problem;
  }

  bool can_alter(const model::operation& op, const model::schema& now) const {
    if (const auto* added = std::get_if<model::add_column>(&op.what)) {
      return sqlite::alter_is_enough(*added);
    }
    const auto* dropped = std::get_if<model::drop_column>(&op.what);
    const auto* table = dropped == nullptr ? nullptr : now.find(dropped->table);
    return table != nullptr && can_drop(now, *table, dropped->column);
  }

  void write_alter() {
    std::vector<statement> written;
    sqlite_writer writer(target_, where_, written);
    for (const auto& op : operations_) writer.alter(op.what);
    for (auto& one : written) statements_.push_back(std::move(one.sql));
  }

  // ---- the rebuild

  void write_rebuild() {
    require_foreign_keys_off();
    read_live();
    broken_ = broken_objects(connection_);
    rows_ = count(table_);
    const auto text = new_text();
    const auto made = free_name();
    statements_.push_back(with_table_name(text, quote(made)));
    statements_.push_back(copy_rows(text, made));
    carry_counter(text, made);
    statements_.push_back("DROP TABLE " + quote(table_));
    // Else every view and trigger that names the table would have to be right while it is missing.
    statements_.emplace_back("PRAGMA legacy_alter_table = ON");
    statements_.push_back(fmt::format("ALTER TABLE {} RENAME TO {}", quote(made), quote(table_)));
    statements_.emplace_back("PRAGMA legacy_alter_table = OFF");
    const auto* after = expected_.find(name_);
    for (const auto& entry : dependents_) {
      const bool stays = entry.type != "index" || after->find_index(entry.name) != nullptr;
      if (stays) statements_.push_back(entry.sql);
    }
  }

  /// DROP TABLE deletes the rows first, and with them what refers to them.
  void require_foreign_keys_off() const {
    const auto state = connection_.query("PRAGMA foreign_keys").rows;
    if (state.empty() || state[0][0] != "1") return;
    throw failure(
        "it must be built anew, and foreign keys are enforced, which would delete the "
        "rows that refer to it")
        .help("leave foreign_keys out of this migration: without it rebuilds are safe");
  }

  void read_live() {
    const db::cell parameters[] = {name_.name};
    const auto found = connection_.query(
        "SELECT type, name, sql FROM sqlite_master WHERE lower(tbl_name) = lower(?1) AND sql IS "
        "NOT NULL ORDER BY rowid",
        parameters);
    for (const auto& row : found.rows) {
      if (*row[0] == "table") {
        table_ = *row[1];
        text_ = *row[2];
      } else if (*row[0] != "view") {
        dependents_.push_back({*row[0], *row[1], *row[2]});
      }
    }
    std::ranges::stable_sort(dependents_, {}, [](const auto& entry) { return entry.type; });
  }

  std::string new_text() const {
    std::vector<statement> unused;
    std::string text = text_;
    for (const auto& op : operations_) {
      const sqlite_writer words(target_, op.where, unused);
      text = changed_table_text(text, op.what, words);
    }
    return text;
  }

  std::string free_name() const {
    for (int attempt = 0;; ++attempt) {
      const auto name =
          fmt::format("retort_new_{}{}", table_, attempt == 0 ? "" : std::to_string(attempt));
      const db::cell parameters[] = {name};
      if (connection_.query("SELECT 1 FROM sqlite_master WHERE lower(name) = lower(?1)", parameters)
              .rows.empty()) {
        return name;
      }
    }
  }

  /// Old rows keep their rowid: by a column that is its alias, or else by the rowid itself.
  std::string copy_rows(const std::string& text, const std::string& made) const {
    const auto after = parse_table(text);
    const auto before = parse_table(text_);
    std::string into;
    std::string from;
    const auto add = [&](const std::string& column, const std::string& value) {
      into += (into.empty() ? "" : ", ") + column;
      from += (from.empty() ? "" : ", ") + value;
    };
    if (!before.without_rowid && !after.without_rowid && !has_rowid_alias(after)) {
      if (const auto rowid = rowid_name(before, after)) add(*rowid, *rowid);
    }
    for (const auto& column : after.columns) {
      if (column.generated || !is_copied(before, column.name)) continue;
      add(quote(column.name), value_of(column.name));
    }
    if (into.empty()) {
      throw failure("no column of it stays").help("create a new table instead");
    }
    return fmt::format("INSERT INTO {} ({}) SELECT {} FROM {}", quote(made), into, from,
                       quote(table_));
  }

  /// INTEGER PRIMARY KEY ("ROWIDs and the INTEGER PRIMARY KEY").
  static bool has_rowid_alias(const model::table& table) {
    const auto& key = table.primary_key;
    if (!key || key->columns.size() != 1 || key->descending) return false;
    return std::ranges::any_of(table.columns, [&](const model::column& column) {
      return same(column.name, key->columns[0]) && same(column.type.raw, "INTEGER");
    });
  }

  static std::optional<std::string> rowid_name(const model::table& before,
                                               const model::table& after) {
    for (const char* name : {"rowid", "_rowid_", "oid"}) {
      const auto taken = [&](const model::column& column) { return same(column.name, name); };
      if (std::ranges::none_of(before.columns, taken) &&
          std::ranges::none_of(after.columns, taken)) {
        return name;
      }
    }
    return std::nullopt;
  }

  /// Whether a column of the new table is the old one of that name.
  bool is_copied(const model::table& before, const std::string& column) const {
    bool copied = std::ranges::any_of(
        before.columns, [&](const model::column& old) { return same(old.name, column); });
    for (const auto& op : operations_) {
      const auto* dropped = std::get_if<model::drop_column>(&op.what);
      if (dropped != nullptr && same(dropped->column, column)) copied = false;
    }
    return copied;
  }

  /// A new type converts by its affinity, which loses nothing, unless the author says how.
  std::string value_of(const std::string& column) const {
    auto value = quote(column);
    for (const auto& op : operations_) {
      const auto* altered = std::get_if<model::alter_column>(&op.what);
      if (altered == nullptr || !same(altered->column, column)) continue;
      if (!altered->conversion.empty()) value = fmt::format("({})", altered->conversion);
    }
    return value;
  }

  /// "SQLite Autoincrement": the largest number ever given, which may be larger than any there is.
  void carry_counter(const std::string& text, const std::string& made) {
    const auto counts = [](const model::table& table) {
      return std::ranges::any_of(table.columns,
                                 [](const auto& c) { return c.identity.has_value(); });
    };
    if (!counts(parse_table(text)) || !counts(parse_table(text_))) return;
    const auto literal = [&](const std::string& name) { return target_.literal(name); };
    statements_.push_back(
        fmt::format("DELETE FROM sqlite_sequence WHERE name = {}", literal(made)));
    statements_.push_back(
        fmt::format("INSERT INTO sqlite_sequence (name, seq) SELECT {}, seq FROM sqlite_sequence "
                    "WHERE name = {}",
                    literal(made), literal(table_)));
  }

  // ---- afterwards

  std::string difference(const model::schema& shown) const {
    for (const auto& [name, table] : expected_.tables) {
      const auto* real = shown.find(name);
      if (real == nullptr) return fmt::format("table {} is gone", name.display());
      if (*real != table) {
        return fmt::format("table {} came out differently from what was asked for", name.display());
      }
    }
    return "something beside its tables came out differently from what was asked for";
  }

  std::int64_t count(const std::string& table) const {
    const auto rows = connection_.query("SELECT count(*) FROM " + quote(table)).rows;
    return std::stoll(rows[0][0].value_or("0"));
  }

  std::string quote(std::string_view name) const { return target_.quote(name); }

  const sqlite_dialect& target_;
  db::connection& connection_;
  const std::vector<model::operation>& operations_;
  model::origin where_;
  model::qualified_name name_;
  model::schema before_;
  model::schema expected_;
  bool alter_is_enough_ = false;
  std::vector<std::string> statements_;
  /// As sqlite_master has it.
  std::string table_;
  std::string text_;
  std::vector<dependent> dependents_;
  std::int64_t rows_ = 0;
  std::map<std::string, std::string> broken_;
};

}  // namespace

std::unique_ptr<retort::dialect::table_change> sqlite_dialect::prepare(
    db::connection& connection, const retort::dialect::statement& change) const {
  try {
    return std::make_unique<sqlite_change>(*this, connection, change);
  } catch (error& problem) {
    if (problem.where.file.empty()) {
      problem.at(change.where.file, change.where.line, change.where.column);
    }
    throw;
  }
}

std::unique_ptr<db::connection> sqlite_dialect::open_memory() const {
  auto memory = sqlite_backend().open(db::parse_url("sqlite://"), {});
  if (auto* real = dynamic_cast<sqlite_connection*>(memory.get())) real->forbid_files();
  return memory;
}

void sqlite_dialect::copy_structure(db::connection& from, db::connection& to) const {
  // A table's own indexes and triggers come behind it.
  const auto found = from.query(
      "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE "
      "'\\' ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 "
      "END, rowid");
  for (const auto& row : found.rows) to.execute(*row[0]);
}

}  // namespace retort::sqlite
