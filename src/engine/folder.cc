#include "engine/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <retort/error.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>

// The system's own calls: with thousands of files, streams and paths cost several times as much as
// the reading itself.

namespace retort::engine {
namespace {

namespace fs = std::filesystem;

std::string system_reason() { return std::error_code(errno, std::system_category()).message(); }

bool is_migration(std::string_view name) {
  return !name.starts_with('.') &&
         (name.ends_with(".sql") || name.ends_with(".cc") || name.ends_with(".cpp"));
}

/// Links to files count as files, and so do links to nothing, which cannot be read; links to
/// folders are neither.
fs::file_type type_of(const dirent& entry, const std::string& path) {
  if (entry.d_type == DT_REG) return fs::file_type::regular;
  if (entry.d_type == DT_DIR) return fs::file_type::directory;
  // A link, something else, or a file system that does not tell.
  std::error_code ignored;
  if (fs::is_directory(fs::symlink_status(path, ignored))) return fs::file_type::directory;
  const auto target = fs::status(path, ignored).type();
  return target == fs::file_type::not_found ? fs::file_type::regular : target;
}

void collect(const std::string& folder, bool recursive, std::vector<std::string>& out) {
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir(folder.c_str()), &::closedir);
  if (listing == nullptr) {
    throw error(fmt::format("cannot read the folder {}: {}", folder, system_reason()))
        .help("check its permissions");
  }
  const std::string prefix = folder.ends_with('/') ? folder : folder + '/';
  while (const dirent* entry = ::readdir(listing.get())) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == ".." || (!recursive && !is_migration(name))) continue;
    std::string path = prefix;
    path += name;
    const auto type = type_of(*entry, path);
    if (type == fs::file_type::directory && recursive) collect(path, recursive, out);
    if (type == fs::file_type::regular && is_migration(name)) out.push_back(std::move(path));
  }
}

/// A file that is open for reading.
class open_file {
 public:
  explicit open_file(const std::string& path)
      : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  ~open_file() {
    if (number_ >= 0) ::close(number_);
  }

  /// The number of bytes that were read, 0 at the end, negative where that failed.
  ssize_t read(char* to, std::size_t size) const {
    ssize_t got = -1;
    do {
      got = ::read(number_, to, size);
    } while (got < 0 && errno == EINTR);
    return got;
  }

 private:
  int number_;
};

}  // namespace

bool is_loaded_before(std::string_view a, std::string_view b) {
  const auto same = std::ranges::mismatch(a, b).in1 - a.begin();
  const auto slash =
      same == 0 ? std::string_view::npos : a.substr(0, static_cast<std::size_t>(same)).rfind('/');
  const std::size_t start = slash == std::string_view::npos ? 0 : slash + 1;
  const auto end_a = a.find('/', start);
  const auto end_b = b.find('/', start);
  const bool is_file_a = end_a == std::string_view::npos;
  const bool is_file_b = end_b == std::string_view::npos;
  if (is_file_a != is_file_b) return is_file_a;
  return a.substr(start, end_a - start) < b.substr(start, end_b - start);
}

std::vector<std::string> migrations_in(const std::string& folder, bool recursive) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    throw error(fmt::format("there is no folder {}", folder), failure::failed)
        .help("name the folder of the SQL migrations with --script-location");
  }
  std::vector<std::string> paths;
  collect(folder, recursive, paths);
  std::sort(paths.begin(), paths.end(), is_loaded_before);
  return paths;
}

std::string read_file(const std::string& path) {
  const open_file file(path);
  std::string content;
  std::array<char, 16384> piece;
  ssize_t size = 0;
  while ((size = file.read(piece.data(), piece.size())) > 0) {
    content.append(piece.data(), static_cast<std::size_t>(size));
  }
  if (size == 0) return content;
  throw error(fmt::format("cannot read {}", path)).help("check that it is a readable file");
}

}  // namespace retort::engine
