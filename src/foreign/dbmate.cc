#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <retort/error.h>

#include "base/text_tools.h"
#include "foreign/readers.h"

// dbmate, "Creating Migrations" and "Migration Options" of its README: files `[0-9]+*.sql`, run in
// the order of their names; a block `-- migrate:up`, then perhaps one `-- migrate:down`.

namespace retort::foreign {
namespace {

struct marker {
  bool up = false;
  /// Behind the direction.
  std::string_view options;
};

std::optional<marker> marker_of(std::string_view line) {
  if (!line.starts_with("--")) return std::nullopt;
  std::string_view rest = base::trim(line.substr(2));
  for (const std::string_view direction : {"migrate:up", "migrate:down"}) {
    if (!rest.starts_with(direction)) continue;
    const std::string_view behind = rest.substr(direction.size());
    if (!behind.empty() && behind.front() != ' ' && behind.front() != '\t') continue;
    return marker{direction == "migrate:up", base::trim(behind)};
  }
  return std::nullopt;
}

bool read_transaction(const script::source_text& source, std::string_view options) {
  bool transaction = true;
  for (const std::string_view option : base::split_views(options, ' ')) {
    if (option == "transaction:true" || option == "transaction:false") {
      transaction = option == "transaction:true";
      continue;
    }
    const auto offset = static_cast<std::size_t>(option.data() - source.text().data());
    auto problem =
        source.at(offset, fmt::format("the option '{}' of dbmate has no meaning here, so "
                                      "nothing is imported",
                                      option));
    throw problem.help(option.starts_with("env:")
                           ? "write the variable's value into the file, and remove the option"
                           : "remove it");
  }
  return transaction;
}

/// A block: its marker, and what stands between that and the next.
struct block {
  bool up = false;
  bool transaction = true;
  std::size_t marker = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::vector<block> blocks_of(const script::source_text& source) {
  std::vector<block> blocks;
  for (const auto& line : lines_of(source.text())) {
    const auto found = marker_of(line.text);
    if (!found) continue;
    if (!blocks.empty()) blocks.back().end = line.offset;
    blocks.push_back({found->up, read_transaction(source, found->options), line.offset,
                      line.offset + line.text.size(), source.text().size()});
  }
  return blocks;
}

void require_form(const script::source_text& source, const std::vector<block>& blocks) {
  if (blocks.empty() || !blocks.front().up) {
    throw source.at(0, "the file does not begin with `-- migrate:up`, so nothing is imported")
        .help("put the upgrade first");
  }
  const std::string_view head = source.text().substr(0, blocks.front().marker);
  if (!is_only_comments(head)) {
    throw source.at(0, "SQL above `-- migrate:up`, so nothing is imported")
        .help("move it below the marker");
  }
  if (blocks.size() > 2 || (blocks.size() == 2 && blocks[1].up)) {
    const auto& extra = blocks[1].up ? blocks[1] : blocks[2];
    throw source
        .at(extra.marker,
            "a block too many, which dbmate does not run as it reads, so "
            "nothing is imported")
        .help("keep one `-- migrate:up` and one `-- migrate:down` behind it");
  }
}

migration read_file(const source_file& file, std::vector<std::string>& notes) {
  const script::source_text source(file.content, file.path);
  const auto blocks = blocks_of(source);
  require_form(source, blocks);
  const std::string version(digits_of(file.name));
  const auto end = file.name.size() - std::string_view(".sql").size();
  auto words = std::string_view(file.name).substr(version.size(), end - version.size());
  words.remove_prefix(std::min(words.find_first_not_of("_-"), words.size()));
  migration made = named_migration(version, words);
  made.sources = {file.path};
  made.head = source.text().substr(0, blocks.front().marker);
  for (const auto& one : blocks) {
    require_loadable(source, one.begin, one.end);
    auto text = std::string(source.text().substr(one.begin, one.end - one.begin));
    auto body = made_body(std::move(text), one.transaction, file.path, notes);
    if (one.up) {
      made.up = std::move(body);
    } else {
      made.down = std::move(body);
    }
  }
  return made;
}

bool has_name(const source_file& file) {
  return file.is_direct() && !digits_of(file.name).empty() && file.name.ends_with(".sql");
}

}  // namespace

bool is_dbmate(const source_file& file) {
  const auto lines = has_name(file) ? lines_of(file.content) : std::vector<text_line>();
  return std::any_of(lines.begin(), lines.end(),
                     [](const text_line& line) { return marker_of(line.text).has_value(); });
}

collection read_dbmate(const std::vector<source_file>& files) {
  std::vector<const source_file*> chosen;
  collection result;
  for (const auto& file : files) {
    if (has_name(file)) {
      chosen.push_back(&file);
    } else if (file.name.ends_with(".sql")) {
      result.notes.push_back(fmt::format("{} is no migration of dbmate and left out", file.path));
    }
  }
  std::sort(chosen.begin(), chosen.end(),
            [](const auto* a, const auto* b) { return a->name < b->name; });
  for (const auto* file : chosen) result.migrations.push_back(read_file(*file, result.notes));
  refuse_twins(result.migrations);
  return result;
}

}  // namespace retort::foreign
