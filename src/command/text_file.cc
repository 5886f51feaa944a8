#include "command/text_file.h"

#include <fstream>

#include <fmt/format.h>
#include <retort/error.h>

namespace retort::command {
namespace fs = std::filesystem;

namespace {

error cannot_write(const fs::path& path) {
  return error(fmt::format("cannot write {}", path.string()))
      .help("check the folder's permissions and the free space");
}

/// Beside a file's place; whether the content is there as a whole, `stream` says.
fs::path write_draft(const fs::path& path, std::string_view content, std::ofstream& stream) {
  fs::path draft = path.string() + ".part";
  stream.open(draft, std::ios::binary | std::ios::trunc);
  stream << content;
  stream.close();
  return draft;
}

}  // namespace

void write_new_file(const fs::path& path, std::string_view content) {
  if (fs::exists(path)) {
    throw error(fmt::format("{} is there already", path.string()))
        .help("move it away, or choose another name");
  }
  std::ofstream stream;
  const auto draft = write_draft(path, content, stream);
  std::error_code problem;
  if (stream) {
    fs::create_hard_link(draft, path, problem);
    // Folders without hard links (FAT, some network shares) take the plain move.
    if (problem && !fs::exists(path)) fs::rename(draft, path, problem);
  }
  std::error_code ignored;
  fs::remove(draft, ignored);
  if (!stream || problem) throw cannot_write(path);
}

void replace_file(const fs::path& path, std::string_view content) {
  std::ofstream stream;
  const auto draft = write_draft(path, content, stream);
  std::error_code problem;
  if (stream) fs::rename(draft, path, problem);
  std::error_code ignored;
  if (!stream || problem) {
    fs::remove(draft, ignored);
    throw cannot_write(path);
  }
}

}  // namespace retort::command
