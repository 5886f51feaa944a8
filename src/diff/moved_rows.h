#pragma once

#include <map>
#include <string>
#include <vector>

#include "diff/changes.h"

namespace retort::diff {

/// What a table is made with in the place of another one: its name, its columns without comments,
/// and whether it is UNLOGGED. Nothing that another look can add.
model::table bare(const model::table& table);

/// PostgreSQL: the rows of a table of the side, and the sequences of its columns, go over to one
/// that has the same columns. `made`: as SQL has its name. `computed`: by column, SQL of its value
/// where that is not what it was.
void move_rows(const model::table& from, const std::string& made, const model::schema& side,
               const dialect::dialect& target, std::vector<model::operation>& steps,
               const std::map<std::string, std::string>& computed = {});

}  // namespace retort::diff
