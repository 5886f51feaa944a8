#pragma once

#include <string>
#include <vector>

#include "model/schema.h"

namespace retort::diff {

/// One way in which two schemas differ, in words: "index ix_users_email on users is missing".
struct difference {
  std::string text;
  /// Only the order of a table's columns differs.
  bool order_only = false;
  /// Only whether an inherited column is its parents' alone differs, which no ALTER TABLE can put
  /// back.
  bool inheritance_only = false;
};

/// What counts of an object's definition: not whether a materialized view has been filled, which
/// `pg_dump -s` says of none.
std::string definition_of(const model::object& object);

/// How `actual` differs from `expected`; empty exactly when both are equal. Both must be normalised
/// by the same dialect. Sorted by object.
std::vector<difference> compare(const model::schema& expected, const model::schema& actual);
/// The same without those that are of order alone.
std::vector<difference> compare_but_for_order(const model::schema& expected,
                                              const model::schema& actual);

}  // namespace retort::diff
