#include "process/identity.h"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>

#include <fmt/format.h>

#include "base/text_tools.h"

namespace retort::process {
namespace {

struct proc_stat {
  char state = '?';
  std::string started;
};

/// Reads /proc/PID/stat (proc(5)). The program's name stands in parentheses and may itself hold
/// spaces and parentheses, so fields are counted from the last one: state is the third, starttime
/// the twenty-second.
std::optional<proc_stat> read_stat(int pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  if (!file) return std::nullopt;
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  const auto fields = base::split_list(std::string_view(text).substr(name_end + 1), ' ');
  if (fields.size() < 20) return std::nullopt;
  return proc_stat{fields[0][0], fields[19]};
}

}  // namespace

identity identify(int pid) {
  const auto stat = read_stat(pid);
  return {pid, stat ? stat->started : std::string()};
}

bool is_alive(const identity& who) {
  if (who.pid <= 0) return false;
  if (::kill(who.pid, 0) != 0 && errno == ESRCH) return false;
  const auto stat = read_stat(who.pid);
  if (!stat) return who.started.empty();
  if (stat->state == 'Z' || stat->state == 'X') return false;
  return who.started.empty() || stat->started == who.started;
}

std::string to_text(const identity& who) { return fmt::format("{} {}", who.pid, who.started); }

std::optional<identity> identity_from_text(std::string_view text) {
  const auto fields = base::split_list(base::trim(text), ' ');
  if (fields.empty() || fields.size() > 2) return std::nullopt;
  identity who;
  const auto& number = fields[0];
  const auto end = number.data() + number.size();
  const auto [stop, problem] = std::from_chars(number.data(), end, who.pid);
  if (problem != std::errc() || stop != end || who.pid <= 0) return std::nullopt;
  if (fields.size() == 2) who.started = fields[1];
  return who;
}

}  // namespace retort::process
