#include "script/marker.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text_tools.h"

namespace retort::script {
namespace {

const std::array<std::string, 2> directions = {"up", "down"};
const std::array<std::string, 3> option_names = {"dialect", "foreign_keys", "transaction"};
const std::array<std::string, 3> dialect_names = {"postgres", "postgresql", "sqlite"};

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view skip_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

std::string_view first_word(std::string_view text) {
  return {text.begin(), std::find_if(text.begin(), text.end(), is_blank)};
}

/// A marker's comment, cut at its colon.
struct marker_text {
  bool is_marker = false;
  bool has_colon = false;
  /// From the direction on.
  std::string_view rest;
};

marker_text read_marker_text(std::string_view comment) {
  constexpr std::string_view keyword = "migrate";
  comment = skip_blanks(comment);
  if (comment.empty() || (comment.front() != 'm' && comment.front() != 'M')) return {};
  if (!base::equals_ignoring_case(comment.substr(0, keyword.size()), keyword)) return {};
  const std::string_view behind = comment.substr(keyword.size());
  const std::string_view colon = skip_blanks(behind);
  if (colon.empty() || colon.front() != ':') {
    const bool slip =
        base::equals_ignoring_case(colon, "up") || base::equals_ignoring_case(colon, "down");
    return {slip && !behind.empty() && colon.size() < behind.size(), false, colon};
  }
  const std::string_view rest = skip_blanks(colon.substr(1));
  const bool tight = behind.front() == ':' && colon.size() > 1 && rest.size() + 1 == colon.size();
  // "migrate: we do …" is prose; "migrate: up" is a marker.
  const bool is_marker =
      tight || rest.empty() || !base::nearest(first_word(rest), directions).empty();
  return {is_marker, true, rest};
}

class marker_parser {
 public:
  marker_parser(const source_text& source, std::size_t offset) : source_(source), offset_(offset) {}

  sql_section run() {
    const std::string_view line =
        source_.text().substr(offset_, source_.text().find('\n', offset_) - offset_);
    const marker_text marker = read_marker_text(line.substr(2));
    section_.line = base::position_at(source_.text(), offset_).line;
    read_direction(first_word(marker.rest), marker.has_colon);
    std::string_view rest = skip_blanks(marker.rest.substr(first_word(marker.rest).size()));
    while (!rest.empty()) {
      const std::string_view option = first_word(rest);
      read_option(option);
      rest = skip_blanks(rest.substr(option.size()));
    }
    return section_;
  }

 private:
  error wrong(std::string_view word, const std::string& message) const {
    const std::size_t place =
        word.empty() ? offset_ : static_cast<std::size_t>(word.data() - source_.text().data());
    return source_.at(place, message);
  }

  void read_direction(std::string_view word, bool has_colon) {
    if (!has_colon) {
      throw wrong(word, "a section marker without its colon")
          .help(fmt::format("write '-- migrate:{}'", base::lower(word)));
    }
    if (word == "up" || word == "down") {
      section_.direction = word == "up" ? direction::up : direction::down;
      return;
    }
    std::string hint = base::did_you_mean(word, directions);
    if (hint.empty()) hint = "write '-- migrate:up' or '-- migrate:down'";
    throw wrong(word, word.empty() ? std::string("a section marker without a direction")
                                   : fmt::format("unknown direction '{}'", word))
        .help(hint);
  }

  void read_option(std::string_view option) {
    const std::size_t colon = option.find(':');
    const std::string name(option.substr(0, colon));
    const std::string_view value =
        colon == std::string_view::npos ? std::string_view() : option.substr(colon + 1);
    refuse_unknown(option, name);
    if (value.empty()) {
      throw wrong(option, fmt::format("option '{}' has no value", name))
          .help(fmt::format("write {}, without spaces", name == "dialect"
                                                            ? "dialect:sqlite or dialect:postgresql"
                                                            : choices(name)));
    }
    if (name == "dialect") {
      read_dialect(option, value);
    } else {
      (name == "transaction" ? section_.transaction : section_.foreign_keys) =
          read_switch(option, name, value);
    }
  }

  void refuse_unknown(std::string_view option, const std::string& name) {
    for (std::size_t i = 0; i < option_names.size(); ++i) {
      if (option_names[i] != name) continue;
      if (seen_[i]) throw wrong(option, fmt::format("option '{}' is given twice", name));
      seen_[i] = true;
      return;
    }
    std::string hint = base::did_you_mean(name, option_names);
    if (hint.empty()) hint = "the options are " + base::join(option_names, ", ");
    throw wrong(option, fmt::format("unknown option '{}' of a section marker", name)).help(hint);
  }

  void read_dialect(std::string_view option, std::string_view value) {
    if (value == "sqlite" || value == "postgresql" || value == "postgres") {
      section_.dialect = value == "sqlite" ? "sqlite" : "postgresql";
      return;
    }
    std::string hint = base::did_you_mean(value, dialect_names);
    if (hint.empty()) hint = "write dialect:sqlite or dialect:postgresql";
    throw wrong(option, fmt::format("unknown dialect '{}'", value)).help(hint);
  }

  static std::string choices(const std::string& name) {
    return name == "transaction" ? "transaction:true or transaction:false"
                                 : "foreign_keys:on or foreign_keys:off";
  }

  bool read_switch(std::string_view option, const std::string& name, std::string_view value) const {
    if (value == "true" || value == "on") return true;
    if (value == "false" || value == "off") return false;
    throw wrong(option, fmt::format("'{}' is no value of option '{}'", value, name))
        .help("write " + choices(name));
  }

  const source_text& source_;
  std::size_t offset_;
  sql_section section_;
  std::array<bool, option_names.size()> seen_{};
};

}  // namespace

bool looks_like_marker(std::string_view comment) { return read_marker_text(comment).is_marker; }

sql_section parse_marker(const source_text& source, std::size_t offset) {
  return marker_parser(source, offset).run();
}

}  // namespace retort::script
