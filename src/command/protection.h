#pragma once

#include <string>

#include "command/environment.h"

namespace retort::command {

/// Whether the database is marked as protected: in itself (the table `retort_protected` beside the
/// version table, whichever version table it was marked by) or by `protected` in retort.toml.
bool is_protected(const environment& env, db::connection& connection);
void set_protection(const environment& env, db::connection& connection, bool on);

/// Throws `error` where the database is protected and the command line does not say
/// --on-protected. `deed` begins the message: "a downgrade".
void refuse_on_protected(const environment& env, db::connection& connection,
                         const std::string& deed);

}  // namespace retort::command
