#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>

#include "model/schema.h"

namespace retort::model {

/// What a filter is asked about: `type` as in `retort::schema_object`.
struct filter_subject {
  std::string_view type;
  qualified_name name;
  /// The table that it belongs to; an empty name where it belongs to none.
  qualified_name table;
};

/// The types of what belongs to a table.
inline constexpr std::array<const char*, 7> filter_part_types = {"column",
                                                                 "index",
                                                                 "unique_constraint",
                                                                 "check_constraint",
                                                                 "foreign_key_constraint",
                                                                 "exclude_constraint",
                                                                 "primary_key"};

/// Whether an object counts; an empty function keeps everything.
using object_filter = std::function<bool(const filter_subject&)>;

/// Takes out what the filter does not keep, and what belongs to a table that it does not keep.
void keep_only(schema& all, const object_filter& filter);

}  // namespace retort::model
