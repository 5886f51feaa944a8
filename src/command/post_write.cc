#include "command/post_write.h"

#include <fmt/format.h>
#include <retort/error.h>

#include "base/interrupt.h"
#include "base/text_tools.h"
#include "process/run.h"

namespace retort::command {
namespace {

constexpr std::string_view path_placeholder = "@path@";

process::command command_of(const post_write_hook& hook, const std::string& path) {
  process::command result{hook.command.front()};
  result.interactive = true;
  result.output_to_errors = true;
  result.passes_signals = true;
  bool named = false;
  for (std::size_t i = 1; i < hook.command.size(); ++i) {
    std::string argument = hook.command[i];
    for (auto at = argument.find(path_placeholder); at != std::string::npos;
         at = argument.find(path_placeholder, at + path.size())) {
      argument.replace(at, path_placeholder.size(), path);
      named = true;
    }
    result.arguments.push_back(std::move(argument));
  }
  if (!named) result.arguments.push_back(path);
  return result;
}

/// What a hook ends with after a signal tells nothing of the hook.
void stop_if_interrupted(const post_write_hook& hook, const std::string& path) {
  try {
    base::stop_if_interrupted();
  } catch (const error& problem) {
    throw error(fmt::format("{} at the post-write hook '{}' on {}, so nothing is written",
                            problem.what(), base::printable(hook.name), path))
        .help("run the command again");
  }
}

void run_one(const post_write_hook& hook, const std::string& path) {
  stop_if_interrupted(hook, path);
  process::outcome ran;
  try {
    ran = process::run(command_of(hook, path));
  } catch (const error& problem) {
    throw error(fmt::format("the post-write hook '{}' cannot run, so nothing is written: {}",
                            base::printable(hook.name), problem.what()))
        .help(problem.hint);
  }
  stop_if_interrupted(hook, path);
  if (ran.status == 0) return;
  throw error(fmt::format("the post-write hook '{}' failed on {} with status {}, so nothing is "
                          "written",
                          base::printable(hook.name), path, ran.status))
      .help("mend what it says, or take it out of post_write_hooks in retort.toml");
}

}  // namespace

void run_post_write_hooks(const std::vector<post_write_hook>& hooks,
                          const std::filesystem::path& file, script::file_format format) {
  for (const auto& hook : hooks) {
    if (!hook.format || *hook.format == format) {
      run_one(hook, std::filesystem::absolute(file).lexically_normal().string());
    }
  }
}

}  // namespace retort::command
