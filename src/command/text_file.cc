#include "command/text_file.h"

#include <fstream>

#include <fmt/format.h>
#include <retort/error.h>

namespace retort::command {
namespace fs = std::filesystem;

void write_new_file(const fs::path& path, std::string_view content) {
  if (fs::exists(path)) {
    throw error(fmt::format("{} is there already", path.string()))
        .help("move it away, or choose another name");
  }
  const fs::path draft = path.string() + ".part";
  std::ofstream stream(draft, std::ios::binary | std::ios::trunc);
  stream << content;
  stream.close();
  std::error_code problem;
  if (stream) {
    fs::create_hard_link(draft, path, problem);
    // Folders without hard links (FAT, some network shares) take the plain move.
    if (problem && !fs::exists(path)) fs::rename(draft, path, problem);
  }
  std::error_code ignored;
  fs::remove(draft, ignored);
  if (!stream || problem) {
    throw error(fmt::format("cannot write {}", path.string()))
        .help("check the folder's permissions and the free space");
  }
}

}  // namespace retort::command
