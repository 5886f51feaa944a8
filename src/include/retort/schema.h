#pragma once

#include <retort/operations.h>
#include <retort/symbol.h>

// What the author of models includes: the schema as it is meant to be, written with the calls that
// migrations are written with. It costs a translation unit as little as migration.h does.

namespace retort {
inline namespace abi_1 {

/// A part of the desired schema, as its author writes it behind `RETORT_MODELS(name)`.
struct models {
  /// Makes it in an empty database: `create_table`, `create_index` and so on. Called once for each
  /// database system that it is compared on, which `schema.dialect()` names.
  ///
  /// What has another name than before says so, and autogenerate renames it in place of dropping
  /// and adding it:
  ///
  ///     schema.create_table("users", {retort::column("mail", t::text).renamed_from("email")},
  ///                         {.renamed_from = "people"});
  ///
  /// Where nothing has the old name (any more), or something has the new one already, the hint is
  /// fulfilled, and may stay. It is an error where the models give the old name to something that
  /// is not itself renamed. Of two that exchange names the definitions tell whether they have;
  /// where they tell nothing that is an error, too.
  void (*schema)(operations& schema) = nullptr;
};

}  // namespace abi_1
}  // namespace retort

/// Opens the definition of models:
///
///     RETORT_MODELS(accounts) {
///         .schema = [](retort::operations& schema) {
///           schema.create_table("users", {retort::column("id",
///           retort::types::integer).primary_key()});
///         },
///     };
///
/// The name is made of `[A-Za-z0-9_]`, and is the only one of its kind in the migration set that
/// `retort_add_models` gives the file to.
#define RETORT_MODELS(name)                                                                       \
  extern const ::retort::models RETORT_DETAIL_SYMBOL(retort_models_, RETORT_MIGRATION_SET, name); \
  constinit const ::retort::models RETORT_DETAIL_SYMBOL(retort_models_, RETORT_MIGRATION_SET, name)
