#pragma once

#include <retort/operations.h>
#include <retort/symbol.h>

// What the author of a migration includes. No standard string or container header is reachable from
// here: they would cost more than the migration itself (measured: 365 ms against 30 ms a file).

namespace retort {
inline namespace abi_1 {

/// One migration, as its author writes it behind `RETORT_MIGRATION(id)`. Every field may be left
/// out; the order is part of the interface, as designated initialisers follow it.
struct migration {
  /// The parents. None: a base. Several: a merge.
  names down_revision = {};
  /// Names for this revision and its descendants.
  names branch_labels = {};
  /// Revisions or labels that must be there before, without being parents.
  names depends_on = {};
  /// One line that says what it does; `history` shows it.
  text message = {};
  /// When it was written: ISO 8601 with a zone.
  text created = {};
  /// The oldest revision whose programs still work on a database with this one.
  text compatible_with = {};
  /// Revisions that this one stands for (after a squash).
  names replaces = {};
  /// What is lost by intent: "table.column" or "table". `verify` then accepts the loss.
  names loses = {};
  /// The strongest PostgreSQL lock that its upgrade may take on what was there before: `verify`
  /// measures it. "ShareLock", or as LOCK TABLE has it, "SHARE".
  text max_lock = {};
  /// PostgreSQL: how many seconds its statements wait for a lock, and how many each may take; 0:
  /// for ever; negative: as the environment has it.
  int lock_timeout = -1;
  int statement_timeout = -1;
  /// PostgreSQL: how many seconds CREATE INDEX CONCURRENTLY and its kin wait on end for the
  /// transactions of others; 0: for ever; negative: as the environment has it.
  int concurrently_wait = -1;
  /// SQLite: keep foreign keys enforced while it runs, for a body that relies on cascades.
  bool foreign_keys = false;
  /// False: statement by statement, outside a transaction.
  bool transaction = true;
  void (*upgrade)(operations& op) = nullptr;
  /// Left out: derived by reversing the upgrade. `retort::irreversible`: there is no way back.
  void (*downgrade)(operations& op) = nullptr;
};

/// For `.downgrade` of a migration that cannot be taken back: downgrading it is an error and
/// changes nothing.
void irreversible(operations& op);

/// The id of a migration and the line that declares it. Made by `RETORT_MIGRATION`.
struct declaration {
  const char* revision = "";
  unsigned line = 0;
};

}  // namespace abi_1
}  // namespace retort

/// Opens the definition of a migration:
///
///     RETORT_MIGRATION(31eb30e5f037) {
///         .down_revision = {"f140e6f46727"},
///         .message = "Add file size field",
///         .upgrade = [](retort::operations& op) {
///           op.add_column("file_metadata", "file_size", retort::types::bigint);
///         },
///     };
///
/// The id is made of `[A-Za-z0-9_]`, 32 characters at most, and the file's name begins with it. The
/// definition is constant-initialised and has external linkage: the build's generated registry
/// names it, so there is no static initialiser for a linker to drop.
#define RETORT_MIGRATION(id)                                                                    \
  extern const ::retort::declaration RETORT_DETAIL_SYMBOL(retort_d_, RETORT_MIGRATION_SET, id); \
  extern const ::retort::migration RETORT_DETAIL_SYMBOL(retort_m_, RETORT_MIGRATION_SET, id);   \
  constinit const ::retort::declaration RETORT_DETAIL_SYMBOL(retort_d_, RETORT_MIGRATION_SET,   \
                                                             id) = {#id, __LINE__};             \
  constinit const ::retort::migration RETORT_DETAIL_SYMBOL(retort_m_, RETORT_MIGRATION_SET, id)
