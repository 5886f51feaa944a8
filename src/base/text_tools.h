#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <retort/text.h>

namespace retort::base {

/// What the public headers pass as `text`, as a string of its own; several pieces as one; as a
/// view.
inline std::string string_of(text value) { return {value.data(), value.size()}; }
std::string joined(std::initializer_list<text> pieces);
inline std::string_view view_of(text value) { return {value.data(), value.size()}; }
std::vector<std::string_view> views_of(std::initializer_list<text> list);

std::string_view trim(std::string_view text);
/// Without its end.
std::string_view first_line(std::string_view text);
std::string lower(std::string_view text);
std::string upper(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
/// Pieces between `separator`, trimmed, empty ones left out.
std::vector<std::string> split_list(std::string_view text, char separator = ',');
/// The same as views of `text`.
std::vector<std::string_view> split_views(std::string_view text, char separator = ',');
std::string join(std::span<const std::string> pieces, std::string_view separator);
std::string join(std::span<const std::string_view> pieces, std::string_view separator);

/// The candidate nearest to `given` by edit distance, or empty where none is near enough to be a
/// slip of the fingers.
std::string nearest(std::string_view given, std::span<const std::string> candidates);
/// "did you mean 'x'?", or empty.
std::string did_you_mean(std::string_view given, std::span<const std::string> candidates);

/// a, b or c.
std::string alternatives(std::span<const std::string> words);
/// In quotes, as one word of a shell's command line.
std::string shell_word(std::string_view text);

/// Two lower-case hexadecimal digits a byte.
std::string hex(std::string_view bytes);
/// Its inverse; none where the text is not that.
std::optional<std::string> unhex(std::string_view digits);

/// 1-based line and column (in characters, not bytes) of a byte offset, and the text of that line.
struct text_position {
  unsigned line = 1;
  unsigned column = 1;
  std::string_view line_text;
};
/// The byte offset of a character, which counts from 1; 0 means unknown, and is the beginning.
std::size_t byte_of_character(std::string_view text, unsigned position);
text_position position_at(std::string_view text, std::size_t offset);

/// Whether the text is well-formed UTF-8 (no overlong forms, no surrogates); if not, the offset of
/// the first bad byte.
bool is_utf8(std::string_view text, std::size_t* bad_offset = nullptr);

/// Whether the text has the part in it.
inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Makes control characters visible (`\x1b`), so that names and messages cannot drive a terminal.
std::string printable(std::string_view text);

}  // namespace retort::base
