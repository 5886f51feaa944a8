#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "history/graph.h"
#include "history/symbol.h"

namespace retort::history {

/// A place in the history: a revision, or none for the base.
using place_in_history = std::optional<node>;

/// A whole id or label, or the beginning of exactly one that is longer than three characters; with
/// a branch: of exactly one in its lineage, and the revision found must belong to it. Throws where
/// that is unknown, ambiguous or not on the branch. `current`: whether the caller has taken that
/// word for itself, so that it may be what was meant.
node resolve_name(const graph& g, std::string_view name, std::string_view branch,
                  bool current = false);

/// The revision that stands for a branch: the one that declares the label, or has the id, or the
/// beginning of either.
node resolve_branch(const graph& g, std::string_view branch);

/// `head`, `heads`, `base` and names, qualified or not. Must not be relative. `current` is as for
/// `resolve_name`.
std::vector<node> resolve_absolute(const graph& g, const symbol& s, bool current = false);
/// The same where at most one revision is wanted.
place_in_history resolve_single(const graph& g, const symbol& s);
/// Takes the symbol apart; what is a label as a whole is never relative.
symbol parse_known_symbol(const graph& g, std::string_view text);

/// The rows as nodes, each once. Throws for a row that is not in the graph.
std::vector<node> row_nodes(const graph& g, const rows& current);

/// Throws where one of `nodes` is an ancestor of another.
void refuse_rows_below_rows(const graph& g, std::span<const node> nodes);

/// Where a walk ended.
struct walk_result {
  place_in_history at;
  /// Steps made, smaller than wanted where the history ends before.
  long steps = 0;
};

/// Up from `start` by down_revision, over children in `branch` (all where null). Down to the base,
/// which is a step too; down from the base goes to the head. Throws where there are several ways.
walk_result walk_up(const graph& g, place_in_history start, long steps, const node_set* branch);
walk_result walk_down(const graph& g, place_in_history start, long steps);

/// What `-N` or `BRANCH@-N` means without a database: N down from every real head (of the branch).
std::vector<place_in_history> down_from_heads(const graph& g, const symbol& s, bool stop_at_base);

/// What `current` lists: applied revisions without an applied child. `applied` is closed downwards.
std::vector<node> tips(const graph& g, const node_set& applied);

/// `A:B` split, both sides trimmed. Throws where there is not exactly one colon.
struct symbol_range {
  std::string_view start;
  std::string_view end;
};
symbol_range parse_range(std::string_view text);

}  // namespace retort::history
