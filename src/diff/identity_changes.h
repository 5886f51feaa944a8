#pragma once

#include <string>
#include <vector>

#include "diff/changes.h"

namespace retort::diff {

/// PostgreSQL: a column of a table before and after.
struct identity_change {
  const model::table& from_table;
  const model::column& from;
  const model::table& to_table;
  const model::column& to;
  const schema_pair& all;
  const dialect::dialect& target;
};

/// The column is no longer numbered by an identity; a new sequence that it counts with instead goes
/// on where that stood.
void end_identity(const identity_change& what, std::vector<change>& out);

/// It goes on where the sequence before it stood, or behind the largest number there is.
void begin_identity(const identity_change& what, std::vector<change>& out);

/// What differs between two identities.
void set_identity(const identity_change& what, std::vector<change>& out);

/// The name of an identity's sequence as SQL has it. `column` is one of `table`, and has an
/// identity.
std::string identity_sequence(const model::table& table, const model::column& column,
                              const dialect::dialect& target);

/// All options of a sequence, `INCREMENT BY 1`, `NO MINVALUE` and so on: those that are given,
/// "START WITH 10 CACHE 5", and the usual ones.
std::vector<std::string> sequence_settings(const std::string& options);

}  // namespace retort::diff
