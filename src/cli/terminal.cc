#include "cli/terminal.h"

#include <cstdlib>
#include <iostream>
#include <string_view>

#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

namespace retort::cli {

bool is_terminal(std::FILE* stream) {
#ifdef _WIN32
  return _isatty(_fileno(stream)) != 0;
#else
  return isatty(fileno(stream)) != 0;
#endif
}

bool takes_escapes(std::FILE* stream) {
  if (!is_terminal(stream)) return false;
#ifdef _WIN32
  return true;
#else
  const char* kind = std::getenv("TERM");
  return kind != nullptr && std::string_view(kind) != "dumb";
#endif
}

bool wants_colour(std::FILE* stream) {
  const char* refused = std::getenv("NO_COLOR");
  return takes_escapes(stream) && (refused == nullptr || *refused == '\0');
}

bool can_ask() { return is_terminal(stdin) && is_terminal(stderr); }

std::optional<bool> ask(const std::string& question) {
  if (!can_ask()) return std::nullopt;
  std::fputs((question + " [y/n] ").c_str(), stderr);
  std::string answer;
  if (!std::getline(std::cin, answer) || answer.empty()) return std::nullopt;
  if (answer.front() == 'y' || answer.front() == 'Y') return true;
  if (answer.front() == 'n' || answer.front() == 'N') return false;
  return std::nullopt;
}

}  // namespace retort::cli
