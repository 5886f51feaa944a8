#include "script/template.h"

#include <random>

#include <fmt/format.h>
#include <retort/error.h>

#include "base/text_tools.h"
#include "script/function_field.h"
#include "script/sql_header.h"

namespace retort::script {
namespace {

constexpr std::string_view cpp_template = R"(#include <retort/migration.h>

namespace t = retort::types;
using retort::column;

RETORT_MIGRATION(@revision@){
@?down_revision@    .down_revision = {@down_revision@},
@?branch_labels@    .branch_labels = {@branch_labels@},
@?depends_on@    .depends_on = {@depends_on@},
    .message = "@message@",
    .created = "@created@",
    .upgrade =
        [](retort::operations& op) {
@upgrades@
        },
@?downgrades@    .downgrade =
@?downgrades@        [](retort::operations& op) {
@?downgrades@@downgrades@
@?downgrades@        },
};
)";

constexpr std::string_view sql_template = R"(@?title@-- @title@
@?title@--
-- revision: @revision@
@?down_revision@-- down_revision: @down_revision@
@?branch_labels@-- branch_labels: @branch_labels@
@?depends_on@-- depends_on: @depends_on@
-- created: @created@

-- migrate:up
@?upgrades@@upgrades@

-- migrate:down
@?downgrades@@downgrades@
)";

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/// The name between an `@` (with `prefix` behind it) at `at` and the next `@`, or empty.
std::string_view name_at(std::string_view text, std::size_t at, std::string_view prefix = "") {
  if (at >= text.size() || text[at] != '@') return {};
  if (text.substr(at + 1, prefix.size()) != prefix) return {};
  const std::size_t begin = at + 1 + prefix.size();
  std::size_t end = begin;
  while (end < text.size() && is_name_character(text[end])) ++end;
  return end < text.size() && text[end] == '@' ? text.substr(begin, end - begin)
                                               : std::string_view();
}

class expander {
 public:
  expander(std::string_view text, const std::map<std::string, std::string>& values,
           const std::string& path)
      : text_(text), values_(values), path_(path) {}

  std::string run() {
    for (std::size_t begin = 0; begin < text_.size();) {
      const std::size_t line_feed = text_.find('\n', begin);
      const std::size_t end = line_feed == std::string_view::npos ? text_.size() : line_feed + 1;
      expand_line(begin, end);
      begin = end;
    }
    return std::move(result_);
  }

 private:
  void expand_line(std::size_t at, std::size_t end) {
    const std::string_view text = text_.substr(0, end);
    for (auto name = name_at(text, at, "?"); !name.empty(); name = name_at(text, at, "?")) {
      if (value(name, at).empty()) return;
      at += name.size() + 3;
    }
    while (at < end) {
      const std::string_view name = name_at(text, at);
      if (!name.empty()) {
        result_ += value(name, at);
        at += name.size() + 2;
      } else {
        result_ += text[at];
        at += text.substr(at, 2) == "@@" ? 2 : 1;
      }
    }
  }

  const std::string& value(std::string_view name, std::size_t at) const {
    const auto found = values_.find(std::string(name));
    if (found != values_.end()) return found->second;
    std::vector<std::string> names;
    for (const auto& [known, unused] : values_) names.push_back(known);
    std::string hint = base::did_you_mean(name, names);
    if (hint.empty()) hint = "the placeholders are " + base::join(names, ", ");
    const base::text_position where = base::position_at(text_, at);
    throw error(fmt::format("unknown placeholder '@{}@'", name))
        .at({path_, where.line, where.column, std::string(where.line_text)})
        .help(hint + "; an @ of its own is written @@");
  }

  std::string_view text_;
  const std::map<std::string, std::string>& values_;
  const std::string& path_;
  std::string result_;
};

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

/// The inside of a C++ string literal. Octal escapes end after three digits, hexadecimal ones do
/// not.
std::string cpp_escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool trigraph = c == '?' && !result.empty() && result.back() == '?';
    if (c == '"' || c == '\\' || trigraph) {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (is_control(c)) {
      result += fmt::format("\\{:03o}", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return result;
}

std::string cpp_list(const std::vector<std::string>& items) {
  std::vector<std::string> quoted;
  for (const std::string& item : items) quoted.push_back('"' + cpp_escaped(item) + '"');
  return base::join(quoted, ", ");
}

/// One line without control characters.
std::string one_line(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (is_control(c)) c = ' ';
  }
  return std::string(base::trim(result));
}

/// The letter under the accent of a Latin-1 letter (U+00C0 to U+00FF); a space for the two signs.
char without_accent(unsigned code_point) {
  constexpr std::string_view letters =
      "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty";
  static_assert(letters.size() == 0x100 - 0xC0);
  return letters[code_point - 0xC0];
}

/// The text in lower-case ASCII: letters, digits and `_` stay, other characters become spaces.
std::string ascii_words(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    if (byte == 0xC3 && (next & 0xC0U) == 0x80U) {
      result += without_accent(0xC0U + (next & 0x3FU));
      ++i;
    } else {
      const char lower = byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : text[i];
      result += is_name_character(lower) ? lower : ' ';
    }
  }
  return result;
}

std::string two_digits(int number) { return fmt::format("{:02}", number); }

/// Where a line begins, blanks apart, with these words; npos: none does.
std::size_t line_with(const std::string& text, std::string_view words) {
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    const auto start = text.find_first_not_of(" \t", at);
    if (start != std::string::npos && std::string_view(text).substr(start).starts_with(words)) {
      return start;
    }
    if (text.find('\n', at) == std::string::npos) break;
  }
  return std::string::npos;
}

/// Marks a migration that has no transaction. Throws `error` where the template has no place for
/// it.
void say_outside(std::string& text, file_format format, const std::string& path) {
  const auto place = [&](std::string_view words) {
    const auto at = line_with(text, words);
    if (at != std::string::npos) return at;
    throw error(fmt::format("a migration outside a transaction needs a line `{}` in its template, "
                            "and {} has none",
                            words, path))
        .help("write it on a line of its own, as the built-in templates have it");
  };
  if (format == file_format::cpp) {
    text.insert(place(".upgrade"), ".transaction = false,\n    ");
    return;
  }
  for (const std::string_view marker : {"-- migrate:up", "-- migrate:down"}) {
    text.insert(place(marker) + marker.size(), " transaction:false");
  }
}

}  // namespace

std::string_view template_name(file_format format) {
  return format == file_format::cpp ? "migration.cc.in" : "migration.sql.in";
}

std::string_view default_template(file_format format) {
  return format == file_format::cpp ? cpp_template : sql_template;
}

std::string expand(std::string_view text, const std::map<std::string, std::string>& values,
                   const std::string& template_path) {
  return expander(text, values, template_path).run();
}

std::map<std::string, std::string> placeholders(const new_migration& migration, file_format format,
                                                std::size_t column) {
  const bool cpp = format == file_format::cpp;
  const auto list = [&](const std::vector<std::string>& items) {
    return cpp ? cpp_list(items) : base::join(items, ", ");
  };
  const std::string line = one_line(migration.message);
  const bool plain = line.empty() || reads_as_message(line);
  const std::string nothing_yet =
      cpp ? std::string(column, ' ') +
                "(void)op;  // op.create_table(…), op.add_column(…), op.execute(\"…\")"
          : "";
  return {
      {"revision", migration.revision},
      {"down_revision", list(migration.down_revision)},
      {"branch_labels", list(migration.branch_labels)},
      {"depends_on", list(migration.depends_on)},
      {"message", cpp ? cpp_escaped(migration.message) : line},
      {"title", plain ? line : "message: " + line},
      {"created", migration.created},
      {"upgrades", migration.upgrades.empty() ? nothing_yet : migration.upgrades},
      {"downgrades", migration.downgrades},
  };
}

std::string write_migration(const new_migration& migration, file_format format,
                            std::string_view template_text, const std::string& template_path) {
  auto text = expand(template_text, placeholders(migration, format, body_column(template_text)),
                     template_path);
  if (format == file_format::cpp) {
    for (const char* field : {".upgrade", ".downgrade"}) {
      text = with_short_function(std::move(text), field);
    }
  }
  if (!migration.transaction) say_outside(text, format, template_path);
  return text;
}

std::string slug(std::string_view message, std::size_t limit) {
  std::string result = base::join(base::split_list(ascii_words(message), ' '), "_");
  if (result.size() <= limit) return result;
  result.resize(limit);
  const std::size_t cut = result.rfind('_');
  if (cut != std::string::npos) result.resize(cut);
  return result;
}

std::string new_revision_id() {
  std::random_device source;
  std::uniform_int_distribution<unsigned> digits(0, 0xFFFFFF);
  const unsigned high = digits(source);
  return fmt::format("{:06x}{:06x}", high, digits(source));
}

namespace {

/// Seconds since 1970 in UTC.
std::time_t epoch_of(std::tm when) {
  const auto offset = when.tm_gmtoff;
  return ::timegm(&when) - offset;
}

}  // namespace

std::string file_stem(std::string_view file_template, std::string_view revision,
                      std::string_view message_slug, const std::tm& when) {
  const std::map<std::string, std::string> values = {
      {"revision", std::string(revision)},
      {"slug", std::string(message_slug)},
      {"year", fmt::format("{:04}", when.tm_year + 1900)},
      {"month", two_digits(when.tm_mon + 1)},
      {"day", two_digits(when.tm_mday)},
      {"hour", two_digits(when.tm_hour)},
      {"minute", two_digits(when.tm_min)},
      {"second", two_digits(when.tm_sec)},
      {"epoch", std::to_string(epoch_of(when))},
  };
  const std::string shown(file_template);
  std::string name;
  try {
    name = expand(file_template, values, "file_template");
  } catch (const error& problem) {
    throw error(fmt::format("file_template \"{}\": {}", shown, problem.what()), failure::usage)
        .help(problem.hint);
  }
  name.resize(name.find_last_not_of("_-") + 1);
  if (name.empty() || name.front() == '/' || name.find("..") != std::string::npos) {
    throw error(fmt::format("file_template \"{}\" gives no file name inside its folder", shown),
                failure::usage)
        .help("the usual one is \"@revision@_@slug@\"");
  }
  return name;
}

}  // namespace retort::script
