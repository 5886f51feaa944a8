#include "render/literal.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text_tools.h"

namespace retort::render {
namespace {

/// An ordinary literal cannot be broken where the line ends, but for becoming two.
constexpr std::size_t longest = 80;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// Octal escapes end after three digits, hexadecimal ones do not.
std::string escaped(std::string_view text, bool ascii) {
  std::string result;
  for (const char c : text) {
    const bool trigraph = c == '?' && !result.empty() && result.back() == '?';
    if (c == '"' || c == '\\' || trigraph) {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else if (is_control(c) || (ascii && static_cast<unsigned char>(c) >= 0x80)) {
      result += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    } else {
      result += c;
    }
  }
  return '"' + result + '"';
}

/// A carriage return in a source file may be read as a line break, or as nothing.
bool can_be_raw(std::string_view text) {
  return base::is_utf8(text) &&
         std::ranges::none_of(text, [](char c) { return is_control(c) && c != '\n' && c != '\t'; });
}

std::string raw(std::string_view text, std::string_view name) {
  std::string delimiter(name);
  for (int i = 2; text.find(")" + delimiter + "\"") != std::string_view::npos; ++i) {
    delimiter = fmt::format("{}{}", name, i);
  }
  return fmt::format("R\"{0}({1}){0}\"", delimiter, text);
}

bool has_any(std::string_view text, std::string_view characters) {
  return text.find_first_of(characters) != std::string_view::npos;
}

expression literal(std::string_view value, std::string_view raw_characters, std::string_view name) {
  const bool wants_raw = value.size() > longest || has_any(value, raw_characters);
  if (wants_raw && can_be_raw(value)) return word(raw(value, name));
  return word(escaped(value, !base::is_utf8(value)));
}

}  // namespace

expression text(std::string_view value) { return literal(value, "\n", "text"); }
expression sql_text(std::string_view sql) { return literal(sql, "\n\"\\", "sql"); }
expression bytes_text(std::string_view bytes) { return word(escaped(bytes, true)); }

}  // namespace retort::render
