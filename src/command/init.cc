#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "command/environment_templates.h"
#include "command/init_from.h"
#include "command/text_file.h"
#include "command/verbs.h"
#include "script/template.h"

namespace retort::command {
namespace fs = std::filesystem;
namespace {

using base::string_of;
using values = std::map<std::string, std::string>;

struct template_file {
  /// The path in the new folder.
  std::string path;
  std::string content;
};

std::string template_of(const std::string& name) { return name.substr(0, name.find('/')); }

std::vector<template_file> files_of(const std::string& template_name) {
  std::vector<template_file> result;
  for (const auto& file : environment_files) {
    const std::string name = string_of(file.name);
    if (template_of(name) != template_name) continue;
    template_file made{name.substr(template_name.size() + 1), {}};
    made.content = base::joined(file.content);
    result.push_back(std::move(made));
  }
  return result;
}

std::vector<std::string> template_names() {
  std::vector<std::string> names;
  for (const auto& file : environment_files) {
    const std::string name = template_of(string_of(file.name));
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

void require_template(const std::string& name) {
  const auto names = template_names();
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  std::string hint = base::did_you_mean(name, names);
  if (hint.empty()) hint = "the templates are " + base::join(names, ", ");
  throw error(fmt::format("there is no template '{}'", name), failure::usage).help(hint);
}

/// The folder's own name as a target, a C++ identifier and a file: letters, digits and `_`.
std::string name_of(const fs::path& directory) {
  std::string name = directory.filename().string();
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain) c = '_';
  }
  // CMake's own targets, of every generator (policy CMP0037), and the namespace of Retort's.
  constexpr std::array taken = {"all",     "ALL_BUILD",      "clean",      "edit_cache",
                                "help",    "install",        "INSTALL",    "package",
                                "PACKAGE", "package_source", "preinstall", "rebuild_cache",
                                "retort",  "RUN_TESTS",      "test",       "ZERO_CHECK"};
  const bool is_taken = std::ranges::find(taken, name) != taken.end();
  const bool is_number = !name.empty() && name.front() >= '0' && name.front() <= '9';
  return name.empty() || is_number || is_taken ? "db_" + name : name;
}

bool is_current(const fs::path& directory) {
  std::error_code ignored;
  return fs::equivalent(directory, fs::current_path(ignored), ignored);
}

void require_free(const fs::path& directory) {
  std::error_code ignored;
  // A link is no folder either: the new one would take its place.
  const auto there = fs::symlink_status(directory, ignored);
  if (!fs::exists(there)) return;
  if (!fs::is_directory(there)) {
    throw error(fmt::format("{} is there already and is not a folder", directory.string()),
                failure::usage)
        .help("name a new folder");
  }
  if (fs::is_empty(directory, ignored)) return;
  throw error(fmt::format("{} is there already and is not empty", directory.string()),
              failure::usage)
      .help("name a new folder");
}

/// The components of find_package and the backends are called alike.
/// `from`: the address of the only database that there is to be; empty: none is known.
std::string backends_of(const bundle::program& program, const std::string& from) {
  std::vector<std::string> names;
  for (const auto* one : program.backends) {
    if (!from.empty() && db::parse_url(from).dialect != one->dialect().name()) continue;
    names.emplace_back(one->dialect().name() == "postgresql" ? "postgres" : one->dialect().name());
  }
  return base::join(names, " ");
}

/// Everything that the new folder holds.
std::vector<template_file> contents_of(const std::string& template_name, const values& given) {
  auto files = files_of(template_name);
  for (auto& file : files) {
    file.content = script::expand(file.content, given, template_name + "/" + file.path);
  }
  // Git keeps no empty folder, and a build without it fails.
  files.push_back({"versions/.gitkeep", {}});
  using script::file_format;
  for (const auto format : {file_format::cpp, file_format::sql}) {
    if (template_name == "sql" && format == file_format::cpp) continue;
    files.push_back({fmt::format("templates/{}", script::template_name(format)),
                     std::string(script::default_template(format))});
  }
  return files;
}

/// The current folder stays the one that a shell is in.
void move_in(const fs::path& draft, const fs::path& directory) {
  if (!is_current(directory)) {
    fs::remove(directory);
    fs::rename(draft, directory);
    return;
  }
  for (const auto& entry : fs::directory_iterator(draft)) {
    fs::rename(entry.path(), directory / entry.path().filename());
  }
  fs::remove(draft);
}

/// Writes a folder beside its place, or in the current one, then moves it there.
void lay_down(const fs::path& directory, const std::vector<template_file>& files) {
  const fs::path draft =
      is_current(directory) ? directory / ".part" : fs::path(directory.string() + ".part");
  const auto forget = [&] {
    std::error_code ignored;
    fs::remove_all(draft, ignored);
  };
  try {
    forget();
    for (const auto& file : files) {
      fs::create_directories((draft / file.path).parent_path());
      write_new_file(draft / file.path, file.content);
    }
    move_in(draft, directory);
  } catch (const fs::filesystem_error& problem) {
    forget();
    throw error(fmt::format("cannot write {}: {}", directory.string(), problem.code().message()))
        .help("check the folder's permissions and the free space");
  } catch (...) {
    forget();
    throw;
  }
}

/// A project without presets gets those of the new folder.
bool add_presets(const fs::path& directory) {
  std::error_code ignored;
  if (is_current(directory) || !fs::exists("CMakeLists.txt", ignored) ||
      fs::exists("CMakePresets.json", ignored) || directory.is_absolute()) {
    return false;
  }
  write_new_file(
      "CMakePresets.json",
      fmt::format("{{\n  \"version\": 6,\n  \"include\": [\"{}/CMakePresets.json\"]\n}}\n",
                  directory.generic_string()));
  return true;
}

/// An argument in a CMake file, in quotes where it needs them.
std::string cmake_argument(const std::string& text) {
  constexpr std::string_view special = " \t\"\\$;()#";
  if (text.find_first_of(special) == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == '$' || c == ';') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// A word of a shell's command line, in quotes where it needs them.
std::string shell_argument(const std::string& text) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+=:,@%";
  if (text.find_first_not_of(plain) == std::string::npos) return text;
  return base::shell_word(text);
}

std::string first_revision(const std::string& build, const std::string& name) {
  return fmt::format("MESSAGE=\"create accounts\" {} --target {}-revision", build, name);
}

std::vector<std::string> next_steps(const fs::path& directory, const std::string& name,
                                    bool has_presets) {
  std::error_code ignored;
  const std::string folder = directory.generic_string();
  if (is_current(directory) || !fs::exists("CMakeLists.txt", ignored)) {
    const std::string build = shell_argument(folder + "/build");
    return {fmt::format("cmake -S {0} -B {1} && cmake --build {1}", shell_argument(folder), build),
            first_revision(fmt::format("cmake --build {}", build), name)};
  }
  std::vector<std::string> steps = {
      fmt::format("in CMakeLists.txt, after project(): enable_testing()\n"
                  "                                      add_subdirectory({})",
                  cmake_argument(folder))};
  if (!has_presets) {
    steps.push_back(
        fmt::format("in CMakePresets.json: \"include\": [\"{}/CMakePresets.json\"]", folder));
  }
  steps.push_back(fmt::format("cmake --preset {0} && cmake --build --preset {0}", name));
  steps.push_back(first_revision(fmt::format("cmake --build --preset {}", name), name));
  return steps;
}

/// The database has the first migration's schema already.
std::string stamp_words(const global_options& options) {
  const auto schema =
      options.schema.empty() ? std::string() : " --schema " + shell_argument(options.schema);
  return fmt::format("--url URL{} stamp head", schema);
}
std::string stamp_step(const std::string& folder, const global_options& options) {
  return fmt::format("retort -c {} {}", shell_argument(folder + "/retort.toml"),
                     stamp_words(options));
}
std::string stamp_target(const std::string& name, const global_options& options) {
  return fmt::format("the program {}-runner that this builds: {}-runner {}", name, name,
                     stamp_words(options));
}

}  // namespace

std::vector<template_info> list_templates() {
  std::vector<template_info> result;
  for (const auto& name : template_names()) {
    for (const auto& file : files_of(name)) {
      if (file.path != "README.md") continue;
      result.push_back({name, std::string(base::first_line(file.content))});
    }
  }
  return result;
}

/// Adds what is taken over to the files of a new folder.
void add_database(environment& env, const std::string& name, const init_request& request,
                  std::vector<template_file>& files) {
  const bool sql = request.template_name == "sql";
  const auto format = sql ? script::file_format::sql : script::file_format::cpp;
  const auto taken = take_over_database(env, name, format, request.rows);
  files.push_back({"versions/" + taken.migration_name, taken.migration});
  files.push_back({taken.models_name, taken.models});
}

init_result init(const bundle::program& program, const init_request& request,
                 global_options options) {
  const auto& target = request.directory;
  const auto& template_name = request.template_name;
  require_template(template_name);
  fs::path directory = fs::path(target).lexically_normal();
  if (!directory.has_filename()) directory = directory.parent_path();
  require_free(directory);
  std::error_code ignored;
  const std::string name =
      name_of(is_current(directory) ? fs::current_path(ignored) : fs::absolute(directory));
  const bool takes_over = !request.from.empty();
  const std::string models =
      takes_over ? (template_name == "sql" ? "models.sql" : "models.cc") : "";
  auto files = contents_of(template_name, {{"name", name},
                                           {"directory", directory.generic_string()},
                                           {"backends", backends_of(program, request.from)},
                                           {"models", models}});
  if (takes_over) {
    options.url = request.from;
    environment env(program, options);
    add_database(env, name, request, files);
  }
  lay_down(directory, files);
  init_result result;
  result.directory = directory.generic_string();
  for (const auto& file : files) result.files.push_back((directory / file.path).generic_string());
  std::sort(result.files.begin(), result.files.end());
  if (template_name == "sql") {
    result.next = {fmt::format("retort -c {} revision -m \"create accounts\"",
                               shell_argument(result.directory + "/retort.toml"))};
    if (takes_over) result.next = {stamp_step(result.directory, options)};
    return result;
  }
  const bool presets = add_presets(directory);
  if (presets) result.files.emplace_back("CMakePresets.json");
  result.next = next_steps(directory, name, presets);
  if (takes_over) result.next.back() = stamp_target(name, options);
  return result;
}

}  // namespace retort::command
