#pragma once

#include <filesystem>
#include <string_view>

#include "base/interrupt.h"

namespace retort::command {

/// Whole or not at all: written beside its place, then moved there; an existing file is never
/// replaced. Throws `error` where it is there already or cannot be written.
void write_new_file(const std::filesystem::path& path, std::string_view content);

/// The same for a file that may be there: afterwards it holds the new content or still the old one.
void replace_file(const std::filesystem::path& path, std::string_view content);

/// While files are there that are not yet as they are to be, a signal ends nothing: whoever writes
/// them looks whether one has asked to stop (`base::stop_if_interrupted`), and takes them away.
class unfinished_files {
  /// Nothing to cancel: what runs meanwhile says for itself how it is stopped.
  struct writing final : base::cancellable {
    void cancel() noexcept override {}
  };
  writing what_;
  base::at_work here_{&what_};
};

}  // namespace retort::command
