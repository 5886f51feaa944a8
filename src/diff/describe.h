#pragma once

#include <string>

#include "model/schema.h"

namespace retort::diff {

// The parts of a table as one line of SQL-like text each, complete: two parts are equal exactly
// when their texts are.

std::string describe(const model::column& column);
std::string describe(const model::primary_key& key);
std::string describe(const model::unique& constraint);
std::string describe(const model::check& constraint);
std::string describe(const model::foreign_key& key);
std::string describe(const model::exclude& constraint);
std::string describe(const model::index& index);

}  // namespace retort::diff
