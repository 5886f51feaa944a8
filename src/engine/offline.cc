#include "engine/offline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/sql_words.h"
#include "base/text_tools.h"

namespace retort::engine {
namespace {

template <class Names>
std::string display(const Names& names) {
  return names.empty() ? "base" : base::join(names, ", ");
}

class script_writer {
 public:
  script_writer(const migration_set& set, const dialect::dialect& target,
                const version_store& store, script_request request, const script_sink& sink)
      : set_(set),
        target_(target),
        store_(store),
        plans_(set, target),
        settings_(std::move(request.settings)),
        plan_(std::move(request.plan)),
        rows_(plan_.before),
        is_plan_(request.source != nullptr),
        views_over_(std::move(request.views_over)),
        keeps_columns_(std::move(request.keeps_columns)),
        structure_(set, target, plans_, plan_, std::move(request.source)),
        sink_(sink),
        script_(target.script_prologue(settings_)) {}

  /// Each migration is planned when its turn comes and forgotten when it is written.
  void one_transaction_each() {
    for (; index_ < plan_.steps.size(); ++index_) {
      const auto migration = plans_.plan(plan_.steps[index_]);
      append_title(migration.step);
      if (migration.foreign_keys) script_ += target_.script_foreign_keys(true);
      migration.transaction ? append_wrapped(migration) : append_unwrapped(migration);
      if (migration.foreign_keys) script_ += target_.script_foreign_keys(false);
      write_piece();
    }
    write_piece();
  }

  void one_transaction() {
    const auto plan = plans_.plan(plan_.steps);
    require_one_transaction(set_, plan);
    if (plan.empty()) return write_piece();
    const bool foreign_keys = plan.front().foreign_keys;
    if (foreign_keys) script_ += target_.script_foreign_keys(true);
    script_ += "\nBEGIN;\n";
    append_start();
    for (const auto& migration : plan) {
      append_title(migration.step);
      append_beginning(migration);
      append_phase(migration, dialect::phase::in_transaction);
      append_reset(migration);
      append_changes(migration);
      ++index_;
      write_piece();
    }
    script_ += "COMMIT;\n";
    if (foreign_keys) script_ += target_.script_foreign_keys(false);
    write_piece();
  }

 private:
  void write_piece() {
    sink_(script_);
    script_.clear();
  }

  void append_title(const history::step& step) {
    script_ += fmt::format("\n-- Running {}\n", title(step));
    if (!is_plan_ || !step.revision) return;
    append_losses("loses the values of", *step.revision, direction::upgrade);
    append_losses("its downgrade would lose the values of", *step.revision, direction::downgrade);
  }

  std::string title(const history::step& step) const {
    if (step.kind != history::step_kind::stamp) return step_title(step, set_);
    return fmt::format("stamp {} -> {}", display(rows_), display(rows_after(rows_, step)));
  }

  void append_losses(const char* what, std::size_t revision, direction way) {
    const auto losses = plans_.losses_of(revision, way);
    if (!losses.empty()) script_ += fmt::format("-- {} {}\n", what, display(losses));
  }

  void append(std::string_view statement) {
    script_.append(statement).append(base::terminator(statement));
  }

  void append(const dialect::statement& statement) {
    if (statement.code != nullptr) {
      append_code(statement);
      return;
    }
    if (is_plan_ && statement.backfill) {
      script_ += fmt::format("-- in batches of {} rows, each committed by itself\n",
                             statement.backfill->batch);
    }
    if (!statement.rows.empty()) {
      append(statement.sql);
      script_.append(statement.rows).append("\\.\n");
      return;
    }
    for (const auto& sql : structure_.written(statement, index_)) {
      append_caveat(statement, sql);
      append(target_.script_text(sql));
    }
    has_moved_ = has_moved_ || !is_about_rows(statement);
  }

  bool is_about_rows(const dialect::statement& statement) const {
    if (statement.backfill) return true;
    const auto first = base::words(statement.sql, target_.flavour(), 1);
    constexpr std::array<std::string_view, 3> verbs = {"insert", "update", "delete"};
    return !first.empty() && std::ranges::find(verbs, first.front()) != verbs.end();
  }

  /// "CREATE VIEW": the new query must give the columns of the old one, and perhaps more behind
  /// them. Whether it does, only the database can tell, and one that is not yet as it will be
  /// cannot.
  void append_caveat(const dialect::statement& statement, const std::string& sql) {
    if (statement.change.empty() || sql != statement.sql) return;
    const auto* view = std::get_if<model::replace_object>(&statement.change.front().what);
    if (view == nullptr) return;
    const bool is_stored = view->object.kind == "materialized view";
    // What is over a materialized view keeps a script from dropping it.
    if (is_stored ? !is_plan_ : !sql.starts_with("CREATE OR REPLACE VIEW")) return;
    std::optional<bool> keeps;
    if (!is_stored && !has_moved_ && keeps_columns_ != nullptr) {
      keeps = keeps_columns_(view->object.name, view->body);
    }
    if (keeps.value_or(false)) return;
    const bool is_sure = is_stored || keeps.has_value();
    script_ += fmt::format(
        "-- a run drops {} {}{}, and makes it{} anew{}\n", view->object.kind,
        base::printable(view->object.name.display()), is_sure ? "" : " where its columns change",
        dependents_of(view->object.name), is_plan_ ? "" : "; this script stops there");
  }

  /// What is dropped and made anew with a view, in the order of being made.
  std::string dependents_of(const model::qualified_name& view) const {
    if (views_over_ == nullptr) return " and the views over it";
    std::vector<std::string> names;
    for (const auto& one : views_over_(view)) names.push_back(base::printable(one.display()));
    return names.empty() ? std::string() : fmt::format(" and, over it, {}", display(names));
  }

  void append_code(const dialect::statement& statement) {
    if (!is_plan_) {
      throw error("a script cannot contain C++ code, which needs the database's answers")
          .at(statement.where.file, statement.where.line)
          .help("run this migration online");
    }
    script_.append(statement.sql).append("\n");
  }

  void append_phase(const planned_migration& migration, dialect::phase phase) {
    for (const auto& statement : migration.statements) {
      if (statement.phase == phase) append(statement);
    }
  }

  void append_reset(const planned_migration& migration) {
    for (const auto& sql : structure_.follow_up()) append(sql);
    script_ += target_.script_reset(settings_, migration.statements);
  }

  /// The first of a transaction: the version table, and what it must hold.
  void append_start() {
    if (rows_.empty()) append(target_.script_create(store_.table(), store_.create_sql()));
    if (auto lock = target_.lock_table_statement(store_.table()); !lock.empty()) append(lock);
    append_guard();
  }

  /// What one migration leaves is what the next one finds, so most guards are the last one again.
  void append_guard() {
    if (guard_.empty()) guard_ = target_.script_guard(store_.table(), rows_) + "\n";
    script_ += guard_;
  }

  /// Moves the version rows. No shell counts the rows of a statement, so the same guard looks
  /// whether they are what they ought to be.
  void append_changes(const planned_migration& migration) {
    for (const auto& change : migration.step.changes) append(store_.change_sql(change));
    const auto before = std::exchange(rows_, rows_after(rows_, migration.step));
    guard_.clear();
    append_guard();
    for (const auto& statement :
         plans_.after_version_change(migration.step, {before, rows_}, true)) {
      append(statement);
    }
  }

  /// The limits that the migration gives itself, and what is looked at again; `append_reset` ends
  /// both.
  void append_beginning(const planned_migration& migration) {
    const auto& own = migration.limits;
    std::string limits[2];
    if (own.lock_timeout && migration.transaction) {
      limits[0] = target_.unlimit_statement(fmt::format("{}s", *own.lock_timeout));
    }
    if (own.statement_timeout) {
      limits[1] = target_.statement_limit_statement(fmt::format("{}s", *own.statement_timeout),
                                                    migration.transaction);
    }
    for (const auto& limit : limits) {
      if (!limit.empty()) append(limit);
    }
    script_ += target_.script_begin(migration.statements);
  }

  void append_wrapped(const planned_migration& migration) {
    append_phase(migration, dialect::phase::before_transaction);
    script_ += "BEGIN;\n";
    append_start();
    append_beginning(migration);
    append_phase(migration, dialect::phase::in_transaction);
    append_reset(migration);
    append_changes(migration);
    script_ += "COMMIT;\n";
    append_phase(migration, dialect::phase::after_transaction);
  }

  void append_unwrapped(const planned_migration& migration) {
    const auto& step = migration.step;
    script_ += fmt::format("-- {} runs outside a transaction\nBEGIN;\n",
                           step.revision ? set_.at(*step.revision).revision.id : "base");
    append_start();
    script_ += "COMMIT;\n";
    append_beginning(migration);
    for (const auto phase : {dialect::phase::before_transaction, dialect::phase::in_transaction,
                             dialect::phase::after_transaction}) {
      append_phase(migration, phase);
    }
    append_reset(migration);
    script_ += "BEGIN;\n";
    append_changes(migration);
    script_ += "COMMIT;\n";
  }

  const migration_set& set_;
  const dialect::dialect& target_;
  const version_store& store_;
  const planner plans_;
  const dialect::script_settings settings_;
  const history::plan plan_;
  /// What the version table holds where the script has come to.
  history::rows rows_;
  /// Of the step that is being written.
  std::size_t index_ = 0;
  /// Whether the script only shows what a run would do.
  bool is_plan_;
  const decltype(script_request::views_over) views_over_;
  const decltype(script_request::keeps_columns) keeps_columns_;
  /// Whether the structure may be another one than the database's where the plan has come to.
  bool has_moved_ = false;
  structure structure_;
  const script_sink& sink_;
  /// What `sink_` has not got yet.
  std::string script_;
  /// Looks for `rows_`; empty where it was not needed for them so far.
  std::string guard_;
};

}  // namespace

std::string step_title(const history::step& step, const migration_set& set) {
  const auto& revision = set.at(step.revision.value()).revision;
  const auto parents = display(revision.down_revision);
  return step.kind == history::step_kind::upgrade
             ? fmt::format("upgrade {} -> {}", parents, revision.id)
             : fmt::format("downgrade {} -> {}", revision.id, parents);
}

void write_script(script_request request, const migration_set& set, const dialect::dialect& target,
                  const version_store& store, const script_sink& sink) {
  const auto mode = request.mode;
  script_writer writer(set, target, store, std::move(request), sink);
  mode == transaction_mode::migration ? writer.one_transaction_each() : writer.one_transaction();
}

std::string version_table_script(const dialect::dialect& target, const version_store& store,
                                 const dialect::script_settings& settings) {
  return target.script_prologue(settings) +
         target.script_create(store.table(), store.create_sql()) + ";\n";
}

}  // namespace retort::engine
