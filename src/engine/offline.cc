#include "engine/offline.h"

#include <fmt/format.h>

#include "base/text_tools.h"

namespace retort::engine {
namespace {

std::string display(const history::rows& rows) {
  return rows.empty() ? "base" : base::join(rows, ", ");
}

class script_writer {
 public:
  script_writer(const migration_set& set, const dialect::dialect& target,
                const version_store& store, const dialect::script_settings& settings)
      : set_(set),
        target_(target),
        store_(store),
        plans_(set, target),
        settings_(settings),
        script_(target.script_prologue(settings)) {}

  std::string one_transaction_each(const std::vector<planned_migration>& plan) && {
    for (const auto& migration : plan) {
      append_title(migration.step);
      if (migration.foreign_keys) script_ += target_.script_foreign_keys(true);
      migration.transaction ? append_wrapped(migration) : append_unwrapped(migration);
      if (migration.foreign_keys) script_ += target_.script_foreign_keys(false);
    }
    return std::move(script_);
  }

  std::string one_transaction(const std::vector<planned_migration>& plan) && {
    if (plan.empty()) return std::move(script_);
    const bool foreign_keys = plan.front().foreign_keys;
    if (foreign_keys) script_ += target_.script_foreign_keys(true);
    script_ += "\nBEGIN;\n";
    append_guard(plan.front());
    for (const auto& migration : plan) {
      append_title(migration.step);
      append_phase(migration, dialect::phase::in_transaction);
      append_reset(migration);
      append_changes(migration);
    }
    script_ += "COMMIT;\n";
    if (foreign_keys) script_ += target_.script_foreign_keys(false);
    return std::move(script_);
  }

 private:
  void append_title(const history::step& step) {
    script_ += fmt::format("\n-- Running {}\n", step_title(step, set_));
  }

  void append(const std::string& statement) { script_.append(statement).append(";\n"); }

  void append_phase(const planned_migration& migration, dialect::phase phase) {
    for (const auto& statement : migration.statements) {
      if (statement.phase == phase) append(target_.script_text(statement.sql));
    }
  }

  void append_reset(const planned_migration& migration) {
    script_ += target_.script_reset(settings_, migration.statements);
  }

  void append_guard(const planned_migration& migration) {
    if (migration.step.before.empty()) {
      append(target_.script_create(store_.table(), store_.create_sql()));
    }
    if (auto lock = target_.lock_table_statement(store_.table()); !lock.empty()) append(lock);
    script_ += target_.script_guard(store_.table(), migration.step.before) + "\n";
  }

  /// Moves the version rows. No shell counts the rows of a statement, so the same guard looks
  /// whether they are what they ought to be.
  void append_changes(const planned_migration& migration) {
    for (const auto& change : migration.step.changes) append(store_.change_sql(change));
    script_ += target_.script_guard(store_.table(), migration.step.after) + "\n";
    for (const auto& statement : plans_.after_version_change(migration.step, true)) {
      append(target_.script_text(statement.sql));
    }
  }

  void append_wrapped(const planned_migration& migration) {
    append_phase(migration, dialect::phase::before_transaction);
    script_ += "BEGIN;\n";
    append_guard(migration);
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
    append_guard(migration);
    script_ += "COMMIT;\n";
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
  const dialect::script_settings& settings_;
  std::string script_;
};

}  // namespace

std::string step_title(const history::step& step, const migration_set& set) {
  if (step.kind == history::step_kind::stamp) {
    return fmt::format("stamp {} -> {}", display(step.before), display(step.after));
  }
  const auto& revision = set.at(step.revision.value()).revision;
  const auto parents = display(revision.down_revision);
  return step.kind == history::step_kind::upgrade
             ? fmt::format("upgrade {} -> {}", parents, revision.id)
             : fmt::format("downgrade {} -> {}", revision.id, parents);
}

std::string offline_script(const std::vector<planned_migration>& plan, const migration_set& set,
                           const dialect::dialect& target, const version_store& store,
                           const dialect::script_settings& settings, transaction_mode mode) {
  script_writer writer(set, target, store, settings);
  if (mode == transaction_mode::migration) return std::move(writer).one_transaction_each(plan);
  require_one_transaction(set, plan);
  return std::move(writer).one_transaction(plan);
}

std::string version_table_script(const dialect::dialect& target, const version_store& store,
                                 const dialect::script_settings& settings) {
  return target.script_prologue(settings) +
         target.script_create(store.table(), store.create_sql()) + ";\n";
}

}  // namespace retort::engine
