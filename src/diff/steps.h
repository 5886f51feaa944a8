#pragma once

#include <string>
#include <utility>

#include "diff/changes.h"

namespace retort::diff {

// Operations that no author wrote, and changes of one.

inline model::operation op(model::operation_variant what) { return {std::move(what), {}}; }
inline model::operation execute(std::string sql) { return op(model::execute{std::move(sql)}); }
inline change one(model::operation_variant what) { return {{{op(std::move(what))}}}; }
inline change one_sql(std::string sql) { return {{{execute(std::move(sql))}}}; }

}  // namespace retort::diff
