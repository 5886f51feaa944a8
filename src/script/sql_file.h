#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "script/split.h"

namespace retort::script {

enum class direction { up, down };

/// One `-- migrate:…` section of a file.
struct sql_section {
  script::direction direction = direction::up;
  /// "sqlite" or "postgresql"; empty: every dialect.
  std::string dialect;
  /// False: its statements run one by one, outside a transaction that spans them.
  bool transaction = true;
  /// SQLite: foreign keys stay enforced while it runs.
  bool foreign_keys = false;
  /// Of the marker.
  unsigned line = 0;
  /// What stands between its marker and the next.
  std::string sql;
  /// The line that `sql` begins on.
  unsigned first_line = 0;
  /// True: nothing in it looks like what `check_transaction_control` refuses, on either dialect.
  bool plain = false;

  /// Whether it runs on the dialect ("sqlite", "postgresql").
  bool applies_to(std::string_view wanted) const { return dialect.empty() || dialect == wanted; }
};

/// What the comments before the first section declare; src/script/README.md has the form. Views of
/// the content that was parsed.
struct sql_header {
  std::string_view revision;
  std::vector<std::string_view> down_revision;
  std::vector<std::string_view> branch_labels;
  std::vector<std::string_view> depends_on;
  std::string_view message;
  std::string_view created;
  std::string_view compatible_with;
  std::vector<std::string_view> replaces;
  std::vector<std::string_view> loses;
  std::string_view max_lock;
  /// In seconds; none: as the environment has it.
  std::optional<int> lock_timeout;
  std::optional<int> statement_timeout;
  std::optional<int> concurrently_wait;
  /// Of `-- revision:`, and of the lines that name others where there are some; 0 otherwise.
  unsigned revision_line = 0;
  unsigned down_revision_line = 0;
  unsigned branch_labels_line = 0;
  unsigned depends_on_line = 0;
};

/// A migration in one SQL file.
struct sql_file : sql_header {
  /// In the file's order; at least one is `up`.
  std::vector<sql_section> sections;
};

/// Reads a file's content, which outlives the result's header. A byte order mark is skipped, and
/// CRLF becomes LF everywhere, in literals too, so that a checkout on Windows is the same
/// migration. `path` only serves errors.
///
/// A marker that stands in a string, a quoted name or a block comment is none. In a section for
/// every dialect it must stand in one by both grammars: where they differ, a marker too many is an
/// error that shows, and one too few would run the wrong half of a file.
///
/// Throws `error` with file, line and column: a header that is malformed (unknown key near to a
/// known one, key given twice, no revision, bad id), a marker that is (unknown direction, option or
/// value; not at its line's start), SQL before the first marker, no `-- migrate:up`, a string or
/// comment that never ends, text that is not UTF-8 or holds a NUL byte. Comments of any other form
/// are the author's own.
sql_file parse_sql_file(std::string_view content, std::string_view path);

/// The header alone, of content that `parse_sql_file` takes: the rest is not looked at.
sql_header parse_sql_header(std::string_view content, std::string_view path);
/// The sections alone, of content that `parse_sql_file` takes: of the header only the end is found.
std::vector<sql_section> parse_sql_sections(std::string_view content, std::string_view path);

/// Why an id cannot stand in a graph, or empty: the characters of Alembic's grammar (`@ - + :`),
/// separators of lists and paths, white space, control characters; more than 32 characters.
std::string bad_identifier_reason(std::string_view id);
/// The same for a branch label, which may hold `-` and `+` and be longer.
std::string bad_label_reason(std::string_view label);

/// Throws `error` at the first statement that begins or ends a transaction in a section that runs
/// in one: BEGIN, START TRANSACTION, COMMIT, END, ROLLBACK, ABORT, PREPARE TRANSACTION. Savepoints,
/// and ROLLBACK TO one, are the section's own business. A section with `transaction:false` is never
/// refused.
void check_transaction_control(const sql_section& section, base::sql_flavour flavour,
                               std::string_view path);

/// The section's statements for one dialect: `split`, then `check_transaction_control`'s rule.
std::vector<sql_statement> statements_of(const sql_section& section, base::sql_flavour flavour,
                                         std::string_view path);

}  // namespace retort::script
