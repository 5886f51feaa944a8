#include "engine/offline.h"

#include <fmt/format.h>

#include "base/text_tools.h"

namespace retort::engine {
namespace {

std::string display(const history::rows& rows) {
  return rows.empty() ? "base" : base::join(rows, ", ");
}

const char* verb(history::step_kind kind) {
  switch (kind) {
    case history::step_kind::upgrade:
      return "upgrade";
    case history::step_kind::downgrade:
      return "downgrade";
    case history::step_kind::stamp:
      return "stamp";
  }
  return "";
}

void append_phase(std::string& script, const planned_migration& migration, dialect::phase phase) {
  for (const auto& statement : migration.statements) {
    if (statement.phase == phase) script += statement.sql + ";\n";
  }
}

/// Moves the version rows. No shell counts the rows of a statement, so the same guard looks whether
/// they are what they ought to be.
void append_changes(std::string& script, const planned_migration& migration,
                    const dialect::dialect& target, const version_store& store) {
  for (const auto& change : migration.step.changes) script += store.change_sql(change) + ";\n";
  script += target.script_guard(store.table(), migration.step.after) + "\n";
}

void append_guard(std::string& script, const planned_migration& migration,
                  const dialect::dialect& target, const version_store& store) {
  if (migration.step.before.empty()) script += store.create_sql() + ";\n";
  if (auto lock = target.lock_table_statement(store.table()); !lock.empty()) {
    script += lock + ";\n";
  }
  script += target.script_guard(store.table(), migration.step.before) + "\n";
}

void append_wrapped(std::string& script, const planned_migration& migration,
                    const dialect::dialect& target, const version_store& store,
                    const std::string& reset) {
  append_phase(script, migration, dialect::phase::before_transaction);
  script += "BEGIN;\n";
  append_guard(script, migration, target, store);
  append_phase(script, migration, dialect::phase::in_transaction);
  script += reset;
  append_changes(script, migration, target, store);
  script += "COMMIT;\n";
  append_phase(script, migration, dialect::phase::after_transaction);
}

void append_unwrapped(std::string& script, const planned_migration& migration,
                      const dialect::dialect& target, const version_store& store,
                      const std::string& reset) {
  script += "BEGIN;\n";
  append_guard(script, migration, target, store);
  script += "COMMIT;\n";
  append_phase(script, migration, dialect::phase::before_transaction);
  append_phase(script, migration, dialect::phase::in_transaction);
  append_phase(script, migration, dialect::phase::after_transaction);
  script += reset + "BEGIN;\n";
  append_changes(script, migration, target, store);
  script += "COMMIT;\n";
}

}  // namespace

std::string offline_script(const std::vector<planned_migration>& plan, const migration_set& set,
                           const dialect::dialect& target, const version_store& store,
                           const dialect::script_settings& settings) {
  std::string script = target.script_prologue(settings);
  for (const auto& migration : plan) {
    const auto& step = migration.step;
    const std::string id = step.revision ? set.at(*step.revision).revision.id : "base";
    script += fmt::format("\n-- Running {} {} -> {}\n", verb(step.kind), display(step.before),
                          display(step.after));
    const std::string reset = target.script_reset(settings);
    if (migration.foreign_keys) script += target.script_foreign_keys(true);
    if (migration.transaction) {
      append_wrapped(script, migration, target, store, reset);
    } else {
      script += fmt::format("-- {} runs outside a transaction\n", id);
      append_unwrapped(script, migration, target, store, reset);
    }
    if (migration.foreign_keys) script += target.script_foreign_keys(false);
  }
  return script;
}

std::string version_table_script(const dialect::dialect& target, const version_store& store,
                                 const dialect::script_settings& settings) {
  return target.script_prologue(settings) + store.create_sql() + ";\n";
}

}  // namespace retort::engine
