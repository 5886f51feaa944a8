#pragma once

#include <string>

#include <fmt/format.h>

#include "sqlite/dialect.h"

namespace retort::sqlite {

/// A line of a script that fails where `main` has no entry with this text: the lines behind it were
/// written for one that has.
inline std::string text_guard(const sqlite_dialect& target, const std::string& text) {
  return fmt::format(
      "INSERT INTO temp.retort_guard SELECT nullif((SELECT count(*) FROM main.sqlite_master WHERE "
      "sql = {}) = 1, 0)",
      target.literal(text));
}

}  // namespace retort::sqlite
