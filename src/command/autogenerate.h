#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "command/models.h"
#include "diff/converge.h"

namespace retort::command {

/// What is compared, and where.
struct comparison_request {
  /// `--models`; empty: the environment's.
  std::string models;
  /// In place of a database: what the migrations make in an empty one.
  bool from_history = false;
  /// Where PostgreSQL's scratch databases are made; empty: beside the database.
  std::string scratch_url;
  /// SQL that is run first in each scratch database; empty: none.
  std::string scratch_setup;
  /// `--rename`, each OLD:NEW.
  std::vector<std::string> renames;
  bool guess_renames = true;
  /// Asks a person whether that was renamed; may be empty.
  std::function<std::optional<bool>(const diff::renaming&)> ask;
  bool with_grants = false;
  /// The way is told in C++.
  bool in_cpp = false;
  /// `change_options::online`.
  bool online = false;
};

/// How the models differ from what is there.
struct model_comparison {
  std::vector<diff::difference> differences;
  /// What makes them equal, and back; nothing where nothing differs, or nobody has asked.
  diff::convergence upgrade;
  diff::convergence downgrade;
  /// The way back as far as the first step of `upgrade` that is online.
  diff::convergence online_downgrade;
  /// What both sides have that is not read, in a line for people; empty: there is no such thing.
  std::string unread;
  /// Why there is no way that Retort knows.
  std::optional<error> no_way;
  const dialect::dialect* target = nullptr;
};

/// Compares in scratch databases; what is there is only read. Throws `error` where there are no
/// models or they make nothing, where the database is not at the heads, and where a scratch
/// database cannot be had. With `with_ways` it is also found out how to get there; then `error`
/// where the database can be brought there by nothing that Retort knows.
model_comparison compare_models(environment& env, comparison_request request, bool with_ways);

/// How the database differs from what the migrations up to some revisions make in a scratch
/// database; `request` says where that is made. Throws `error` where it cannot be, or where a
/// migration does not run in it.
std::vector<diff::difference> compare_with_history(environment& env,
                                                   const comparison_request& request,
                                                   const history::rows& revisions);

/// Puts rows into the scratch database, where `made` has been done and which is ready for them, and
/// tells how. `wanted` is the whole schema.
using row_function = std::function<std::vector<diff::done_step>(
    const model::schema& wanted, const std::vector<diff::done_step>& made,
    db::connection& scratch)>;

/// The way from nothing to the database's schema, as it is, and back to nothing; without
/// privileges. With `put_rows` its steps are on the way, before all that would act on the rows or
/// could refuse them. Throws `error` where there is no such database, or where the rows break what
/// comes behind them.
model_comparison whole_schema(environment& env, const comparison_request& request,
                              const row_function& put_rows = {});

}  // namespace retort::command
