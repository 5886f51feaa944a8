#pragma once

#include <string>
#include <vector>

#include "dialect/dialect.h"
#include "model/naming.h"
#include "script/template.h"

namespace retort::command {

/// An operation as statements.
std::vector<std::string> statements_of(const model::operation& op, const dialect::dialect& target);

/// The operations as SQL, a statement each paragraph, for an empty database.
std::string sql_text(const std::vector<model::operation>& operations,
                     const dialect::dialect& target);

/// The operations as a file of C++ models (retort/schema.h) that are called `name`.
std::string cpp_models(const std::vector<model::operation>& operations,
                       const dialect::dialect& target, const std::string& name,
                       const model::naming_convention& naming);

}  // namespace retort::command
