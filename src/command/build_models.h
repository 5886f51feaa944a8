#pragma once

#include <string>
#include <vector>

#include "command/models.h"
#include "model/rename_hint.h"

namespace retort::command {

/// Makes a desired schema in an empty database. SQL may be what `pg_dump -s` or `.schema` of the
/// sqlite3 shell has printed: commands of psql, rows of COPY, owners, and settings that this server
/// does not know are passed over, and privileges unless they are `with_grants`. Returns what the
/// models say of former names. Throws `error` at the place of a statement or call that the database
/// refuses, and of a hint that is about nothing.
std::vector<model::rename_hint> build_models(const environment& env, const dialect::dialect& target,
                                             db::connection& empty,
                                             const std::vector<model_source>& sources,
                                             bool with_grants);

}  // namespace retort::command
