#pragma once

#include <filesystem>
#include <vector>

#include "command/config.h"

namespace retort::command {

/// Runs the hooks that are for files of this format, in their order, each without a shell and with
/// this program's standard input; all that one writes goes to standard error. Throws `error` where
/// one cannot be started or its exit status is not 0, or a signal asks to stop: it gets that, too.
/// Those behind it do not run.
void run_post_write_hooks(const std::vector<post_write_hook>& hooks,
                          const std::filesystem::path& file, script::file_format format);

}  // namespace retort::command
