#pragma once

#include <retort/environment.h>

#include "model/filter.h"
#include "record/recorder.h"

namespace retort::engine {

/// What a program adds to its migrations when it runs: arguments, conventions, hooks.
struct context {
  record::context replay = {};
  /// Of `retort/environment.h`; null: none. Outlives every use.
  void (*on_version_apply)(const version_change& change, operations& op) = nullptr;
  /// What of a schema is looked at.
  model::object_filter filter = {};
};

/// Adds what an environment.cc says: its names go before those that are there, and an object has to
/// pass both filters. `hooks` outlives every use.
void add_hooks(context& into, const environment& hooks);

}  // namespace retort::engine
