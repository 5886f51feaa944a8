#pragma once

#include <string>

#include "dialect/dialect.h"
#include "model/schema.h"

namespace retort::diff {

/// SQL for what the rows that are there get in a column that has to have a value: its default, a
/// row of the table that it refers to, the first value of an enumeration, or what is nothing in its
/// type; where values must differ, the row's number. Empty: nothing is known to fit.
std::string fill_value(const model::column& column, const model::table& table,
                       const model::schema& all, const dialect::dialect& target);

/// The statement that fills a column where it is NULL; empty: nothing is known to fit.
std::string fill_statement(const model::column& column, const model::table& table,
                           const model::schema& all, const dialect::dialect& target);

}  // namespace retort::diff
