#include "script/sql_header.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "script/marker.h"

namespace retort::script {
namespace {

const std::array<std::string, 10> known_keys = {
    "revision", "down_revision", "branch_labels",   "depends_on", "message",
    "created",  "replaces",      "compatible_with", "loses",      "max_lock",
};

bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == ' ';
}

/// The text before the first colon where it could be a key, trimmed; else empty.
std::string_view key_of(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view key = base::trim(line.substr(0, colon));
  return std::all_of(key.begin(), key.end(), is_key_character) ? key : std::string_view();
}

/// The known key that `key` is a slip of, or empty. Longer words that only begin like one of ours
/// (created_by) are the author's own.
std::string misspelt_key(std::string_view key) {
  const std::string best = base::nearest(key, known_keys);
  const std::size_t longer = std::max(best.size(), key.size());
  const std::size_t shorter = std::min(best.size(), key.size());
  return longer - shorter > 2 ? std::string() : best;
}

bool is_known(std::string_view key) {
  return std::find(known_keys.begin(), known_keys.end(), key) != known_keys.end();
}

/// A line such as `-------` or `=====` draws, and is no message.
bool is_decoration(std::string_view line) {
  return line.find_first_not_of("-=*#~_ ") == std::string_view::npos;
}

/// Why a name with these characters left out cannot be, or empty.
std::string bad_characters(std::string_view name, std::string_view forbidden,
                           std::string_view what) {
  if (name.empty()) return "it is empty";
  std::string bad;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) return "it holds a control character";
    const bool listed = forbidden.find(c) != std::string_view::npos;
    if (listed && bad.find(c) == std::string::npos) bad += c;
  }
  if (bad.empty()) return {};
  std::sort(bad.begin(), bad.end());
  std::string listed;
  for (const char c : bad) listed += fmt::format("{}'{}'", listed.empty() ? "" : ", ", c);
  return fmt::format("{} not allowed in {}", listed, what);
}

struct header_value {
  std::string_view key;
  std::string_view text;
  std::size_t offset = 0;
};

class header_parser {
 public:
  header_parser(const source_text& source, sql_header& header) : source_(source), header_(header) {
    values_.reserve(known_keys.size());
  }

  void run(const std::vector<header_line>& lines) {
    std::string_view first_comment;
    for (const header_line& line : lines) {
      if (is_decoration(line.text)) continue;
      const std::string_view key = key_of(line.text);
      if (is_known(key)) {
        keep(key, line);
        first_comment_is_over_ = true;
        continue;
      }
      refuse_misspelt(key, line);
      if (!first_comment_is_over_) first_comment = line.text;
      first_comment_is_over_ = true;
    }
    assign(first_comment);
  }

 private:
  void refuse_misspelt(std::string_view key, const header_line& line) const {
    if (key.empty()) return;
    const std::string meant = misspelt_key(key);
    if (meant.empty()) return;
    error problem = source_.at(line.offset, fmt::format("unknown header key '{}'", key));
    problem.help(fmt::format("did you mean '{}'?", meant));
    if (!first_comment_is_over_)
      problem.hint += " A message of this form is written '-- message: …'";
    throw problem;
  }

  void keep(std::string_view key, const header_line& line) {
    std::string_view value = line.text.substr(line.text.find(':') + 1);
    value = base::trim(value);
    const auto offset = static_cast<std::size_t>(value.data() - line.text.data());
    if (const header_value* first = find(key)) {
      throw source_.at(line.offset, fmt::format("a second '{}:' in the file's header", key))
          .help(fmt::format("keep one; the first is in line {}",
                            base::position_at(source_.text(), first->offset).line));
    }
    // An empty view's pointer tells nothing; its place is the key's.
    values_.push_back({key, value, line.offset + (value.empty() ? 0 : offset)});
  }

  void assign(std::string_view first_comment) {
    const header_value* revision = find("revision");
    if (revision == nullptr || revision->text.empty()) {
      throw source_.at(revision == nullptr ? 0 : revision->offset, "the file declares no revision")
          .help("write '-- revision: ID' among its first comments");
    }
    header_.revision = id("revision");
    header_.revision_line = base::position_at(source_.text(), revision->offset).line;
    header_.down_revision = ids("down_revision");
    header_.branch_labels = labels("branch_labels");
    header_.depends_on = labels("depends_on");
    header_.compatible_with = id("compatible_with");
    header_.replaces = ids("replaces");
    header_.loses = base::split_list(text("loses"));
    header_.created = text("created");
    header_.max_lock = text("max_lock");
    header_.message = find("message") != nullptr ? text("message") : first_comment;
  }

  /// Null where the key is not given.
  const header_value* find(std::string_view key) const {
    const auto found = std::find_if(values_.begin(), values_.end(),
                                    [&](const header_value& value) { return value.key == key; });
    return found == values_.end() ? nullptr : &*found;
  }

  std::string_view text(std::string_view key) const {
    const header_value* found = find(key);
    return found == nullptr ? std::string_view() : found->text;
  }

  std::string id(std::string_view key) const {
    if (!text(key).empty()) check(text(key), key);
    return std::string(text(key));
  }

  std::vector<std::string> ids(std::string_view key) const {
    std::vector<std::string> list = base::split_list(text(key));
    for (const std::string& one : list) check(one, key);
    return list;
  }

  /// Labels, and ids among them.
  std::vector<std::string> labels(std::string_view key) const {
    std::vector<std::string> list = base::split_list(text(key));
    for (const std::string& one : list) refuse(one, key, bad_label_reason(one));
    return list;
  }

  void check(std::string_view id, std::string_view key) const {
    refuse(id, key, bad_identifier_reason(id));
  }

  void refuse(std::string_view id, std::string_view key, const std::string& reason) const {
    if (reason.empty()) return;
    throw source_.at(find(key)->offset,
                     fmt::format("'{}' cannot be used in '{}:': {}", id, key, reason));
  }

  const source_text& source_;
  sql_header& header_;
  std::vector<header_value> values_;
  bool first_comment_is_over_ = false;
};

}  // namespace

void parse_header(const std::vector<header_line>& lines, const source_text& source,
                  sql_header& header) {
  header_parser(source, header).run(lines);
}

bool reads_as_message(std::string_view line) {
  if (is_decoration(line) || looks_like_marker(line)) return false;
  const std::string_view key = key_of(line);
  return key.empty() || (!is_known(key) && misspelt_key(key).empty());
}

std::string bad_identifier_reason(std::string_view id) {
  const std::size_t characters = static_cast<std::size_t>(
      std::count_if(id.begin(), id.end(), [](char c) { return (c & 0xC0) != 0x80; }));
  if (characters > 32) {
    return fmt::format("it has {} characters, and the version table holds 32", characters);
  }
  return bad_characters(id, "@-+:,;/\\'\" \t", "a revision identifier");
}

std::string bad_label_reason(std::string_view label) {
  return bad_characters(label, "@:,;/\\'\" \t", "a branch label");
}

}  // namespace retort::script
