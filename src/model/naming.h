#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/name.h"

namespace retort::model {

/// How constraints and indexes are called whose author gave no name: one template a kind, with the
/// keys and the meaning of SQLAlchemy's `naming_convention` ("Configuring Constraint Naming
/// Conventions"). `@token@` in a template stands for a value:
///
///     table_name, column_0_name, column_0_label (TABLE_COLUMN), column_0_N_name (all, joined by
///     _), referred_table_name, referred_column_0_name
///
/// An empty template leaves the choice to the database.
struct naming_convention {
  std::string ix;
  std::string uq;
  std::string ck;
  std::string fk;
  std::string pk;

  /// The template of a key ("ix", …), or null.
  std::string* find(std::string_view key);
  /// Takes over what `other` says.
  void override_with(naming_convention other);

  bool operator==(const naming_convention&) const = default;
};

/// What a name is made from.
struct naming_subject {
  std::string table;
  std::vector<std::string> columns = {};
  std::string referred_table = {};
  std::vector<std::string> referred_columns = {};
};

/// The name that a template gives; empty where the template is empty or asks for something that the
/// subject does not have (a column of a check on the whole table). Throws `error` where the name
/// is longer than the 63 bytes that PostgreSQL keeps ("Identifiers and Key Words").
std::string conventional_name(std::string_view name_template, const naming_subject& subject);

/// The first `@token@` of a template that stands for nothing, or empty.
std::string unknown_naming_token(std::string_view name_template);

}  // namespace retort::model
