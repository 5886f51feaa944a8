#pragma once

#include <span>
#include <string>

#include <retort/operations.h>

// What env.py is to Alembic: the hooks of an environment, in one source that the runner's
// ENVIRONMENT keyword names.
//
//     #include <retort/environment.h>
//
//     RETORT_ENVIRONMENT {
//         .include_object = [](const retort::schema_object& object) {
//           return !(object.name == "spatial_ref_sys");
//         },
//         .on_version_apply = [](const retort::version_change& change, retort::operations& op) {
//           if (!change.is_stamp()) op.execute("INSERT INTO deployments DEFAULT VALUES");
//         },
//         .naming_convention = {.ix = "ix_@column_0_label@", .pk = "pk_@table_name@"},
//     };

namespace retort {
inline namespace abi_1 {

/// Something in a database that a filter decides about. Borrowed for the time of the call.
struct schema_object {
  /// "table", "column", "index", "primary_key", "unique_constraint", "check_constraint",
  /// "foreign_key_constraint", "exclude_constraint", or what introspection calls it: "view",
  /// "materialized view", "sequence", "function", "trigger", "type", …
  text type = {};
  /// Empty: the connection's own (the first of search_path on PostgreSQL, `main` on SQLite).
  text schema = {};
  /// Empty where it has none: an unnamed constraint.
  text name = {};
  /// The table that it belongs to; empty where it belongs to none.
  text table = {};
};

/// A step that has just moved the version rows. Borrowed for the time of the call.
struct version_change {
  enum class kind : unsigned char { upgrade, downgrade, stamp };
  kind what = kind::upgrade;
  /// Of an upgrade or downgrade; of a stamp where it goes; empty: the base.
  text revision = {};
  text message = {};
  /// The rows of the version table, sorted.
  std::span<const std::string> before = {};
  std::span<const std::string> after = {};
  /// Whether a script is written (`--sql`, `plan`), rather than a database changed.
  bool offline = false;

  bool is_upgrade() const { return what == kind::upgrade; }
  bool is_downgrade() const { return what == kind::downgrade; }
  bool is_stamp() const { return what == kind::stamp; }
};

/// How constraints and indexes are called whose author gave no name; empty: the database chooses.
/// The templates are those of retort.toml (src/command/README.md), and go before them.
struct naming_templates {
  text ix = {};
  text uq = {};
  text ck = {};
  text fk = {};
  text pk = {};
};

/// The hooks; each may be left out. They may be called from any thread that runs migrations.
struct environment {
  /// Whether Retort looks at an object when it reads a database's schema: to compare it, or to fill
  /// and compare its rows (`verify`). What belongs to a table that is left out is left out too.
  /// Patterns in retort.toml are asked as well: both must agree to an object.
  bool (*include_object)(const schema_object& object) = nullptr;
  /// Called after each step that moved the version rows, before its transaction ends; what it
  /// records with `op` runs in that transaction (of a migration outside a transaction: in the one
  /// that moves the rows), or stands in the script. What it throws fails the step.
  void (*on_version_apply)(const version_change& change, operations& op) = nullptr;
  naming_templates naming_convention = {};
};

/// The definition that RETORT_ENVIRONMENT opens.
extern const environment program_environment;

}  // namespace abi_1
}  // namespace retort

/// Opens the definition of a program's hooks: `RETORT_ENVIRONMENT { .include_object = … };`. Once a
/// program, at file scope.
#define RETORT_ENVIRONMENT constinit const ::retort::environment retort::program_environment
