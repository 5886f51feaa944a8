#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <retort/error.h>

namespace retort::script {

/// The text of a file under one form, and errors that point into it.
class source_text {
 public:
  /// Skips a byte order mark and turns CRLF into LF. Throws `error` with the line where the content
  /// is not UTF-8 or holds a NUL byte.
  source_text(std::string_view content, std::string path);

  std::string_view text() const { return text_; }
  const std::string& path() const { return path_; }
  /// An error at a byte offset of `text()`, with its line.
  error at(std::size_t offset, const std::string& message) const;

 private:
  std::string path_;
  std::string text_;
};

}  // namespace retort::script
