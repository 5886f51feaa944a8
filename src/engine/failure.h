#pragma once

#include <retort/error.h>

#include "dialect/statement.h"

namespace retort::engine {

/// A statement's failure, on its way to whoever knows the migration that it belongs to.
struct statement_failure {
  error problem;
  const dialect::statement* statement;
};

/// Puts the database's complaint about a statement at its place in the author's file: line, column
/// and the source line where the statement is the author's own text in a SQL file, else the
/// operation's line, with the statement itself among the notes.
void locate(error& problem, const dialect::statement& statement);

}  // namespace retort::engine
