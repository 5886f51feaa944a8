#pragma once

#include <map>
#include <string>
#include <vector>

#include "dialect/dialect.h"
#include "diff/fill.h"
#include "model/operation.h"

namespace retort::diff {

/// Some operations that are carried out together.
struct change {
  /// The way to go, and others for where the database refuses it.
  std::vector<std::vector<model::operation>> ways;
  /// Why a person must look at it; empty: nobody need.
  std::string review = {};
  /// SQL that would take away what keeps the database from doing it, and more: to be run where it
  /// is undone at once. Empty: there is no such thing.
  std::string probe = {};
  /// Done last, and in the migration behind this one: it keeps no writer waiting there.
  bool is_online = false;
  /// What rows lose by it, for people; empty: nothing.
  std::string loss = {};
};

/// As introspection shows them.
struct schema_pair {
  const model::schema& from;
  const model::schema& to;
};

struct change_options {
  /// SQLite: calls of a migration rather than SQL, also where they take another pass over the rows.
  bool prefers_calls = false;
  /// Tables that differ are built anew from their definition.
  bool replaces_tables = false;
  /// A type that gets further values is made anew, too, so that they can be used at once.
  bool remakes_types = false;
  /// PostgreSQL: a value that goes from an enumeration may be taken for one that comes.
  bool guesses_values = true;
  /// PostgreSQL: indexes of tables that are there are built and dropped CONCURRENTLY, and new
  /// constraints of them are NOT VALID until they are validated.
  bool online = false;
  /// PostgreSQL: what is wanted says nothing of privileges: what stays or is made anew keeps those
  /// that it has (`privileges.h`).
  bool keeps_privileges = false;
  /// For what fills new columns.
  trial holds = {};
  /// What is dropped that something new may have been made of, by what it is called
  /// (`model::loss_of`): what a person can write to keep it.
  std::map<std::string, std::string> kept_by = {};
};

/// What brings a schema closer to another one, in an order in which most of it can be done: it is
/// the first of several looks, for not every consequence of a change is foreseen (`converge`).
/// Empty exactly where they are equal but for the order of columns. Both are as introspection shows
/// them.
std::vector<change> changes(const model::schema& from, const model::schema& to,
                            const dialect::dialect& target, const change_options& options = {});

}  // namespace retort::diff
