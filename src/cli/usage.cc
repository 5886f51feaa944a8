#include "cli/usage.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text_tools.h"

namespace retort::cli {
namespace {

/// Below zero is a number, too, and no option's name starts with a digit.
bool looks_like_option(const std::string& word) {
  return word.size() > 1 && word[0] == '-' && (word[1] < '0' || word[1] > '9');
}

std::vector<std::string> option_names(const CLI::App& app, const CLI::App* command) {
  std::vector<std::string> result;
  for (const auto* from : {&app, command}) {
    if (from == nullptr) continue;
    for (const auto* option : from->get_options()) {
      for (const auto& name : option->get_lnames()) result.push_back("--" + name);
    }
  }
  return result;
}

bool has_option(const CLI::App& command, const std::string& name) {
  const auto names = option_names(command, nullptr);
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The option or argument that a message of the parser begins with.
const CLI::Option* option_in(const CLI::App& app, const CLI::App* command,
                             std::string_view message) {
  const std::string name(message.substr(0, message.find_first_of(": ")));
  const CLI::Option* found = command == nullptr ? nullptr : command->get_option_no_throw(name);
  return found != nullptr ? found : app.get_option_no_throw(name);
}

/// What is wrong with a value, or with its being there.
error explain_value(const CLI::App& app, const CLI::App* command, const CLI::ParseError& problem) {
  const std::string_view message = problem.what();
  const auto said = [](std::string text) { return error(std::move(text), failure::usage); };
  if (dynamic_cast<const CLI::ExcludesError*>(&problem) != nullptr) {
    constexpr std::string_view between = " excludes ";
    const auto split = message.find(between);
    return said(fmt::format("{} and {} cannot be given together", message.substr(0, split),
                            message.substr(split + between.size())));
  }
  // Whatever else takes a value checks it before the parser converts it.
  constexpr std::string_view conversion = "Could not convert: ";
  if (message.starts_with(conversion)) {
    const std::string_view flag = message.substr(conversion.size());
    return said(fmt::format("{} takes no value", flag.substr(0, flag.find(' '))));
  }
  const CLI::Option* option = option_in(app, command, message);
  if (option == nullptr) return said(std::string(message));
  // An argument without a name of its own is the command's.
  const std::string name =
      option->get_positional() && command != nullptr ? command->get_name() : option->get_name();
  if (dynamic_cast<const CLI::ValidationError*>(&problem) != nullptr) {
    return said(fmt::format("{} {}", name, message.substr(message.find(": ") + 2)));
  }
  if (option->get_items_expected_max() == 0) return said(fmt::format("{} takes no value", name));
  if (static_cast<int>(option->results().size()) > option->get_items_expected_max()) {
    return said(fmt::format("{} is given more than once", name));
  }
  return said(fmt::format("{0} needs a value: {0} {1}", name, option->get_type_name()));
}

/// What the parser had no place for.
std::vector<std::string> words_left(const CLI::App& app) {
  auto rest = app.remaining(true);
  std::erase(rest, "--");
  return rest;
}

}  // namespace

CLI::Validator one_of(std::vector<std::string> words) {
  const auto check = [words = std::move(words)](const std::string& given) {
    if (std::find(words.begin(), words.end(), given) != words.end()) return std::string();
    return fmt::format("takes {}, not '{}'", base::alternatives(words), base::printable(given));
  };
  return {check, ""};
}

CLI::Validator number_between(long low, long high) {
  const auto check = [low, high](const std::string& given) {
    long number = 0;
    const char* end = given.data() + given.size();
    const auto [rest, problem] = std::from_chars(given.data(), end, number);
    if (problem == std::errc() && rest == end && number >= low && number <= high) {
      return std::string();
    }
    return fmt::format("takes a number from {} to {}, not '{}'", low, high, base::printable(given));
  };
  return {check, ""};
}

namespace {

std::vector<std::string> without_idle_marks(std::vector<std::string> words) {
  const auto mark = std::find(words.begin(), words.end(), "--");
  if (mark == words.end() || std::any_of(mark + 1, words.end(), looks_like_option)) return words;
  // Behind an option it may be that one's value.
  if (mark != words.begin() && looks_like_option(*(mark - 1))) return words;
  words.erase(mark);
  return words;
}

bool takes_value(const CLI::App& app, const std::string& name) {
  const auto has = [&](const CLI::App* one) {
    const auto* option = one->get_option_no_throw(name);
    return option != nullptr && option->get_items_expected_min() > 0;
  };
  const auto commands = app.get_subcommands(nullptr);
  return has(&app) || std::any_of(commands.begin(), commands.end(), has);
}

}  // namespace

std::vector<std::string> as_parsed(const CLI::App& app, std::vector<std::string> words) {
  std::vector<std::string> result;
  bool is_behind = false;
  for (auto& word : without_idle_marks(std::move(words))) {
    is_behind = is_behind || word == "--";
    const auto sign = is_behind || !looks_like_option(word) ? word.npos : word.find('=');
    const auto name = word.substr(0, sign);
    const bool is_short = name.size() == 2;
    if (sign == word.npos || !takes_value(app, name)) {
      result.push_back(std::move(word));
    } else if (sign + 1 == word.size()) {
      result.insert(result.end(), {name, ""});
    } else {
      result.push_back(is_short ? name + word.substr(sign + 1) : std::move(word));
    }
  }
  return result;
}

void take_last_values(CLI::App& app) {
  for (auto* option : app.get_options()) {
    if (!option->get_positional() && option->get_items_expected_max() == 1) option->take_last();
  }
}

bool names_unknown_command(const CLI::App& app) {
  const auto rest = words_left(app);
  return app.get_subcommands().empty() && !rest.empty() && !rest.front().starts_with('-');
}

error explain(const CLI::App& app, const CLI::ParseError& problem,
              const std::vector<std::string>& commands) {
  const auto chosen = app.get_subcommands();
  const CLI::App* command = chosen.empty() ? nullptr : chosen.front();
  const auto rest = words_left(app);
  error result("no command is given", failure::usage);
  if (names_unknown_command(app)) {
    result = error(fmt::format("there is no command '{}'", rest.front()), failure::usage);
    result.hint = base::did_you_mean(rest.front(), commands);
  } else if (!rest.empty()) {
    const std::string given = rest.front().substr(0, rest.front().find('='));
    result = error(fmt::format("unexpected argument '{}'", given), failure::usage);
    result.hint = base::did_you_mean(given, option_names(app, command));
    const auto all = app.remaining(true);
    if (std::find(all.begin(), all.end(), "--") != all.end()) {
      result.hint = "options stand before `--`";
    } else if (command != nullptr && has_option(*command, given)) {
      result.hint = fmt::format("write it behind the command: {} {}", command->get_name(), given);
    }
  } else if (dynamic_cast<const CLI::RequiredError*>(&problem) == nullptr) {
    result = explain_value(app, command, problem);
  }
  if (result.hint.empty()) {
    result.hint = fmt::format("see `{} {}--help`", app.get_name(),
                              command == nullptr ? "" : command->get_name() + " ");
  }
  return result;
}

}  // namespace retort::cli
