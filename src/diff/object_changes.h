#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diff/changes.h"

namespace retort::diff {

/// An entry of `model::schema::objects`.
struct keyed_object {
  const std::string& key;
  const model::object& object;
};

/// The name behind a lead, as SQL has it: `"x y"` in `CONSTRAINT "x y" CHECK …` behind "CONSTRAINT
/// ".
std::string sql_name_behind(const std::string& definition, std::string_view lead);

/// What makes it; as `creation` writes it.
model::operation_variant create_operation(const model::object& object);

/// What drops it; empty where nothing does (a grant: `regrant`).
std::optional<model::operation_variant> drop_operation(const keyed_object& what,
                                                       const dialect::dialect& target);

/// The same with all that depends on it, as SQL to be undone at once (`change::probe`).
std::string drop_probe(const keyed_object& what, const dialect::dialect& target);

/// What is lost with it that no way back brings again, or whom it keeps from what; empty: nothing.
std::string loss_with(const model::object& object);

/// The statements that an object of the kind "grants…" stands for.
std::vector<std::string> privileges_in(const std::string& grants);

/// The statements between two sets of GRANT lines, either of them empty.
std::vector<std::string> regrant(const std::string& from, const std::string& to);

/// PostgreSQL: what turns a type, domain, collation or sequence into another definition where it
/// is. No ways: it is dropped and created.
change alter_object(const keyed_object& from, const model::object& to, const schema_pair& all,
                    const dialect::dialect& target, const change_options& options);

}  // namespace retort::diff
