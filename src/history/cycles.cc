#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "history/graph.h"

namespace retort::history {
namespace {

/// Whether every node can be put after all its targets.
bool is_acyclic(const graph& g, const adjacency& edges, const adjacency& reversed) {
  std::vector<std::size_t> waiting(g.size());
  std::vector<node> ready;
  for (node n = 0; n < g.size(); ++n) {
    waiting[n] = edges[n].size();
    if (waiting[n] == 0) ready.push_back(n);
  }
  std::size_t done = 0;
  while (!ready.empty()) {
    const node n = ready.back();
    ready.pop_back();
    ++done;
    for (const node next : reversed[n]) {
      if (--waiting[next] == 0) ready.push_back(next);
    }
  }
  return done == g.size();
}

/// Tarjan's strongly connected components, without recursion: only those of more than one node.
class component_search {
 public:
  component_search(const adjacency& edges, std::size_t nodes)
      : edges_(edges), order_(nodes), low_(nodes), open_(nodes) {}

  std::vector<std::vector<node>> run() {
    for (node n = 0; n < order_.size(); ++n) {
      if (order_[n] == 0) search(n);
    }
    return std::move(found_);
  }

 private:
  struct frame {
    node at;
    std::size_t edge;
  };

  void enter(node n) {
    order_[n] = low_[n] = ++counter_;
    open_[n] = true;
    stack_.push_back(n);
    frames_.push_back({n, 0});
  }

  void search(node start) {
    enter(start);
    while (!frames_.empty()) {
      frame& top = frames_.back();
      const auto targets = edges_[top.at];
      if (top.edge < targets.size()) {
        const node target = targets[top.edge++];
        if (order_[target] == 0) {
          enter(target);
        } else if (open_[target]) {
          low_[top.at] = std::min(low_[top.at], order_[target]);
        }
        continue;
      }
      const node done = top.at;
      frames_.pop_back();
      if (!frames_.empty()) {
        const node parent = frames_.back().at;
        low_[parent] = std::min(low_[parent], low_[done]);
      }
      if (low_[done] == order_[done]) close(done);
    }
  }

  void close(node root) {
    std::vector<node> component;
    for (node n = root + 1; n != root;) {
      n = stack_.back();
      stack_.pop_back();
      open_[n] = false;
      component.push_back(n);
    }
    if (component.size() > 1) found_.push_back(std::move(component));
  }

  const adjacency& edges_;
  std::vector<std::size_t> order_;
  std::vector<std::size_t> low_;
  std::vector<bool> open_;
  std::size_t counter_ = 0;
  std::vector<node> stack_;
  std::vector<frame> frames_;
  std::vector<std::vector<node>> found_;
};

error cycle_error(const graph& g, const std::vector<node>& component, bool by_dependency) {
  std::vector<std::string> ids;
  for (const node n : component) ids.emplace_back(g.id(n));
  std::sort(ids.begin(), ids.end());
  const revision& first = g.revisions[*std::min_element(component.begin(), component.end())];
  error result(fmt::format("{} is detected in revisions ({})",
                           by_dependency ? "dependency cycle" : "cycle", base::join(ids, ", ")));
  const unsigned own = by_dependency ? first.lines.depends_on : first.lines.down_revision;
  result.at(first.file, own == 0 ? first.line : own);
  result.help(fmt::format("each of them comes before itself; correct the {} of one",
                          by_dependency ? "depends_on" : "down_revision"));
  return result;
}

}  // namespace

void find_cycles(const graph& g, std::vector<error>& problems) {
  if (is_acyclic(g, g.needs, g.needed_by)) return;
  node_set reported(g.size());
  for (const auto& component : component_search(g.parents, g.size()).run()) {
    for (const node n : component) reported[n] = true;
    problems.push_back(cycle_error(g, component, false));
  }
  for (const auto& component : component_search(g.needs, g.size()).run()) {
    if (std::any_of(component.begin(), component.end(), [&](node n) { return reported[n]; })) {
      continue;
    }
    problems.push_back(cycle_error(g, component, true));
  }
}

}  // namespace retort::history
