#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <retort/error.h>

#include "engine/migration_set.h"

// retort.sum: a line for each released migration, in a chain. One that is edited afterwards fails
// the build, and two branches that each add one meet in the same line of the same file.
//
//     <revision> <SHA-256 of its file> <chain>
//
// The chain is the beginning of the SHA-256 of the last line's chain and this line's other words.

namespace retort::engine {

inline constexpr const char* sum_name = "retort.sum";

/// The migrations that a retort.sum is for, in the order of an upgrade.
using members = std::span<const std::size_t>;

/// What is wrong between migrations and the text of their retort.sum, in the order of its lines:
/// edited and missing files, a broken chain. `path` is the text's, for messages.
std::vector<error> sum_problems(const migration_set& set, members files, std::string_view text,
                                const std::string& path);

/// The migrations that have no line yet, in the order of an upgrade.
std::vector<std::size_t> unsummed(const migration_set& set, members files, std::string_view text);

/// Whether there is a line with this revision and hash in an unbroken chain.
bool sum_has(std::string_view text, std::string_view revision, std::string_view hash);

/// The text with a line for each of those; with `anew`, a text of their lines alone, whatever
/// `text` says.
std::string extended_sum(const migration_set& set, members files, std::string_view text, bool anew);

}  // namespace retort::engine
