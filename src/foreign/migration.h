#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "foreign/tool.h"

namespace retort::foreign {

/// One direction of a migration.
struct body {
  /// As written, without the tool's own annotations; line feeds end its lines.
  std::string sql;
  /// False: its statements run outside a transaction that spans them.
  bool transaction = true;
};

/// Another tool's migration, read.
struct migration {
  /// As the tool counts; a repeatable migration of Flyway has its file's name without the ending.
  std::string version;
  /// `revision_of` the version.
  std::string revision;
  /// The words of its name.
  std::string message;
  /// Where the version is a moment: in UTC.
  std::optional<std::tm> created;
  /// Comments above both bodies.
  std::string head;
  body up;
  /// None: it cannot be taken back.
  std::optional<body> down;
  /// The paths of the files that it is made of.
  std::vector<std::string> sources;
};

/// What a folder holds.
struct collection {
  /// In the order in which the tool runs them.
  std::vector<migration> migrations;
  /// What was left out or is another now, a sentence each.
  std::vector<std::string> notes;
};

/// Reads the migrations of one tool. Throws `error` at file and line for what has no meaning
/// without the tool (code, variables), for what the tool itself would refuse, and for SQL that
/// Retort does not load.
collection read(tool which, const std::vector<source_file>& files);

/// A migration as Retort's own file, with a parent or none. Throws `error` at the migration's
/// source where the text would be read as anything else.
std::string write(const migration& what, const std::string& parent);

}  // namespace retort::foreign
