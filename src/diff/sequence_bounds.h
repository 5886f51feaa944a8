#pragma once

#include <optional>
#include <string>
#include <vector>

namespace retort::diff {

/// PostgreSQL: a sequence whose bounds become narrower. What its counter has come to may be outside
/// of them, and then the database refuses them ("ALTER SEQUENCE", RESTART).
struct narrowing {
  /// The new settings, but with bounds that are the old ones, too. Once they are set in a
  /// transaction, `position` is undone with it.
  std::vector<std::string> wide;
  /// SQL that brings the counter inside: before the new bounds it begins again, behind them it is
  /// at its end.
  std::string position;
  /// What a person is told.
  std::string review;
};

/// From one list of settings to another (`sequence_settings`). `type`: what it counts in then;
/// `name`: of the sequence, as SQL has it; `literal`: the same as a string of SQL. None: the bounds
/// become no narrower.
std::optional<narrowing> narrowed(const std::vector<std::string>& from,
                                  const std::vector<std::string>& to, const std::string& type,
                                  const std::string& name, const std::string& literal);

}  // namespace retort::diff
