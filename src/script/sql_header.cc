#include "script/sql_header.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "model/lock_mode.h"
#include "script/marker.h"

namespace retort::script {
namespace {

/// Indices into `known_keys`.
enum header_key : std::size_t {
  revision,
  down_revision,
  branch_labels,
  depends_on,
  message,
  created,
  compatible_with,
  replaces,
  loses,
  max_lock,
  lock_timeout,
  statement_timeout,
  concurrently_wait,
  keys
};

const std::array<std::string, keys> known_keys = {
    "revision",     "down_revision",     "branch_labels",     "depends_on", "message",
    "created",      "compatible_with",   "replaces",          "loses",      "max_lock",
    "lock_timeout", "statement_timeout", "concurrently_wait",
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

/// `keys` where it is none.
header_key known_key(std::string_view name) {
  const auto found = std::find(known_keys.begin(), known_keys.end(), name);
  return static_cast<header_key>(found - known_keys.begin());
}

/// A line such as `-------` or `=====` draws, and is no message.
bool is_decoration(std::string_view line) {
  return line.find_first_not_of("-=*#~_ ") == std::string_view::npos;
}

/// Nearly all names are of letters, digits and underscores, and need no closer look.
bool is_plain(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_';
  });
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
  bool given = false;
  std::string_view text;
  std::size_t offset = 0;
};

class header_parser {
 public:
  header_parser(const source_text& source, sql_header& header) : source_(source), header_(header) {}

  void run(const std::vector<header_line>& lines) {
    std::string_view first_comment;
    for (const header_line& line : lines) {
      if (is_decoration(line.text)) continue;
      const std::string_view name = key_of(line.text);
      if (const header_key known = known_key(name); known != keys) {
        keep(known, line);
        first_comment_is_over_ = true;
        continue;
      }
      refuse_misspelt(name, line);
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

  void keep(header_key name, const header_line& line) {
    const std::string_view value = base::trim(line.text.substr(line.text.find(':') + 1));
    header_value& kept = values_[name];
    const auto offset = static_cast<std::size_t>(value.data() - line.text.data());
    if (kept.given) {
      throw source_
          .at(line.offset, fmt::format("a second '{}:' in the file's header", known_keys[name]))
          .help(fmt::format("keep one; the first is in line {}",
                            base::position_at(source_.text(), kept.offset).line));
    }
    // An empty view's pointer tells nothing; its place is the key's.
    kept = {true, value, line.offset + (value.empty() ? 0 : offset)};
  }

  void assign(std::string_view first_comment) {
    const header_value& declared = values_[revision];
    if (declared.text.empty()) {
      throw source_.at(declared.offset, "the file declares no revision")
          .help("write '-- revision: ID' among its first comments");
    }
    header_.revision = id(revision);
    header_.revision_line = line_of(revision);
    header_.down_revision_line = line_of(down_revision);
    header_.branch_labels_line = line_of(branch_labels);
    header_.depends_on_line = line_of(depends_on);
    header_.down_revision = names(down_revision, bad_identifier_reason);
    header_.branch_labels = names(branch_labels, bad_label_reason);
    // Ids, and labels among them.
    header_.depends_on = names(depends_on, bad_label_reason);
    header_.compatible_with = id(compatible_with);
    header_.replaces = names(replaces, bad_identifier_reason);
    header_.loses = base::split_views(values_[loses].text);
    header_.created = values_[created].text;
    header_.max_lock = lock(max_lock);
    header_.lock_timeout = seconds(lock_timeout);
    header_.statement_timeout = seconds(statement_timeout);
    header_.concurrently_wait = seconds(concurrently_wait);
    header_.message = values_[message].given ? values_[message].text : first_comment;
  }

  unsigned line_of(header_key name) const {
    const header_value& value = values_[name];
    return value.text.empty() ? 0 : base::position_at(source_.text(), value.offset).line;
  }

  std::string_view id(header_key name) const {
    const std::string_view text = values_[name].text;
    if (!text.empty()) refuse(text, name, bad_identifier_reason(text));
    return text;
  }

  std::string_view lock(header_key name) const {
    const std::string_view text = values_[name].text;
    if (text.empty() || model::lock_strength(text)) return text;
    throw source_
        .at(values_[name].offset, fmt::format("'{}' is no lock for '{}:'", text, known_keys[name]))
        .help("the locks are " + model::lock_modes());
  }

  std::optional<int> seconds(header_key name) const {
    const std::string_view text = values_[name].text;
    if (text.empty()) return std::nullopt;
    int number = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, problem] = std::from_chars(text.data(), end, number);
    constexpr int most = 1'000'000;
    if (problem == std::errc() && rest == end && number >= 0 && number <= most) return number;
    throw source_
        .at(values_[name].offset,
            fmt::format("'{}' is no number of seconds for '{}:'", text, known_keys[name]))
        .help("write a whole number; 0: for ever");
  }

  template <class Reason>
  std::vector<std::string_view> names(header_key name, const Reason& bad_reason) const {
    std::vector<std::string_view> list = base::split_views(values_[name].text);
    for (const std::string_view one : list) refuse(one, name, bad_reason(one));
    return list;
  }

  void refuse(std::string_view id, header_key name, const std::string& reason) const {
    if (reason.empty()) return;
    throw source_.at(values_[name].offset,
                     fmt::format("'{}' cannot be used in '{}:': {}", id, known_keys[name], reason));
  }

  const source_text& source_;
  sql_header& header_;
  /// One a known key.
  std::array<header_value, keys> values_{};
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
  return key.empty() || (known_key(key) == keys && misspelt_key(key).empty());
}

std::string bad_identifier_reason(std::string_view id) {
  if (id.size() <= 32 && is_plain(id)) return {};
  const std::size_t characters = static_cast<std::size_t>(
      std::count_if(id.begin(), id.end(), [](char c) { return (c & 0xC0) != 0x80; }));
  if (characters > 32) {
    return fmt::format("it has {} characters, and the version table holds 32", characters);
  }
  return bad_characters(id, "@-+:,;/\\'\" \t", "a revision identifier");
}

std::string bad_label_reason(std::string_view label) {
  if (is_plain(label)) return {};
  return bad_characters(label, "@:,;/\\'\" \t", "a branch label");
}

}  // namespace retort::script
