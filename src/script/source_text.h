#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <retort/error.h>

namespace retort::script {

/// The text of a file under one form, and errors that point into it. `content` and `path` outlive
/// the object.
class source_text {
 public:
  /// Skips a byte order mark and turns CRLF into LF. Throws `error` with the line where the content
  /// is not UTF-8 or holds a NUL byte.
  source_text(std::string_view content, std::string_view path);
  /// For content that has passed the constructor once: carriage returns stay.
  static source_text known(std::string_view content, std::string_view path);
  source_text(const source_text&) = delete;
  source_text& operator=(const source_text&) = delete;

  std::string_view text() const { return text_; }
  std::string path() const { return std::string(path_); }
  /// An error at a byte offset of `text()`, with its line.
  error at(std::size_t offset, const std::string& message) const;

 private:
  struct unchecked {};
  source_text(std::string_view content, std::string_view path, unchecked);

  std::string_view path_;
  /// Of the content, or of its form without carriage returns.
  std::string_view text_;
  std::string with_line_feeds_;
};

}  // namespace retort::script
