#include <algorithm>

#include <fmt/format.h>
#include <retort/error.h>

#include "foreign/migration.h"
#include "script/sql_file.h"
#include "script/template.h"

namespace retort::foreign {
namespace {

std::string with_line_end(std::string text) {
  if (!text.empty() && text.back() != '\n') text += '\n';
  return text;
}

std::string marker(const char* direction, const body& of) {
  return fmt::format("-- migrate:{}{}\n", direction, of.transaction ? "" : " transaction:false");
}

std::string header(const migration& what, const std::string& parent) {
  script::new_migration made;
  made.message = what.message;
  const auto title = script::placeholders(made, script::file_format::sql).at("title");
  std::string text = fmt::format("-- {}\n--\n-- revision: {}\n", title, what.revision);
  if (!parent.empty()) text += fmt::format("-- down_revision: {}\n", parent);
  if (what.created) {
    const auto& when = *what.created;
    text += fmt::format("-- created: {:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z\n", when.tm_year + 1900,
                        when.tm_mon + 1, when.tm_mday, when.tm_hour, when.tm_min, when.tm_sec);
  }
  return text + "\n";
}

/// Whether the text is read back as what was meant.
bool means(const script::sql_file& read, const migration& what, const std::string& parent,
           const std::string& up) {
  const auto has = [&](std::size_t index, script::direction direction, bool transaction,
                       const std::string& sql) {
    const auto& section = read.sections[index];
    return section.direction == direction && section.transaction == transaction &&
           section.sql == sql;
  };
  const std::size_t sections = what.down ? 2 : 1;
  return read.revision == what.revision && read.down_revision.size() == (parent.empty() ? 0 : 1) &&
         read.sections.size() == sections &&
         has(0, script::direction::up, what.up.transaction, up) &&
         (!what.down ||
          has(1, script::direction::down, what.down->transaction, with_line_end(what.down->sql)));
}

}  // namespace

std::string write(const migration& what, const std::string& parent) {
  const bool commented = what.head.find_first_not_of(" \t\n") != std::string::npos;
  const std::string up = (commented ? with_line_end(what.head) : "") + with_line_end(what.up.sql);
  std::string text = header(what, parent) + marker("up", what.up) + up;
  if (what.down) text += marker("down", *what.down) + with_line_end(what.down->sql);
  const auto& source = what.sources.front();
  try {
    if (means(script::parse_sql_file(text, source), what, parent, up)) return text;
  } catch (const error& problem) {
    throw error(fmt::format("{} would not load as a migration of Retort, so nothing is imported: "
                            "{}",
                            source, problem.what()))
        .at(source, 0)
        .help(problem.hint);
  }
  throw error(fmt::format("{} would be another migration when Retort loads it, so nothing is "
                          "imported",
                          source))
      .at(source, 0)
      .help("look for comments in it that begin with `-- migrate`");
}

}  // namespace retort::foreign
