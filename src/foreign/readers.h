#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "foreign/migration.h"
#include "script/source_text.h"

// One reader a tool, and what they share.

namespace retort::foreign {

/// Whether a file is a migration by its tool's rules for names, and for dbmate and goose, whose
/// names say little, by a marker in it.
bool is_dbmate(const source_file& file);
bool is_goose(const source_file& file);
bool is_golang_migrate(const source_file& file);
bool is_flyway(const source_file& file);
bool is_diesel(const source_file& file);

collection read_dbmate(const std::vector<source_file>& files);
collection read_goose(const std::vector<source_file>& files);
collection read_golang_migrate(const std::vector<source_file>& files);
collection read_flyway(const std::vector<source_file>& files);
collection read_diesel(const std::vector<source_file>& files);

/// A line with its end, and where it begins in the text.
struct text_line {
  std::string_view text;
  std::size_t offset = 0;
};
std::vector<text_line> lines_of(std::string_view text);

/// Whether nothing but white space and comments stands in a text.
bool is_only_comments(std::string_view text);
/// Whether the last statement of a text ends in a semicolon, or there is none.
bool is_closed(std::string_view sql);

/// Throws `error` at the place in the source for what Retort could not split by either grammar, and
/// for a comment that it would take for the beginning of a section.
void require_loadable(const script::source_text& source, std::size_t begin, std::size_t end);

/// A body that Retort loads: BEGIN and COMMIT around the whole go, and with others in it the body
/// runs outside a transaction, which is noted under `name`.
body made_body(std::string sql, bool transaction, std::string_view name,
               std::vector<std::string>& notes);
/// The same for tools that leave the transaction to the database: outside one where a statement
/// refuses it.
body made_body_as_needed(std::string sql, std::string_view name, std::vector<std::string>& notes);

/// Version, id, message and moment. `words`: the name behind the version, words joined by `_`.
migration named_migration(std::string version, std::string_view words);

/// The leading digits.
std::string_view digits_of(std::string_view name);

/// Throws `error` where one revision is there twice.
void refuse_twins(const std::vector<migration>& migrations);
/// The same for versions that the tool takes for one. In the tool's order afterwards.
void sort_by_version(tool which, std::vector<migration>& migrations);

}  // namespace retort::foreign
