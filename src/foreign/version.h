#pragma once

#include <string>
#include <string_view>

#include "foreign/tool.h"

namespace retort::foreign {

/// The revision id for a version: itself where that is a legal id, else the first twelve digits of
/// its SHA-256.
std::string revision_of(std::string_view version);

/// Whether a revision is the one that was imported for a version as the tool's own table has it:
/// numbers are compared as numbers (00001 is 1), and Flyway's part by part (1.0 is 1).
bool is_revision_of(tool which, std::string_view revision, std::string_view version);

/// Whether the tool runs one version before the other: goose and golang-migrate by number, Flyway
/// by the parts between the points; dbmate and diesel by text.
bool runs_before(tool which, std::string_view a, std::string_view b);

/// Whether a text is a version as the tool writes it: digits, for Flyway with points between.
bool is_version(tool which, std::string_view text);

}  // namespace retort::foreign
