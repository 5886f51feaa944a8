#include "engine/schema_history.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/planner.h"

namespace retort::engine {
namespace {

using path = std::vector<std::size_t>;

bool is_on(const path& part, const path& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

std::size_t block_of(std::size_t length) {
  constexpr std::size_t least = 8;
  return std::max(least, static_cast<std::size_t>(std::sqrt(static_cast<double>(length))));
}

}  // namespace

model::tracked_schema schema_history::before(const planner& plans, std::size_t index) {
  path path;
  for (const std::size_t ancestor : set_.graph().ancestors_and_self(index)) {
    if (ancestor != index) path.push_back(ancestor);
  }
  auto found = follow(plans, path);
  if (!found.hidden_by || has_memory_) return found;
  has_memory_ = true;
  marks_.clear();
  near_.clear();
  last_ = {};
  return follow(plans, path);
}

const schema_history::point* schema_history::nearest(const path& whole) const {
  const point* best = nullptr;
  const auto look = [&](const point& one) {
    const bool is_further = best == nullptr || one.path.size() > best->path.size();
    // Memory cannot go on where it was not kept.
    const bool is_enough = !has_memory_ || one.memory != nullptr || one.path.size() == whole.size();
    if (is_further && is_enough && is_on(one.path, whole)) best = &one;
  };
  look(last_);
  for (const auto& one : marks_) look(one);
  for (const auto& one : near_) look(one);
  return best;
}

/// Brings `last_` to the nearest point on a path.
void schema_history::begin_at(const path& whole) {
  const auto* from = nearest(whole);
  if (from == &last_) return;
  point begin;
  if (from != nullptr) {
    begin.path = from->path;
    begin.state = from->state;
    if (from->memory != nullptr) begin.memory = from->memory->copy();
  } else if (has_memory_) {
    begin.memory = memory_database::open(target_);
  }
  last_ = std::move(begin);
}

void schema_history::advance(const planner& plans, std::size_t revision) {
  if (last_.memory != nullptr) {
    history::step step;
    step.revision = revision;
    last_.memory->replay(plans.plan(std::move(step)).statements);
  }
  for (const auto& op : plans.operations_of(revision, direction::upgrade)) {
    try {
      model::apply(last_.state, op);
    } catch (const error&) {
      if (last_.memory == nullptr) throw;
      // What memory shows is not what the operations say; it is asked again.
      last_.state.hidden_by = op.where;
    }
  }
  last_.path.push_back(revision);
}

const model::tracked_schema& schema_history::follow(const planner& plans, const path& whole) {
  const auto* from = nearest(whole);
  if (from != nullptr && from->path.size() == whole.size()) return from->state;
  begin_at(whole);
  const auto block = block_of(whole.size());
  std::erase_if(near_, [&](const point& one) { return !is_on(one.path, whole); });
  while (last_.path.size() < whole.size()) {
    advance(plans, whole[last_.path.size()]);
    const auto length = last_.path.size();
    const bool is_mark = length % block == 0;
    if (!is_mark && length + block <= whole.size()) continue;
    if (last_.state.hidden_by && last_.memory != nullptr) {
      if (auto seen = last_.memory->shown()) last_.state = {std::move(*seen), std::nullopt};
    }
    if (is_mark) {
      marks_.push_back({last_.path, last_.state, last_.memory ? last_.memory->copy() : nullptr});
      if (marks_.size() > 4 * block) marks_.pop_front();
    }
    near_.push_back({last_.path, last_.state, nullptr});
    if (near_.size() > 2 * block) near_.pop_front();
  }
  return last_.state;
}

}  // namespace retort::engine
