#pragma once

#include <span>
#include <vector>

#include "history/graph.h"

namespace retort::history {

/// Keeps the rows of the version table while steps run ("Version-table row algorithm").
class version_rows {
 public:
  version_rows(const graph& g, std::span<const node> current);

  /// Writes one step and makes its changes.
  step upgrade(node n);
  step downgrade(node n);
  /// Takes `removed` out and puts `added` in, as one step.
  step stamp(std::optional<node> to, std::span<const node> removed, std::span<const node> added);

 private:
  step change(step_kind kind, std::optional<node> n, std::span<const node> removed,
              std::span<const node> added);

  const graph& graph_;
  node_set is_row_;
  /// Of applied revisions: how many applied ones need them.
  std::vector<std::uint32_t> needed_by_;
};

}  // namespace retort::history
