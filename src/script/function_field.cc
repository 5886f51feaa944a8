#include "script/function_field.h"

#include <algorithm>

namespace retort::script {
namespace {

std::string_view line_at(std::string_view text, std::size_t at) {
  return text.substr(at, text.find('\n', at) - at);
}

std::string_view without_blanks(std::string_view line) {
  const auto begin = line.find_first_not_of(' ');
  return begin == std::string_view::npos ? std::string_view() : line.substr(begin);
}

}  // namespace

/// What follows the first byte of a character takes no room.
std::size_t width_of(std::string_view line) {
  return static_cast<std::size_t>(std::ranges::count_if(
      line, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

std::size_t body_column(std::string_view template_text) {
  constexpr std::size_t usual = 6;
  const auto body = template_text.find("\n@upgrades@");
  if (body == std::string_view::npos || body == 0) return usual;
  const auto before = template_text.rfind('\n', body - 1);
  const auto line = line_at(template_text, before == std::string_view::npos ? 0 : before + 1);
  const auto indent = line.find_first_not_of(' ');
  return indent == std::string_view::npos ? usual : indent + 2;
}

std::string with_short_function(std::string text, std::string_view field) {
  const auto name = "    " + std::string(field) + " =\n";
  const auto at = text.find(name);
  if (at == std::string::npos) return text;
  const auto function = at + name.size();
  const auto head = line_at(text, function);
  if (!head.ends_with('{') || function + head.size() == text.size()) return text;
  const auto body = function + head.size() + 1;
  const auto statement = line_at(text, body);
  const auto close = body + statement.size() + 1;
  if (!statement.ends_with(';') || close > text.size()) return text;
  const auto end = line_at(text, close);
  if (without_blanks(end) != "},") return text;
  const auto function_text =
      std::string(without_blanks(head)) + " " + std::string(without_blanks(statement)) + " },";
  const auto indent = head.size() - without_blanks(head).size();
  auto before = name.substr(0, name.size() - 1) + " ";
  if (width_of(before + function_text) > widest_line) before = name + std::string(indent, ' ');
  const auto last_line = before.size() - (before.starts_with(name) ? name.size() : 0);
  if (last_line + width_of(function_text) > widest_line) return text;
  text.replace(at, close + end.size() - at, before + function_text);
  return text;
}

}  // namespace retort::script
