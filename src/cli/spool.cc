#include "cli/spool.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace retort::cli {
namespace {

constexpr std::size_t most_in_memory = std::size_t{1} << 17;

void require(bool ok) {
  if (ok) return;
  const auto reason = std::error_code(errno, std::system_category()).message();
  throw error(
      fmt::format("cannot keep the script in a temporary file, nothing of it is shown: {}", reason))
      .help("make room in /tmp");
}

}  // namespace

void spool::append(std::string_view text) {
  memory_ += text;
  if (memory_.size() < most_in_memory || !may_use_file_) return;
  if (file_ == nullptr) file_.reset(std::tmpfile());
  may_use_file_ = file_ != nullptr;
  if (!may_use_file_) return;
  require(std::fwrite(memory_.data(), 1, memory_.size(), file_.get()) == memory_.size() &&
          std::fflush(file_.get()) == 0);
  memory_.clear();
}

void spool::read(const std::function<void(std::string_view)>& show) {
  if (file_ != nullptr) {
    require(std::fseek(file_.get(), 0, SEEK_SET) == 0);
    std::array<char, 65536> piece;
    while (const auto size = std::fread(piece.data(), 1, piece.size(), file_.get())) {
      show({piece.data(), size});
    }
    require(std::ferror(file_.get()) == 0);
  }
  show(memory_);
}

}  // namespace retort::cli
