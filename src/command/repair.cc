#include <fmt/format.h>

#include <algorithm>

#include "base/passwords.h"
#include "command/bookkeeping.h"
#include "command/verbs.h"
#include "engine/execution.h"
#include "engine/guard.h"
#include "engine/outside_steps.h"
#include "engine/stored.h"

namespace retort::command {
namespace {

/// The migration that an earlier run has left at a statement in doubt, planned as it was.
engine::planned_migration planned(const environment& env,
                                  const engine::unfinished_migration& left) {
  const auto& set = env.migrations();
  const auto index = set.graph().find(left.revision);
  if (!index) {
    throw error(
        fmt::format("this program does not have revision {}, which is unfinished", left.revision))
        .help("run the program that began it");
  }
  history::step step;
  step.kind = left.upgrade ? history::step_kind::upgrade : history::step_kind::downgrade;
  step.revision = index;
  return engine::planner(set, env.database_backend().dialect()).plan(std::move(step));
}

/// Decides about the statement in doubt, and returns its text.
std::string decide(const environment& env, db::connection& connection,
                   const engine::unfinished_store& store, engine::unfinished_migration left,
                   verdict said) {
  const auto& target = env.database_backend().dialect();
  const auto migration = planned(env, left);
  const auto steps = engine::outside_steps(migration.statements, target);
  const auto step = std::ranges::find(steps, left.part, &engine::outside_step::first);
  if (step == steps.end()) {
    throw error(fmt::format("{} has fewer statements than have run", left.revision))
        .help("write it as it was");
  }
  const auto end = said == verdict::done ? step->last : step->first;
  left.part = end;
  left.in_doubt = false;
  // Of a statement that is to run again, what was noted before it tells what it has left.
  if (said == verdict::done) left.key.clear();
  left.done = engine::text_of(migration.statements, end);
  store.write(connection, left);
  return base::without_passwords(migration.statements[step->first].sql, target.flavour());
}

engine::journal_entry accepted(const engine::planner& plans, const engine::migration_set& set,
                               const dialect::dialect& target,
                               const engine::changed_migration& changed) {
  engine::journal_entry entry;
  entry.kind = "migration";
  entry.revision = set.at(changed.index).revision.id;
  entry.direction = "upgrade";
  entry.checksum = changed.checksum_now;
  entry.outcome = "accepted";
  entry.compatible_with = set.at(changed.index).compatible_with;
  entry.sql = engine::stored_text(plans, set, target, changed.index);
  return entry;
}

}  // namespace

repair_result repair(environment& env, verdict said) {
  const auto& set = env.some_migrations();
  const auto& backend = env.database_backend();
  const auto& target = backend.dialect();
  repair_result result;
  const auto connection = env.connect_existing();
  if (connection == nullptr) return result;
  const bookkeeping_locks locks(env, *connection);
  const auto store = env.store(backend).in_place(*connection);
  const engine::unfinished_store unfinished(target, store.resolved());
  auto log = env.journal(backend);
  const auto left = unfinished.read(*connection);
  const bool in_doubt = left && left->in_doubt;
  if (in_doubt && said == verdict::none) {
    throw engine::explain(*left).help(
        "look whether that statement has run, and say so: `repair --done` or `repair --not-done`");
  }
  if (!in_doubt && said != verdict::none) {
    throw error("no statement is in doubt").help("see `journal` and `current`");
  }
  const auto rows = store.read(*connection);
  const auto changed = engine::changed_migrations(*connection, set, target, log, rows);
  if (!in_doubt && changed.empty()) return result;
  const engine::planner plans(set, target);
  keep_books(*connection, store, log, "repair", [&] {
    if (in_doubt) result.decided = decide(env, *connection, unfinished, *left, said);
    for (const auto& one : changed) {
      log.add(*connection, accepted(plans, set, target, one));
      result.accepted.emplace_back(set.at(one.index).revision.id);
    }
  });
  return result;
}

}  // namespace retort::command
