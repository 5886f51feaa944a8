#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dialect/dialect.h"
#include "engine/planner.h"

namespace retort::engine {

/// "sha256:…" of operations as they were recorded, whatever file and line they stand in. Line ends
/// and blanks at the ends of lines do not count, nor what has its default: a field that a later
/// Retort adds changes no checksum.
std::string checksum(const std::vector<model::operation>& operations);

/// A text without what another checkout or an editor may change without meaning anything: a byte
/// order mark, CR before LF, blanks at the ends of lines, empty lines at the end.
std::string normal_text(std::string_view text);

/// The checksum of what a migration's upgrade does on a database: of an SQL file its statements for
/// this dialect, of C++ what it records without arguments, conventions and tag. Code inside
/// `op.run`, and a C++ migration that cannot do without arguments, count with the file's source.
std::string checksum_of(const migration_set& set, const dialect::dialect& target,
                        std::size_t index);
/// The same of an upgrade that is planned, where the statements of an SQL file are at hand.
std::string checksum_of(const migration_set& set, const dialect::dialect& target,
                        const planned_migration& upgrade);

}  // namespace retort::engine
