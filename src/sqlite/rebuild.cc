#include "sqlite/rebuild.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/text_tools.h"
#include "model/apply.h"
#include "sqlite/as_declared.h"
#include "sqlite/content_index.h"
#include "sqlite/ddl.h"
#include "sqlite/drop_column.h"
#include "sqlite/old_rows.h"
#include "sqlite/parse_table.h"
#include "sqlite/reach.h"
#include "sqlite/row_key.h"
#include "sqlite/script_orphans.h"
#include "sqlite/table_text.h"
#include "sqlite/tokens.h"
#include "sqlite/types.h"
#include "sqlite/works.h"

// "ALTER TABLE", section "Making Other Kinds Of Table Schema Changes": a new table, the rows
// copied, the old one dropped, indexes and triggers made again. Foreign keys are off: the session
// of a migration sees to that before BEGIN.
//
// That section renames the new table. Here the old one is renamed instead, with legacy_alter_table,
// under which nothing that mentions a table follows its name: so the new table's text stays as it
// was written, and the rows of sqlite_stat1 stay.

namespace retort::sqlite {
namespace {

using retort::dialect::statement;

/// An entry of sqlite_master that belongs to a table.
struct dependent {
  std::string type;
  std::string name;
  std::string sql;
};

class sqlite_change final : public retort::dialect::table_change {
 public:
  sqlite_change(const sqlite_dialect& target, db::connection& connection, const statement& change)
      : target_(target),
        connection_(connection),
        where_(change.where),
        name_(retort::dialect::changed_table(change.change)) {
    require_in_reach();
    read_live();
    part_ = reach(connection_, {name_.name}, change.change);
    const auto before = target_.introspect_part(connection_, part_);
    model::tracked_schema state{with_declared_keys(before), std::nullopt};
    broken_ = broken_objects(connection_, part_);
    alter_is_enough_ = true;
    for (const auto& op : change.change) {
      auto meant = on_table(op, state.schema);
      if (!is_wanted(meant, name_, state.schema)) continue;
      for (auto& part : outgrown_parts(meant, state.schema.find(name_))) {
        operations_.push_back(std::move(part));
        model::apply(state, operations_.back());
        alter_is_enough_ = false;
      }
      const auto* table = state.schema.find(name_);
      if (table != nullptr && converts(meant, *table)) {
        converted_.push_back(std::get<model::alter_column>(meant.what).column);
      }
      operations_.push_back(std::move(meant));
      alter_is_enough_ = alter_is_enough_ && can_alter(operations_.back(), state.schema);
      model::apply(state, operations_.back());
    }
    expected_ = target_.normalise_beside(std::move(state.schema), before);
    alter_is_enough_ ? write_alter() : write_rebuild();
  }

  const std::vector<std::string>& statements() const override { return statements_; }

  std::vector<std::string> script() const override {
    auto result = statements_;
    if (!count_check_.empty()) {
      result.insert(result.begin() + static_cast<std::ptrdiff_t>(checked_behind_), count_check_);
      result.insert(result.begin(), key_checks_.begin(), key_checks_.end());
      result.insert(result.begin(), whole_checks_.begin(), whole_checks_.end());
      result.insert(result.begin(), same_table_check());
      for (auto& line : script_filled_children(connection_, table_)) {
        result.push_back(std::move(line));
      }
    }
    return result;
  }

  void confirm() override {
    const auto shown = target_.introspect_part(connection_, part_);
    if (shown != expected_) {
      throw failure(difference(shown))
          .help("write this change by hand, in SQL, and tell Retort's authors of the table");
    }
    if (!alter_is_enough_ && count(table_) != rows_) {
      throw failure(fmt::format("it has {} rows, where it had {}", count(table_), rows_))
          .help("an ON CONFLICT clause of the table lets rows go; delete them in the migration");
    }
    require_nothing_broken();
  }

 private:
  error failure(const std::string& reason) const {
    error problem(fmt::format("cannot change table {}: {}", name_.display(), reason));
    problem.at(where_.file, where_.line, where_.column);
    return problem;
  }

  /// With NOT NULL where the table's text has it: the normal form has it for the key of a STRICT
  /// table too, where it goes with the key.
  model::schema with_declared_keys(model::schema all) const {
    auto* table = all.find({"", table_});
    if (table == nullptr || !table->strict) return all;
    const auto declared = parse_table(text_);
    for (std::size_t i = 0; i < table->columns.size(); ++i) {
      table->columns[i].nullable = declared.columns[i].nullable;
    }
    return all;
  }

  /// In the database's names, of which `main` is no part.
  model::operation on_table(const model::operation& op, const model::schema& now) {
    const auto found = std::ranges::find_if(
        now.tables, [&](const auto& entry) { return same_name(entry.first.name, name_.name); });
    if (found == now.tables.end()) return op;
    if (name_.schema.empty() || same_name(name_.schema, "main")) name_ = found->first;
    return as_declared(op, name_, found->second, target_);
  }

  bool can_alter(const model::operation& op, const model::schema& now) const {
    if (is_index(op)) return true;
    if (const auto* added = std::get_if<model::add_column>(&op.what)) {
      return sqlite::alter_is_enough(*added);
    }
    const auto* dropped = std::get_if<model::drop_column>(&op.what);
    const auto* table = dropped == nullptr ? nullptr : now.find(dropped->table);
    // ALTER TABLE would stop at anything that is broken already, wherever it is.
    return table != nullptr && can_drop(now, *table, dropped->column, text_) &&
           broken_objects(connection_).empty();
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
    rows_ = count(table_);
    const auto text = new_text();
    require_key_stays(text);
    const auto old = free_name();
    copies_first_ =
        names_itself(parse_table(text)) || names_itself(parse_table(text_)) || asks_tables();
    copies_first_ ? copy_aside(text, old) : rename_aside(old);
    statements_.push_back(text);
    statements_.push_back(copy_rows(text, old));
    count_check_ = fmt::format(
        "INSERT INTO temp.retort_guard SELECT nullif((SELECT count(*) FROM {}) = (SELECT count(*) "
        "FROM {}), 0)",
        quote(table_), quote(old));
    checked_behind_ = statements_.size();
    carry_counter(text, old);
    statements_.push_back("DROP TABLE " + quote(old));
    const auto* after = expected_.find(name_);
    const auto indexes = index_operations();
    for (const auto& entry : dependents_) {
      const bool stays = entry.type != "index" || (after->find_index(entry.name) != nullptr &&
                                                   !indexes.contains(entry.name));
      if (stays) statements_.push_back(entry.sql);
    }
    for (const auto& entry : temporary_) statements_.push_back(entry.sql);
    for (const auto& [name, op] : indexes) {
      if (after->find_index(name) == nullptr) continue;
      std::vector<statement> made;
      target_.write(*op, made);
      statements_.push_back(std::move(made.front().sql));
    }
    refresh_indexes();
  }

  /// Full-text tables over the rows have the words of what the rows were.
  void refresh_indexes() {
    for (const auto& index : indexes_over(connection_, part_, table_, converted_)) {
      const auto rows = indexed_rows(connection_, target_, index);
      const auto whole = rows.empty() ? "0" : is_whole(target_, index, rows);
      if (connection_.query("SELECT 1 WHERE " + whole).rows.empty()) {
        throw failure(fmt::format("full-text table {} has words of what its values were, and other "
                                  "rows than {}, from which it would be built anew",
                                  index.name, index.content))
            .help(index_by_hand);
      }
      whole_checks_.push_back(
          fmt::format("INSERT INTO temp.retort_guard SELECT nullif({}, 0)", whole));
      statements_.push_back(
          fmt::format("INSERT INTO {0} ({0}) VALUES ('rebuild')", quote(index.name)));
    }
  }

  static bool is_index(const model::operation& op) {
    return std::holds_alternative<model::create_index>(op.what) ||
           std::holds_alternative<model::drop_index>(op.what);
  }

  /// The last operation on each index that is made or dropped.
  std::map<std::string, const model::operation*> index_operations() const {
    std::map<std::string, const model::operation*> last;
    for (const auto& op : operations_) {
      const auto* made = std::get_if<model::create_index>(&op.what);
      const auto* gone = std::get_if<model::drop_index>(&op.what);
      if (made != nullptr) last[made->index.name] = &op;
      if (gone != nullptr) last[gone->name.name] = &op;
    }
    return last;
  }

  void rename_aside(const std::string& old) {
    statements_.emplace_back("PRAGMA legacy_alter_table = ON");
    statements_.push_back(fmt::format("ALTER TABLE {} RENAME TO {}", quote(table_), quote(old)));
    statements_.emplace_back("PRAGMA legacy_alter_table = OFF");
  }

  void copy_aside(const std::string& text, const std::string& old) {
    const auto before = parse_table(text_);
    std::vector<std::string> what;
    const auto rowid = rowid_name(before, parse_table(text));
    if (!before.without_rowid && rowid) what.push_back(*rowid + " AS retort_rowid");
    for (const auto& column : before.columns) {
      if (!column.generated) what.push_back(quote(column.name));
      // The table still has its name and its rows.
      if (const auto value = value_of(column.name); reads_tables(value)) {
        what.push_back(as_it_is(value) + " AS " + quote(value_beside(before, column.name)));
      }
    }
    statements_.push_back(fmt::format("CREATE TABLE {} AS SELECT {} FROM {}", quote(old),
                                      base::join(what, ", "), quote(table_)));
    // DROP TABLE would take it along.
    if (keeps_counter(text)) rename_counter(table_, old);
    statements_.push_back("DROP TABLE " + quote(table_));
  }

  /// Introspection sees `main` alone.
  void require_in_reach() const {
    if (!name_.schema.empty() && !same_name(name_.schema, "main")) {
      throw failure("it must be built anew, and it is in an attached database")
          .help("build it anew in SQL, or in a migration of that database");
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
    const db::parameter parameters[] = {name_.name};
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
    for (auto& [name, sql] : temporary_triggers(connection_, name_.name)) {
      temporary_.push_back({"trigger", std::move(name), std::move(sql)});
    }
  }

  std::string new_text() const {
    std::vector<statement> unused;
    std::string text = text_;
    for (const auto& op : operations_) {
      if (is_index(op)) continue;
      const sqlite_writer words(target_, op.where, unused);
      text = changed_table_text(text, op.what, words);
    }
    return text;
  }

  /// What INTEGER PRIMARY KEY brings with it is not what was asked for.
  void require_key_stays(const std::string& text) {
    const auto after = parse_table(text);
    const auto before = parse_table(text_);
    if (!has_rowid_alias(after) || has_rowid_alias(before)) return;
    const auto& key = after.primary_key->columns[0];
    if (!is_copied(before, key)) return;
    const auto counted =
        fmt::format("SELECT count(*) FROM {} WHERE {} IS NULL", quote(table_), value_of(key));
    key_checks_ = {
        "CREATE TEMP TABLE IF NOT EXISTS retort_guard_key (\"rows without a value would get a "
        "number\" INTEGER NOT NULL)",
        fmt::format("INSERT INTO temp.retort_guard_key SELECT nullif(({}) = 0, 0)", counted)};
    const auto nulls = connection_.query(counted);
    if (nulls.rows[0][0] != "0") {
      throw failure(
          fmt::format("{} rows have no {}, and would get a number", *nulls.rows[0][0], key))
          .help("fill them in first");
    }
  }

  std::string free_name() const {
    for (int attempt = 0;; ++attempt) {
      const auto name =
          fmt::format("retort_old_{}{}", table_, attempt == 0 ? "" : std::to_string(attempt));
      const db::parameter parameters[] = {name};
      if (connection_.query("SELECT 1 FROM sqlite_master WHERE lower(name) = lower(?1)", parameters)
              .rows.empty()) {
        return name;
      }
    }
  }

  /// Old rows keep their rowid: by a column that is its alias, or else by the rowid itself.
  std::string copy_rows(const std::string& text, const std::string& old) const {
    const auto after = parse_table(text);
    const auto before = parse_table(text_);
    std::string into;
    std::string from;
    const auto add = [&](const std::string& column, const std::string& value) {
      into += (into.empty() ? "" : ", ") + column;
      from += (from.empty() ? "" : ", ") + value;
    };
    if (!before.without_rowid && !after.without_rowid && !has_rowid_alias(after)) {
      if (const auto rowid = rowid_name(before, after)) {
        add(*rowid, copies_first_ ? "retort_rowid" : *rowid);
      }
    }
    for (const auto& column : after.columns) {
      if (column.generated || !is_copied(before, column.name)) continue;
      const auto value = value_of(column.name);
      add(quote(column.name),
          reads_tables(value) ? quote(value_beside(before, column.name)) : value);
    }
    if (into.empty()) {
      throw failure("no column of it stays").help("create a new table instead");
    }
    return fmt::format("INSERT INTO {} ({}) SELECT {} FROM {} AS {}", quote(table_), into, from,
                       quote(old), quote(table_));
  }

  bool asks_tables() const {
    return std::ranges::any_of(operations_, [](const auto& op) {
      const auto* altered = std::get_if<model::alter_column>(&op.what);
      return altered != nullptr && reads_tables(altered->conversion);
    });
  }

  /// Whether a column of the new table is the old one of that name.
  bool is_copied(const model::table& before, const std::string& column) const {
    bool copied = std::ranges::any_of(
        before.columns, [&](const model::column& old) { return same_name(old.name, column); });
    for (const auto& op : operations_) {
      const auto* dropped = std::get_if<model::drop_column>(&op.what);
      if (dropped != nullptr && same_name(dropped->column, column)) copied = false;
    }
    return copied;
  }

  /// A new type converts by its affinity, as it would with every later row, unless the author says
  /// how.
  std::string value_of(const std::string& column) const {
    auto value = quote(column);
    for (const auto& op : operations_) {
      const auto* altered = std::get_if<model::alter_column>(&op.what);
      if (altered == nullptr || !same_name(altered->column, column)) continue;
      std::vector<statement> unused;
      const sqlite_writer words(target_, op.where, unused);
      if (!altered->conversion.empty()) value = words.parenthesised(altered->conversion);
    }
    return value;
  }

  /// "SQLite Autoincrement": the largest number ever given, which may be larger than any there is.
  void carry_counter(const std::string& text, const std::string& old) {
    if (!keeps_counter(text)) return;
    statements_.push_back("DELETE FROM sqlite_sequence WHERE name = " + target_.literal(table_));
    if (copies_first_) {
      rename_counter(old, table_);
      return;
    }
    statements_.push_back(
        fmt::format("INSERT INTO sqlite_sequence (name, seq) SELECT {}, seq FROM sqlite_sequence "
                    "WHERE name = {}",
                    target_.literal(table_), target_.literal(old)));
  }

  bool keeps_counter(const std::string& text) const {
    const auto counts = [](const model::table& table) {
      return std::ranges::any_of(table.columns,
                                 [](const auto& c) { return c.identity.has_value(); });
    };
    return counts(parse_table(text)) && counts(parse_table(text_));
  }

  void rename_counter(const std::string& name, const std::string& to) {
    statements_.push_back(fmt::format("UPDATE sqlite_sequence SET name = {} WHERE name = {}",
                                      target_.literal(to), target_.literal(name)));
  }

  /// A script was written for this table: what another one has beside it would be lost.
  std::string same_table_check() const {
    std::vector<std::string> texts = {target_.literal(text_)};
    for (const auto& entry : dependents_) texts.push_back(target_.literal(entry.sql));
    const auto found = fmt::format(
        "(SELECT count(*) FROM main.sqlite_master WHERE lower(tbl_name) = lower({}) AND sql",
        target_.literal(table_));
    return fmt::format(
        "INSERT INTO temp.retort_guard SELECT nullif({0} IS NOT NULL) = {1} AND {0} IN ({2})) = "
        "{1}, 0)",
        found, texts.size(), base::join(texts, ", "));
  }

  // ---- afterwards

  void require_nothing_broken() const {
    if (const auto why = newly_broken(connection_, part_, broken_)) {
      throw failure(*why).help(make_it_anew);
    }
    for (const auto& entry : dependents_) {
      if (entry.type != "trigger") continue;
      const auto column = missing_update_column(entry.sql, *expected_.find(name_));
      if (!column) continue;
      throw failure(fmt::format("trigger {} would wait for an update of {}, which is gone",
                                entry.name, *column))
          .help(make_it_anew);
    }
  }

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
  std::vector<model::operation> operations_;
  model::origin where_;
  model::qualified_name name_;
  /// What all this can make a difference to.
  reach part_;
  model::schema expected_;
  bool alter_is_enough_ = false;
  /// The rows go to a copy before the table is dropped, which keeps its name till then.
  bool copies_first_ = false;
  std::vector<std::string> statements_;
  /// For scripts: what stops them where rows are lost, and behind how many statements it stands.
  std::string count_check_;
  /// And where rows would get a number.
  std::vector<std::string> key_checks_;
  /// And where a full-text table over its rows would get others.
  std::vector<std::string> whole_checks_;
  std::size_t checked_behind_ = 0;
  /// As sqlite_master has it.
  std::string table_;
  std::string text_;
  std::vector<dependent> dependents_;
  /// Those of this connection alone.
  std::vector<dependent> temporary_;
  /// The columns whose values may come out as others.
  std::vector<std::string> converted_;
  std::int64_t rows_ = 0;
  /// What did not work before.
  std::map<std::string, std::string> broken_;
};

}  // namespace

std::unique_ptr<retort::dialect::table_change> make_rebuild(const sqlite_dialect& target,
                                                            db::connection& connection,
                                                            const statement& change) {
  return std::make_unique<sqlite_change>(target, connection, change);
}

}  // namespace retort::sqlite
