#include "history/messages.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text_tools.h"

namespace retort::history {

std::string quoted(std::string_view text) { return fmt::format("'{}'", base::printable(text)); }

std::string place(const revision& r) {
  if (r.file.empty()) return "not from a file";
  return r.line == 0 ? std::string(r.file) : fmt::format("{}:{}", r.file, r.line);
}

std::string listed(const graph& g, std::span<const node> nodes) {
  constexpr std::size_t shown = 5;
  std::vector<std::string> names;
  for (const node n : nodes.first(std::min(nodes.size(), shown))) names.push_back(quoted(g.id(n)));
  const std::string text = base::join(names, ", ");
  return nodes.size() <= shown ? text : fmt::format("{} and {} more", text, nodes.size() - shown);
}

std::string suggestion(const graph& g, std::string_view name) {
  if (g.size() == 0) return "there are no revisions here yet";
  std::vector<std::string> names;
  for (const revision& r : g.revisions) {
    names.emplace_back(r.id);
    names.insert(names.end(), r.branch_labels.begin(), r.branch_labels.end());
  }
  for (const char* word : {"head", "heads", "base", "current"}) names.emplace_back(word);
  std::string near = base::did_you_mean(name, names);
  return near.empty() ? "`history` lists what there is" : near;
}

error no_such_revision(const graph& g, std::string_view name) {
  return error(fmt::format("no revision or branch {}", quoted(name))).help(suggestion(g, name));
}

error no_such_branch(const graph& g, std::string_view name) {
  return error(fmt::format("no branch {}", quoted(name))).help(suggestion(g, name));
}

error several_heads(const graph& g, std::string_view typed, std::span<const node> heads) {
  return error(fmt::format("{} is ambiguous: there are {} heads, {}", quoted(typed), heads.size(),
                           listed(g, heads)))
      .help("name one of them, write BRANCH@head, or 'heads' for all of them");
}

error unknown_row(std::string_view row) {
  return error(fmt::format("the database is at revision {}, which this program does not have",
                           quoted(row)))
      .help("run a program that has it, or set the version by hand: `stamp --purge REVISION`");
}

error row_below_row(const graph& g, node below, node above) {
  return error(fmt::format("the version table holds {} and also {}, which includes it",
                           quoted(g.id(below)), quoted(g.id(above))))
      .help("set the version by hand: `stamp --purge REVISION`");
}

error too_far(std::string_view relative, long wanted, std::string_view from, long possible) {
  return error(fmt::format("relative revision {} didn't produce {} migrations", relative, wanted))
      .help(fmt::format("possible from {}: {}", from, possible));
}

}  // namespace retort::history
