#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "history/graph.h"
#include "history/messages.h"

namespace retort::history {
namespace {

// What the version table's column holds: VARCHAR(32).
constexpr std::size_t longest_id = 32;

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_reserved(std::string_view name) {
  constexpr std::array words = {"base", "head", "heads", "current"};
  return std::find(words.begin(), words.end(), name) != words.end();
}

/// A field that names revisions.
struct edge_field {
  std::string_view name;
  unsigned field_lines::*line;
  bool takes_labels;
};

constexpr edge_field parents_field{"down_revision", &field_lines::down_revision, false};
constexpr edge_field dependencies_field{"depends_on", &field_lines::depends_on, true};

/// Resolves the names in the declarations. A name that fails is left out of the edges.
class builder {
 public:
  builder(graph& g, std::vector<error>& problems) : graph_(g), problems_(problems) {}

  void build() {
    collect_ids();
    collect_labels();
    link();
    find_ends();
  }

 private:
  /// At the line of a field that has one, otherwise at the revision's.
  error& problem(node at, const std::string& message, unsigned field_lines::*field = nullptr) {
    const revision& r = graph_.revisions[at];
    const unsigned own = field == nullptr ? 0 : r.lines.*field;
    return problems_.emplace_back(message).at(r.file, own == 0 ? r.line : own);
  }

  void collect_ids() {
    graph_.names.reserve(graph_.size());
    for (node n = 0; n < graph_.size(); ++n) {
      check_id(n);
      const auto [first, added] = graph_.names.emplace(graph_.id(n), n);
      if (added) continue;
      const revision& other = graph_.revisions[first->second];
      const bool is_same_file = !other.file.empty() && place(other) == place(graph_.revisions[n]);
      if (is_same_file) {
        problem(n, fmt::format("the file of revision {} is read twice", quoted(graph_.id(n))))
            .help("leave out the version location that holds it a second time");
      } else {
        problem(n, fmt::format("revision {} is there twice", quoted(graph_.id(n))))
            .note(fmt::format("the other one is {}", place(other)))
            .help("give one of them another id");
      }
    }
  }

  void check_id(node n) {
    const std::string_view id = graph_.id(n);
    if (id.empty()) {
      problem(n, "a revision has no id").help("an id is up to 32 characters, without @ - + :");
      return;
    }
    std::vector<std::string> illegal;
    for (const char c : {'+', '-', ':', '@'}) {
      if (id.find(c) != std::string::npos) illegal.emplace_back(1, c);
    }
    if (!illegal.empty()) {
      problem(n, fmt::format("character{} {} not allowed in revision identifier {}",
                             illegal.size() > 1 ? "s" : "", base::join(illegal, ", "), quoted(id)))
          .help("these characters have a meaning where revisions are named on the command line");
    }
    if (is_reserved(id)) {
      problem(n, fmt::format("{} is not allowed as a revision identifier", quoted(id)))
          .help("base, head, heads and current mean something else on the command line");
    }
    if (const std::size_t length = characters(id); length > longest_id) {
      problem(n, fmt::format("revision identifier {} has {} characters", quoted(id), length))
          .help("the version table holds up to 32");
    }
  }

  void collect_labels() {
    for (node n = 0; n < graph_.size(); ++n) {
      for (const std::string_view label : graph_.revisions[n].branch_labels) {
        if (label.empty() || is_reserved(label) || label.find_first_of("@:") != std::string::npos) {
          problem(n, fmt::format("{} is not allowed as a branch label", quoted(label)),
                  &field_lines::branch_labels)
              .help("a label is a name without @ and :, and none of base, head, heads, current");
          continue;
        }
        const auto [first, added] = graph_.names.emplace(label, n);
        if (!added) label_clash(n, label, first->second);
      }
    }
  }

  void label_clash(node n, std::string_view label, node other) {
    const bool is_id = graph_.id(other) == label;
    problem(n,
            fmt::format("branch label {} of revision {} is already {} revision {}", quoted(label),
                        quoted(graph_.id(n)), is_id ? "the id of" : "a label of",
                        quoted(graph_.id(other))),
            &field_lines::branch_labels)
        .note(fmt::format("that revision is {}", place(graph_.revisions[other])))
        .help("give one of them another name");
  }

  void link() {
    graph_.parents.reserve(graph_.size());
    graph_.dependencies.reserve(graph_.size());
    graph_.needs.reserve(graph_.size());
    std::vector<node> parents;
    std::vector<node> dependencies;
    for (node n = 0; n < graph_.size(); ++n) {
      parents.clear();
      dependencies.clear();
      for (const std::string_view name : graph_.revisions[n].down_revision) {
        add_edge(n, name, parents_field, parents);
      }
      for (const std::string_view name : graph_.revisions[n].depends_on) {
        add_edge(n, name, dependencies_field, dependencies);
      }
      write_row(graph_.parents, parents);
      write_row(graph_.dependencies, dependencies);
      for (const node dependency : dependencies) {
        if (std::find(parents.begin(), parents.end(), dependency) == parents.end()) {
          parents.push_back(dependency);
        }
      }
      write_row(graph_.needs, parents);
    }
    graph_.children = graph_.parents.reversed();
    graph_.needed_by = graph_.needs.reversed();
  }

  static void write_row(adjacency& edges, const std::vector<node>& targets) {
    for (const node target : targets) edges.add(target);
    edges.end_row();
  }

  void add_edge(node n, std::string_view name, const edge_field& field,
                std::vector<node>& targets) {
    const auto found = graph_.names.find(name);
    const bool is_label = found != graph_.names.end() && graph_.id(found->second) != name;
    if (found == graph_.names.end() || (is_label && !field.takes_labels)) {
      unknown(n, name, field, is_label ? graph_.id(found->second) : std::string_view());
    } else if (found->second == n) {
      problem(n,
              fmt::format("{} is detected in revisions ({})",
                          field.takes_labels ? "dependency self-loop" : "self-loop", graph_.id(n)),
              field.line)
          .help(fmt::format("take {} out of its own {}", quoted(name), field.name));
    } else if (std::find(targets.begin(), targets.end(), found->second) == targets.end()) {
      targets.push_back(found->second);
    }
  }

  /// `labelled`: the revision that has the name as a label, or empty.
  void unknown(node n, std::string_view name, const edge_field& field, std::string_view labelled) {
    error& added = problem(n,
                           fmt::format("{} of revision {} names {}, which is not there", field.name,
                                       quoted(graph_.id(n)), quoted(name)),
                           field.line);
    if (!labelled.empty()) {
      added.help(fmt::format("{} is a branch label; write the revision's id, {}", quoted(name),
                             quoted(labelled)));
    } else {
      const std::string near = nearest_name(graph_, name, field.takes_labels);
      added.help(!near.empty() ? near
                               : fmt::format("correct {} there, or add the file of revision {}",
                                             field.name, quoted(name)));
    }
  }

  void find_ends() {
    for (node n = 0; n < graph_.size(); ++n) {
      if (graph_.children[n].empty()) graph_.heads.push_back(n);
      if (graph_.needed_by[n].empty()) graph_.real_heads.push_back(n);
      if (graph_.parents[n].empty()) graph_.bases.push_back(n);
    }
  }

  graph& graph_;
  std::vector<error>& problems_;
};

/// `below`: a dependency that an ancestor names too is left out. Only a dependency that several
/// revisions name can be such a one, so only those cost a walk.
void normalise(graph& g) {
  const adjacency named_by = g.dependencies.reversed();
  std::vector<std::pair<node, node>> left_out;
  for (node d = 0; d < g.size(); ++d) {
    const auto naming = named_by[d];
    if (naming.size() < 2) continue;
    std::vector<node> starts;
    for (const node n : naming) {
      starts.insert(starts.end(), g.children[n].begin(), g.children[n].end());
    }
    const node_set after = reach(g.children, g.size(), starts);
    for (const node n : naming) {
      if (after[n]) left_out.emplace_back(n, d);
    }
  }
  std::sort(left_out.begin(), left_out.end());
  g.below.reserve(g.size());
  for (node n = 0; n < g.size(); ++n) {
    const auto parents = g.parents[n];
    for (const node needed : g.needs[n]) {
      const bool is_parent = std::find(parents.begin(), parents.end(), needed) != parents.end();
      if (is_parent ||
          !std::binary_search(left_out.begin(), left_out.end(), std::pair<node, node>(n, needed))) {
        g.below.add(needed);
      }
    }
    g.below.end_row();
  }
}

/// Whether a line of single steps leads up from `n` to a head: nothing forks off, merges into it or
/// depends on it. Only then do ancestors inherit a label: Alembic walks back from the line's end
/// and stops at the first real branch point or merge point.
bool is_plain_up(const graph& g, node n) {
  for (;;) {
    if (g.needed_by[n].size() > 1 || g.parents[n].size() > 1) return false;
    if (g.children[n].empty()) return true;
    n = g.children[n][0];
  }
}

/// Ancestors carry a label that `n` declares up to the first branch point or merge point.
void inherit_upwards(graph& g, node n, std::size_t label) {
  if (!is_plain_up(g, n)) return;
  while (!g.parents[n].empty()) {
    n = g.parents[n][0];
    if (g.needed_by[n].size() > 1 || g.parents[n].size() > 1) return;
    g.labels.add(n, label);
  }
}

/// Descendants carry the labels of what they come from.
void inherit_downwards(graph& g) {
  std::vector<std::size_t> waits_for(g.size());
  std::vector<node> ready;
  for (node n = 0; n < g.size(); ++n) {
    waits_for[n] = g.parents[n].size();
    if (waits_for[n] == 0) ready.push_back(n);
  }
  while (!ready.empty()) {
    const node n = ready.back();
    ready.pop_back();
    for (const node child : g.children[n]) {
      g.labels.add_all(child, n);
      if (--waits_for[child] == 0) ready.push_back(child);
    }
  }
}

/// Who carries which label ("Branch label").
void spread_labels(graph& g) {
  for (const auto& revision : g.revisions) {
    g.label_names.insert(g.label_names.end(), revision.branch_labels.begin(),
                         revision.branch_labels.end());
  }
  std::sort(g.label_names.begin(), g.label_names.end());
  g.labels.resize(g.size(), g.label_names.size());
  if (g.label_names.empty()) return;
  for (std::size_t label = 0; label < g.label_names.size(); ++label) {
    g.labels.add(g.names.at(g.label_names[label]), label);
  }
  inherit_downwards(g);
  for (std::size_t label = 0; label < g.label_names.size(); ++label) {
    inherit_upwards(g, g.names.at(g.label_names[label]), label);
  }
}

}  // namespace

graph build_graph(std::vector<revision> revisions, std::vector<error>& problems) {
  graph g;
  g.revisions = std::move(revisions);
  builder(g, problems).build();
  find_cycles(g, problems);
  if (problems.empty()) {
    normalise(g);
    spread_labels(g);
  }
  return g;
}

}  // namespace retort::history
