#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "history/revision_map.h"

namespace retort::history {

/// Text that stays for as long as the program runs: what revisions are views of.
inline std::string_view kept(std::string text) {
  static std::set<std::string> all;
  return *all.insert(std::move(text)).first;
}

/// One revision a piece: `id < parent, parent ^ dependency [label, label]`, pieces between `;`. The
/// revision number n of the text is declared at versions/<id>.sql:n.
inline std::vector<revision> parse_revisions(std::string_view text) {
  std::vector<revision> result;
  for (const std::string_view piece : base::split_views(kept(std::string(text)), ';')) {
    const auto parent = piece.find('<');
    const auto dependency = piece.find('^');
    const auto label = piece.find('[');
    const auto until = [&](std::size_t from, std::size_t end) {
      return piece.substr(from, end == std::string::npos ? end : end - from);
    };
    const auto first = std::min({parent, dependency, label});
    revision r;
    r.id = base::trim(until(0, first));
    if (parent != std::string::npos) {
      r.down_revision = base::split_views(until(parent + 1, std::min(dependency, label)));
    }
    if (dependency != std::string::npos) {
      r.depends_on = base::split_views(until(dependency + 1, label));
    }
    if (label != std::string::npos) {
      r.branch_labels = base::split_views(until(label + 1, piece.find(']')));
    }
    r.file = kept(fmt::format("versions/{}.sql", r.id));
    r.line = static_cast<unsigned>(result.size() + 1);
    result.push_back(r);
  }
  return result;
}

inline revision_map parse_graph(std::string_view text) {
  return revision_map(parse_revisions(text));
}

inline std::string ids(const revision_map& map, const std::vector<std::size_t>& revisions) {
  std::vector<std::string> result;
  for (const std::size_t i : revisions) result.emplace_back(map.id(i));
  return base::join(result, " ");
}

inline std::string row_text(const rows& r) { return "{" + base::join(r, ",") + "}"; }

/// `b c {c}`: the steps' revisions, and the rows that remain.
inline std::string plan_text(const revision_map& map, const plan& made) {
  std::string result;
  for (const step& s : made.steps) {
    result.append(s.revision ? map.id(*s.revision) : "base").append(" ");
  }
  return result + row_text(made.after());
}

/// `INS a; UPD a>b; DEL c`, steps between ` | `.
inline std::string change_text(const plan& made) {
  std::vector<std::string> all;
  for (const step& s : made.steps) {
    std::vector<std::string> changes;
    for (const row_change& c : s.changes) {
      changes.push_back(c.from.empty() ? "INS " + c.to
                        : c.to.empty() ? "DEL " + c.from
                                       : "UPD " + c.from + ">" + c.to);
    }
    all.push_back(base::join(changes, "; "));
  }
  return base::join(all, " | ");
}

/// What `action` returns, or `error: message (hint)`.
template <typename Action>
std::string outcome(Action action) {
  try {
    return action();
  } catch (const error& e) {
    return fmt::format("error: {} ({})", e.what(), e.hint);
  }
}

inline std::string upgrade_text(const revision_map& map, const rows& current,
                                std::string_view target) {
  return outcome([&] { return plan_text(map, map.plan_upgrade(current, target)); });
}

inline std::string downgrade_text(const revision_map& map, const rows& current,
                                  std::string_view target) {
  return outcome([&] { return plan_text(map, map.plan_downgrade(current, target)); });
}

inline std::string stamp_text(const revision_map& map, const rows& current,
                              const std::vector<std::string>& targets, bool purge = false) {
  return outcome([&] { return change_text(map.plan_stamp(current, targets, purge)); });
}

inline std::string history_text(const revision_map& map, std::string_view range,
                                const rows& current = {}) {
  return outcome([&] { return ids(map, map.history(range, current)); });
}

inline std::string resolve_text(const revision_map& map, std::string_view symbol,
                                const rows& current = {}) {
  return outcome([&] { return ids(map, map.resolve(symbol, current)); });
}

// The graphs of Alembic's own traversal tests.
inline constexpr std::string_view straight = "a; b < a; c < b; d < c; e < d";
inline constexpr std::string_view forked =
    "a; b < a; c1 < b [c1branch]; d1 < c1; c2 < b [c2branch]; d2 < c2";
inline constexpr std::string_view merge =
    "a1; b1 < a1; c1 < b1; a2; b2 < a2; c2 < b2; d1 < c1, c2; d2 < c2";
inline constexpr std::string_view merge_of_three =
    "a1; b1 < a1; c1 < b1; a2; b2 < a2; c2 < b2; a3; b3 < a3; c3 < b3; d1 < c1, c2, c3; "
    "d2 < c2; d3 < c3";
inline constexpr std::string_view two_merges =
    "a; b1 < a; b2 < a; b3 < a; c1 < b1, b2, b3; c2 < b1, b2, b3; d1 < c1; d2 < c2";
inline constexpr std::string_view merged_fork =
    "a; b < a; c1 < b [c1branch]; d1 < c1; c2 < b [c2branch]; d2 < c2; e < d1, d2; f < e";
inline constexpr std::string_view dependent_lines =
    "a1; b1 < a1; c1 < b1 [c1lib]; d1 < c1; e1 < d1; a2; b2 < a2; c2 < b2 ^ c1";

}  // namespace retort::history
