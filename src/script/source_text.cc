#include "script/source_text.h"

#include <fmt/format.h>

#include "base/text_tools.h"

namespace retort::script {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

void check_encoding(std::string_view content, std::string_view path) {
  std::size_t bad = 0;
  if (!base::is_utf8(content, &bad)) {
    const base::text_position where = base::position_at(content, bad);
    throw error(fmt::format("the file is not UTF-8 (byte 0x{:02x})",
                            static_cast<unsigned char>(content[bad])))
        .at(std::string(path), where.line, where.column)
        .help("save it as UTF-8");
  }
  const std::size_t nul = content.find('\0');
  if (nul != std::string_view::npos) {
    const base::text_position where = base::position_at(content, nul);
    throw error("the file holds a NUL byte")
        .at(std::string(path), where.line, where.column)
        .help("remove it");
  }
}

std::string with_line_feeds(std::string_view content) {
  std::string text;
  text.reserve(content.size());
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (content[i] == '\r' && i + 1 < content.size() && content[i + 1] == '\n') continue;
    text += content[i];
  }
  return text;
}

}  // namespace

source_text::source_text(std::string_view content, std::string_view path, unchecked)
    : path_(path), text_(content) {
  if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
}

source_text source_text::known(std::string_view content, std::string_view path) {
  return {content, path, unchecked{}};
}

source_text::source_text(std::string_view content, std::string_view path)
    : source_text(content, path, unchecked{}) {
  check_encoding(text_, path_);
  if (text_.find("\r\n") == std::string_view::npos) return;
  with_line_feeds_ = with_line_feeds(text_);
  text_ = with_line_feeds_;
}

error source_text::at(std::size_t offset, const std::string& message) const {
  const base::text_position where = base::position_at(text_, offset);
  error problem(message);
  problem.at({path(), where.line, where.column, std::string(where.line_text)});
  return problem;
}

}  // namespace retort::script
