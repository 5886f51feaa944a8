#include "engine/structure.h"

#include <fmt/format.h>

#include <utility>

#include "base/text_tools.h"
#include "engine/failure.h"
#include "engine/planner.h"

namespace retort::engine {

structure::structure(const migration_set& set, const dialect::dialect& target, const planner& plans,
                     const history::plan& plan, structure_source source)
    : set_(set), target_(target), plans_(plans), plan_(plan), source_(std::move(source)) {}

std::vector<std::string> structure::written_as_it_is(const dialect::statement& statement,
                                                     std::size_t index) {
  const bool is_followed_up = target_.is_followed_up(statement);
  if (memory_ == nullptr && is_followed_up) start(index);
  is_followed_up_ = is_followed_up_ || is_followed_up;
  if (memory_ == nullptr) {
    if (index != written_index_) written_.clear();
    written_index_ = index;
    written_.push_back(statement);
  } else {
    memory_->run(statement);
  }
  return {statement.sql};
}

std::vector<std::string> structure::follow_up() {
  const bool is_wanted = std::exchange(is_followed_up_, false);
  if (!is_wanted || memory_ == nullptr || memory_->lost()) return {};
  return target_.script_follow_up(memory_->connection());
}

std::vector<std::string> structure::written(const dialect::statement& statement,
                                            std::size_t index) {
  if (statement.change.empty()) return written_as_it_is(statement, index);
  if (memory_ == nullptr) start(index);
  // What a database cannot be asked beforehand is left to it.
  if (memory_ == nullptr || (memory_->lost() && statement.is_known())) return {statement.sql};
  if (const auto& lost = memory_->lost()) {
    error problem(
        fmt::format("a script cannot {}: that depends on the table as it is then, which "
                    "is not known: {}",
                    model::describe(statement.change.front().what), lost->what()));
    problem.at(statement.where.file, statement.where.line, statement.where.column);
    problem.note(fmt::format("that statement is {}:{}", lost->where.file, lost->where.line));
    throw problem.help("run this migration online");
  }
  try {
    return memory_->carry_out(statement);
  } catch (error& problem) {
    if (!statement.is_known()) {
      if (problem.where.file.empty()) locate(problem, statement);
      throw;
    }
    // The table may come from somewhere else than the history.
    memory_->lose(problem);
    return {statement.sql};
  }
}

/// Brings the memory to where the step at `index` begins.
void structure::start(std::size_t index) {
  memory_ = memory_database::open(target_);
  if (memory_ == nullptr) return;
  if (source_ != nullptr) {
    source_(memory_->connection());
  } else {
    for (const std::size_t revision : set_.graph().applied(plan_.before)) {
      history::step step;
      step.revision = revision;
      replay(step);
    }
  }
  for (std::size_t earlier = 0; earlier < index; ++earlier) replay(plan_.steps[earlier]);
  if (index != written_index_) written_.clear();
  for (const auto& statement : written_) memory_->run(statement);
}

void structure::replay(const history::step& step) { memory_->replay(plans_.plan(step).statements); }

}  // namespace retort::engine
