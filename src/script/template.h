#pragma once

#include <ctime>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace retort::script {

enum class file_format { cpp, sql };

/// "cpp" or "sql"; the templates' names are `migration.cc.in` and `migration.sql.in`.
std::string_view template_name(file_format format);
/// The template that stands for a user's own where there is none.
std::string_view default_template(file_format format);

/// Puts values in the place of `@name@`, as they are: without indenting their further lines. `@@`
/// is one
/// `@`; an `@` that no name and second `@` follow stands for itself (a@b.c). `@?name@` at a line's
/// start leaves the whole line out where the value is empty, and is nothing otherwise.  Throws
/// `error` with the template's line for a name that is not in `values`.
std::string expand(std::string_view text, const std::map<std::string, std::string>& values,
                   const std::string& template_path);

/// What a new migration's file is made from. Texts are raw; bodies are source code, indented as
/// they are to stand in the file (C++: by `body_column` of the template), without a line break at
/// the end.
struct new_migration {
  std::string revision;
  std::vector<std::string> down_revision;
  std::vector<std::string> branch_labels;
  std::vector<std::string> depends_on;
  std::string message;
  std::string created;
  std::string upgrades;
  std::string downgrades;
  /// False: its statements run one by one, outside a transaction.
  bool transaction = true;
};

/// The placeholders of a migration's template: revision, down_revision, branch_labels, depends_on
/// (for C++ quoted, else plain; separated by ", "), message, title, created, upgrades, downgrades.
/// Each value is escaped for where the default templates put it: in C++ inside a string literal; in
/// SQL on one comment line, controls turned into spaces. `title` is the message as a first comment
/// line that reads back as itself (`message: …` where it would be taken for a header key or a
/// marker). C++ upgrades without a statement are `(void)op;`, so that the file compiles without a
/// warning.
/// It stands in `column`.
std::map<std::string, std::string> placeholders(const new_migration& migration, file_format format,
                                                std::size_t column = 0);

/// `expand(default_template or own text, placeholders(…))`, with short functions in the lines of
/// their fields; without a transaction that is said
/// where the section, or in C++ the upgrade, begins.
std::string write_migration(const new_migration& migration, file_format format,
                            std::string_view template_text, const std::string& template_path);

/// The message's words in lower case joined by `_`, cut at the last `_` before `limit`; ASCII only
/// (accents of Latin-1 letters are taken off, other characters left out), so that it is safe in
/// every file name. May be empty.
std::string slug(std::string_view message, std::size_t limit = 40);

/// 12 hexadecimal digits, random.
std::string new_revision_id();

/// A file's name without its extension: @revision@, @slug@, @year@ @month@ @day@ @hour@ @minute@
/// @second@ @epoch@ of `file_template`. Underscores and dashes at the end, where the slug is empty,
/// are left out. Throws `error` (kind usage) for an unknown placeholder, and where the name is
/// empty or leaves its folder.
std::string file_stem(std::string_view file_template, std::string_view revision,
                      std::string_view message_slug, const std::tm& when);

}  // namespace retort::script
