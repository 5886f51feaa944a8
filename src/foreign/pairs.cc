#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <retort/error.h>

#include "base/text_tools.h"
#include "foreign/readers.h"

// The tools with a file for each direction. golang-migrate: NUMBER_name.up.sql and .down.sql, run
// in the order of their numbers ("Migration Filename Format"). diesel: folders VERSION_name with
// up.sql, perhaps down.sql, and metadata.toml ("diesel_migrations"); a version is the name up to
// its first `_` without dashes.

namespace retort::foreign {
namespace {

/// The files of one migration.
struct pair {
  const source_file* up = nullptr;
  const source_file* down = nullptr;
};

struct golang_name {
  std::string_view version;
  std::string_view words;
  bool up = false;
};

std::optional<golang_name> golang_name_of(const source_file& file) {
  const std::string_view name = file.name;
  const auto digits = digits_of(name);
  if (!file.is_direct() || digits.empty() || name[digits.size()] != '_') return std::nullopt;
  for (const std::string_view ending : {".up.sql", ".down.sql"}) {
    if (!name.ends_with(ending) || name.size() < digits.size() + 1 + ending.size()) continue;
    const auto words = name.substr(digits.size() + 1);
    return golang_name{digits, words.substr(0, words.size() - ending.size()), ending == ".up.sql"};
  }
  return std::nullopt;
}

std::string text_of(const source_file& file) {
  const script::source_text source(file.content, file.path);
  require_loadable(source, 0, source.text().size());
  return std::string(source.text());
}

void set(const source_file*& place, const source_file& file) {
  if (place != nullptr) {
    throw error(fmt::format("one migration has two files for a direction, so nothing is imported: "
                            "{} and {}",
                            place->path, file.path))
        .help("give one of them another version");
  }
  place = &file;
}

migration golang_migration(std::string version, std::string_view words, const pair& files,
                           std::vector<std::string>& notes) {
  migration made = named_migration(std::move(version), words);
  for (const auto* file : {files.up, files.down}) {
    if (file != nullptr) made.sources.push_back(file->path);
  }
  if (files.up == nullptr) {
    notes.push_back(fmt::format("{} has no up file: its upgrade does nothing", files.down->path));
  } else {
    made.up = made_body_as_needed(text_of(*files.up), files.up->path, notes);
  }
  if (files.down != nullptr) {
    made.down = made_body_as_needed(text_of(*files.down), files.down->path, notes);
  }
  return made;
}

/// The folder of a migration of diesel; empty: the file is in none.
std::string_view diesel_folder(const source_file& file) {
  const std::string_view name = file.name;
  const auto slash = name.find('/');
  if (slash == std::string_view::npos || name.find('/', slash + 1) != std::string_view::npos) {
    return {};
  }
  return name.substr(0, slash);
}

/// `run_in_transaction` of metadata.toml.
bool runs_in_transaction(const source_file& file) {
  for (const auto& line : lines_of(file.content)) {
    const auto text = line.text.substr(0, line.text.find('#'));
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    if (base::trim(text.substr(0, equals)) != "run_in_transaction") continue;
    return base::trim(text.substr(equals + 1)) != "false";
  }
  return true;
}

struct diesel_files : pair {
  const source_file* metadata = nullptr;
};

migration diesel_migration(std::string_view folder, const diesel_files& files,
                           std::vector<std::string>& notes) {
  const auto dash = folder.find('_');
  std::string version(folder.substr(0, dash));
  std::erase(version, '-');
  migration made = named_migration(std::move(version),
                                   dash == std::string_view::npos ? "" : folder.substr(dash + 1));
  const bool transaction = files.metadata == nullptr || runs_in_transaction(*files.metadata);
  made.sources = {files.up->path};
  made.up = made_body(text_of(*files.up), transaction, files.up->path, notes);
  if (files.down == nullptr) return made;
  made.sources.push_back(files.down->path);
  made.down = made_body(text_of(*files.down), transaction, files.down->path, notes);
  return made;
}

}  // namespace

bool is_golang_migrate(const source_file& file) { return golang_name_of(file).has_value(); }

collection read_golang_migrate(const std::vector<source_file>& files) {
  collection result;
  std::map<std::pair<std::string, std::string>, pair> pairs;
  for (const auto& file : files) {
    if (const auto name = golang_name_of(file)) {
      auto& both = pairs[{std::string(name->version), std::string(name->words)}];
      set(name->up ? both.up : both.down, file);
    } else if (file.name.ends_with(".sql")) {
      result.notes.push_back(
          fmt::format("{} is no migration of golang-migrate and left out", file.path));
    }
  }
  for (const auto& [name, both] : pairs) {
    result.migrations.push_back(golang_migration(name.first, name.second, both, result.notes));
  }
  sort_by_version(tool::golang_migrate, result.migrations);
  return result;
}

bool is_diesel(const source_file& file) {
  return !diesel_folder(file).empty() && file.base_name() == "up.sql";
}

collection read_diesel(const std::vector<source_file>& files) {
  collection result;
  std::map<std::string_view, diesel_files> folders;
  for (const auto& file : files) {
    const auto folder = diesel_folder(file);
    const auto name = file.base_name();
    if (!folder.empty() && name == "up.sql") {
      folders[folder].up = &file;
    } else if (!folder.empty() && name == "down.sql") {
      folders[folder].down = &file;
    } else if (!folder.empty() && name == "metadata.toml") {
      folders[folder].metadata = &file;
    } else if (name.ends_with(".sql")) {
      result.notes.push_back(fmt::format("{} is no migration of diesel and left out", file.path));
    }
  }
  for (const auto& [folder, of] : folders) {
    if (of.up != nullptr) {
      result.migrations.push_back(diesel_migration(folder, of, result.notes));
    } else if (of.down != nullptr) {
      result.notes.push_back(
          fmt::format("{} has no up.sql beside it and is left out", of.down->path));
    }
  }
  sort_by_version(tool::diesel, result.migrations);
  return result;
}

}  // namespace retort::foreign
