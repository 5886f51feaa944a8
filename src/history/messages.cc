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

namespace {

std::vector<std::string> names_of(const graph& g, bool labels) {
  std::vector<std::string> names;
  for (const revision& r : g.revisions) {
    names.emplace_back(r.id);
    if (!labels) continue;
    names.insert(names.end(), r.branch_labels.begin(), r.branch_labels.end());
  }
  return names;
}

/// What to write in place of a name that is nowhere. `words`: what else stands for revisions there.
std::string suggestion(const graph& g, std::string_view name,
                       std::initializer_list<const char*> words) {
  if (g.size() == 0) return "there are no revisions here yet";
  std::vector<std::string> names = names_of(g, true);
  names.insert(names.end(), words.begin(), words.end());
  std::string near = base::did_you_mean(name, names);
  return near.empty() ? "`history` lists what there is" : near;
}

/// What a word of the grammar means, where it does not stand for a branch; or empty.
std::string_view meaning(std::string_view word) {
  if (word == "head") return "it is the newest revision of a branch";
  if (word == "heads") return "they are the newest revisions of every branch";
  if (word == "base") return "it is where nothing is applied";
  if (word == "current") return "it is where the database is";
  return {};
}

}  // namespace

std::string nearest_name(const graph& g, std::string_view name, bool labels) {
  return base::did_you_mean(name, names_of(g, labels));
}

error no_such_revision(const graph& g, std::string_view name, bool current) {
  if (name == "current") {
    return error(fmt::format("{} names no revision here: {}", quoted(name), meaning(name)))
        .help(
            "name a revision, `current` lists the database's; `upgrade +N` and `downgrade -N` "
            "count from there");
  }
  return error(fmt::format("no revision or branch {}", quoted(name)))
      .help(current ? suggestion(g, name, {"head", "heads", "base", "current"})
                    : suggestion(g, name, {"head", "heads", "base"}));
}

error no_such_branch(const graph& g, std::string_view name) {
  if (const std::string_view word = meaning(name); !word.empty()) {
    return error(fmt::format("no branch {}: {}", quoted(name), word))
        .help(
            "before the @ stands a branch label or a revision; without one, every branch is "
            "meant");
  }
  return error(fmt::format("no branch {}", quoted(name))).help(suggestion(g, name, {}));
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

error no_step(std::string_view text) {
  return error(fmt::format("{} goes nowhere: it is no step away from where the database is",
                           quoted(text)))
      .help("count at least one step, +1 or -1");
}

error too_far(std::string_view relative, std::string_view from, long possible) {
  return error(fmt::format("relative revision {} didn't produce {} migrations", relative,
                           relative.substr(1)))
      .help(fmt::format("possible from {}: {}", from, possible));
}

}  // namespace retort::history
