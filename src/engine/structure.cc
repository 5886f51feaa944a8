#include "engine/structure.h"

#include <fmt/format.h>

#include <utility>

#include "base/text_tools.h"
#include "engine/planner.h"

namespace retort::engine {

namespace {

/// It may fail where there are no rows, and changes no structure.
bool only_moves_data(std::string_view sql) {
  const auto start = base::lower(base::trim(sql).substr(0, 7));
  for (const char* verb :
       {"insert", "update", "delete", "select", "replace", "with", "values", "pragma"}) {
    if (start.starts_with(verb)) return true;
  }
  return false;
}

}  // namespace

structure::structure(const migration_set& set, const dialect::dialect& target, const planner& plans,
                     const std::vector<history::step>& steps, structure_source source)
    : set_(set), target_(target), plans_(plans), steps_(steps), source_(std::move(source)) {}

std::vector<std::string> structure::written(const dialect::statement& statement,
                                            std::size_t index) {
  if (statement.change.empty()) {
    if (memory_ != nullptr) {
      run(statement);
    } else {
      if (index != written_index_) written_.clear();
      written_index_ = index;
      written_.push_back(statement);
    }
    return {statement.sql};
  }
  if (memory_ == nullptr) start(index);
  // What a database cannot be asked beforehand is left to it.
  if (memory_ == nullptr || (lost_ && statement.is_known())) return {statement.sql};
  if (lost_) {
    error problem(
        fmt::format("a script cannot {}: that depends on the table as it is then, which "
                    "is not known: {}",
                    model::describe(statement.change.front().what), lost_->what()));
    problem.at(statement.where.file, statement.where.line, statement.where.column);
    problem.note(fmt::format("that statement is {}:{}", lost_->where.file, lost_->where.line));
    throw problem.help("run this migration online");
  }
  try {
    return carry_out(statement);
  } catch (const error& problem) {
    if (!statement.is_known()) throw;
    // The table may come from somewhere else than the history.
    lost_ = problem;
    return {statement.sql};
  }
}

/// Brings the memory to where the step at `index` begins.
void structure::start(std::size_t index) {
  memory_ = target_.open_memory();
  if (memory_ == nullptr) return;
  if (source_ != nullptr) {
    source_(*memory_);
  } else {
    for (const std::size_t revision : set_.graph().applied(steps_.front().before)) {
      history::step step;
      step.revision = revision;
      replay(step);
    }
  }
  for (std::size_t earlier = 0; earlier < index; ++earlier) replay(steps_[earlier]);
  if (index != written_index_) written_.clear();
  for (const auto& statement : written_) run(statement);
}

std::optional<model::schema> structure::before(const migration_set& set,
                                               const dialect::dialect& target, const planner& plans,
                                               std::size_t index) {
  const std::vector<history::step> none;
  structure found(set, target, plans, none, nullptr);
  found.memory_ = target.open_memory();
  if (found.memory_ == nullptr) return std::nullopt;
  for (const std::size_t ancestor : set.graph().ancestors_and_self(index)) {
    if (ancestor == index) continue;
    history::step step;
    step.revision = ancestor;
    found.replay(step);
  }
  if (found.lost_) return std::nullopt;
  return target.introspect(*found.memory_, "");
}

void structure::replay(const history::step& step) {
  for (const auto& statement : plans_.plan(step).statements) {
    if (lost_) return;
    try {
      statement.change.empty() ? run(statement) : static_cast<void>(carry_out(statement));
    } catch (const error& problem) {
      lost_ = problem;
    }
  }
}

void structure::run(const dialect::statement& statement) {
  if (statement.code != nullptr) return;  // It moves rows, and there are none.
  try {
    memory_->execute(statement.sql);
  } catch (const error& problem) {
    if (lost_ || only_moves_data(statement.sql)) return;
    lost_ = problem;
    lost_->at(statement.where.file, statement.where.line, statement.where.column);
  }
}

std::vector<std::string> structure::carry_out(const dialect::statement& statement) {
  target_.ready_for_changes(*memory_);
  std::vector<std::string> script;
  for (auto change = target_.prepare(*memory_, statement); change; change = change->next()) {
    for (const auto& sql : change->statements()) memory_->execute(sql);
    change->confirm();
    for (auto& sql : change->script()) script.push_back(std::move(sql));
  }
  return script;
}

}  // namespace retort::engine
