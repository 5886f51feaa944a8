#include "engine/sum.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/sha256.h"
#include "base/text_tools.h"
#include "engine/checksum.h"

namespace retort::engine {
namespace {

constexpr std::string_view preamble =
    "# Released migrations, in a chain: `check sum --write` adds new ones at the end. Where "
    "version\n"
    "# control reports a conflict here, two branches have added migrations: take one side, build, "
    "and\n"
    "# write again.\n";

struct sum_line {
  std::string revision;
  std::string hash;
  std::string chain;
  unsigned number = 0;
};

std::vector<sum_line> lines_of(std::string_view text) {
  std::vector<sum_line> lines;
  unsigned number = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = base::trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    auto words = base::split_list(line, ' ');
    words.resize(3);
    lines.push_back({words[0], words[1], words[2], number});
  }
  return lines;
}

std::string hash_of(const migration_file& file) {
  return file.code != nullptr ? std::string(file.source_hash) : base::sha256(normal_text(file.sql));
}

std::string chained(const std::string& before, const std::string& revision,
                    const std::string& hash) {
  constexpr std::size_t shown = 16;
  return base::sha256(fmt::format("{} {} {}", before, revision, hash)).substr(0, shown);
}

/// What is wrong with one line; `chain` is that of the line before.
std::optional<error> problem_of(const migration_set& set, members files, const sum_line& line,
                                const std::string& chain, const std::string& path) {
  if (line.chain != chained(chain, line.revision, line.hash)) {
    return error(fmt::format("the chain of {} is broken at {}: lines were changed or put together "
                             "by hand",
                             sum_name, line.revision))
        .at(path, line.number)
        .help("bring the released lines back from version control, and `check sum --write`");
  }
  const auto index = set.graph().find(line.revision);
  if (!index || std::ranges::find(files, *index) == files.end()) {
    return error(fmt::format("revision {} is released, and its file is missing", line.revision))
        .at(path, line.number)
        .help("bring the file back from version control");
  }
  const auto& file = set.at(*index);
  if (hash_of(file) == line.hash) return std::nullopt;
  return error(fmt::format("{} is released, and has been edited since", line.revision))
      .at(file.revision.file, file.revision.line)
      .help(
          "take the edit back and write a new migration; where nobody has it yet, "
          "`check sum --rewrite`");
}

}  // namespace

std::vector<error> sum_problems(const migration_set& set, members files, std::string_view text,
                                const std::string& path) {
  std::vector<error> found;
  std::string chain;
  for (const auto& line : lines_of(text)) {
    if (auto problem = problem_of(set, files, line, chain, path))
      found.push_back(std::move(*problem));
    chain = line.chain;
  }
  return found;
}

std::vector<std::size_t> unsummed(const migration_set& set, members files, std::string_view text) {
  const auto lines = lines_of(text);
  std::vector<std::size_t> result(files.begin(), files.end());
  std::erase_if(result, [&](std::size_t index) {
    return std::ranges::any_of(
        lines, [&](const sum_line& line) { return line.revision == set.at(index).revision.id; });
  });
  return result;
}

bool sum_has(std::string_view text, std::string_view revision, std::string_view hash) {
  std::string chain;
  for (const auto& line : lines_of(text)) {
    if (line.chain != chained(chain, line.revision, line.hash)) return false;
    if (line.revision == revision) return line.hash == hash;
    chain = line.chain;
  }
  return false;
}

std::string extended_sum(const migration_set& set, members files, std::string_view text,
                         bool anew) {
  std::string result(anew || text.empty() ? preamble : text);
  const auto kept = lines_of(result);
  std::string chain = kept.empty() ? std::string() : kept.back().chain;
  if (!result.ends_with('\n')) result += '\n';
  for (const std::size_t index : unsummed(set, files, result)) {
    const std::string revision(set.at(index).revision.id);
    const auto hash = hash_of(set.at(index));
    chain = chained(chain, revision, hash);
    result += fmt::format("{} {} {}\n", revision, hash, chain);
  }
  return result;
}

}  // namespace retort::engine
