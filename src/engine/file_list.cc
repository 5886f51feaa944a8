#include "engine/file_list.h"

#include <fmt/format.h>

#include <filesystem>
#include <numeric>
#include <optional>
#include <utility>

#include "base/text_tools.h"
#include "engine/compiled.h"
#include "engine/folder.h"

namespace retort::engine {
namespace fs = std::filesystem;
namespace {

using base::string_of;
using base::view_of;
using base::views_of;

/// In a section for every dialect only what both grammars take for transaction control is refused:
/// END may belong to a trigger's body. The dialect that runs it looks again.
void refuse_transaction_control(const script::sql_section& section, std::string_view path) {
  const auto complaint = [&](base::sql_flavour flavour) -> std::optional<error> {
    try {
      script::check_transaction_control(section, flavour, path);
    } catch (const error& problem) {
      return problem;
    }
    return std::nullopt;
  };
  const auto sqlite =
      section.dialect == "postgresql" ? std::nullopt : complaint(base::sql_flavour::sqlite);
  if (section.dialect != "postgresql" && !sqlite) return;
  const auto postgresql =
      section.dialect == "sqlite" ? std::nullopt : complaint(base::sql_flavour::postgresql);
  if (section.dialect != "sqlite" && !postgresql) return;
  throw sqlite ? *sqlite : *postgresql;
}

/// A limit of a C++ migration.
std::optional<int> said(int seconds) {
  return seconds < 0 ? std::nullopt : std::optional<int>(seconds);
}

void add_code(file_list& files, const bundle::entry& entry, migration_content content) {
  const migration& code = *entry.code;
  content.code = &code;
  content.source_hash = view_of(entry.source_hash);
  content.limits = {said(code.lock_timeout), said(code.statement_timeout),
                    said(code.concurrently_wait)};
  content.compatible_with = view_of(code.compatible_with);
  files.add({view_of(entry.revision), views_of(code.down_revision), views_of(code.branch_labels),
             views_of(code.depends_on), view_of(code.message), view_of(entry.path),
             entry.declared == nullptr ? 0 : entry.declared->line},
            content);
}

void add_entry(file_list& files, const bundle::entry& entry, text directory) {
  if (!entry.problem.empty()) {
    throw error(string_of(entry.problem)).at(string_of(entry.path), entry.line);
  }
  migration_content content;
  content.directory = view_of(directory);
  add_code(files, entry, content);
}

void add_sql(file_list& files, const compiled_sql& sql, std::size_t file, text directory,
             depth how) {
  migration_content content;
  content.directory = view_of(directory);
  content.sql = sql.content(file);
  const auto path = sql.path(file);
  files.add(how == depth::header ? script::parse_sql_header(content.sql, path)
                                 : checked_header(content.sql, path),
            path, content);
}

void add_file(file_list& files, const std::string& path) {
  if (!path.ends_with(".sql")) {
    throw error(fmt::format("{} is a C++ migration, which this program was not built with",
                            fs::path(path).filename().string()))
        .at(path, 1)
        .help("run the project's own runner, or move the file out of the folder");
  }
  migration_content content;
  content.sql = files.texts.keep(read_file(path));
  const auto kept_path = files.texts.keep(path);
  files.add(checked_header(content.sql, kept_path), kept_path, content);
}

selection everything(const bundle::set& set) {
  selection result;
  for (const auto& entry : set.entries) result.entries.push_back(&entry);
  result.sql.resize(set.sql.files.size());
  std::iota(result.sql.begin(), result.sql.end(), std::size_t{0});
  return result;
}

}  // namespace

void file_list::reserve(std::size_t size) {
  revisions.reserve(size);
  contents.reserve(size);
}

void file_list::add(history::revision revision, const migration_content& content) {
  revisions.push_back(std::move(revision));
  contents.push_back(content);
}

void file_list::add(script::sql_header header, std::string_view path, migration_content content) {
  content.limits = {header.lock_timeout, header.statement_timeout, header.concurrently_wait};
  content.compatible_with = header.compatible_with;
  add({header.revision,
       std::move(header.down_revision),
       std::move(header.branch_labels),
       std::move(header.depends_on),
       header.message,
       path,
       header.revision_line,
       {header.down_revision_line, header.branch_labels_line, header.depends_on_line}},
      content);
}

script::sql_header checked_header(std::string_view text, std::string_view path) {
  script::sql_file file = script::parse_sql_file(text, path);
  for (const auto& section : file.sections) refuse_transaction_control(section, path);
  return file;
}

void read(const bundle::set& set, const selection& chosen, depth how, file_list& files,
          std::vector<error>& found) {
  const compiled_sql sql(set.sql, files.texts);
  files.reserve(files.revisions.size() + chosen.entries.size() + chosen.sql.size());
  auto next = chosen.sql.begin();
  const auto add_sql_before = [&](std::optional<std::string_view> path) {
    for (; next != chosen.sql.end() && (!path || is_loaded_before(sql.path(*next), *path));
         ++next) {
      gather(found, [&] { add_sql(files, sql, *next, set.directory, how); });
    }
  };
  for (const auto* entry : chosen.entries) {
    add_sql_before(view_of(entry->path));
    gather(found, [&] { add_entry(files, *entry, set.directory); });
  }
  add_sql_before(std::nullopt);
}

file_list read(std::span<const bundle::set* const> sets, depth how, std::vector<error>& found) {
  file_list files;
  for (const auto* set : sets) read(*set, everything(*set), how, files, found);
  return files;
}

file_list read(std::span<const std::string> folders, bool recursive, std::vector<error>& found) {
  file_list files;
  for (const auto& folder : folders) {
    const auto paths = migrations_in(folder, recursive);
    files.reserve(files.revisions.size() + paths.size());
    for (const auto& path : paths) {
      gather(found, [&] { add_file(files, path); });
    }
  }
  return files;
}

void add_stored(file_list& files, std::span<const stored_migration> stored,
                std::vector<error>& found) {
  for (const auto& one : stored) {
    gather(found, [&] {
      migration_content content;
      content.sql = files.texts.keep(one.text);
      const auto path = files.texts.keep(fmt::format("{} in retort_journal", one.revision));
      files.add(checked_header(content.sql, path), path, content);
    });
  }
}

}  // namespace retort::engine
