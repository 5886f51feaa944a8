#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dialect/dialect.h"
#include "model/schema.h"

namespace retort::diff {

// PostgreSQL: what stands in the definition of a type or a domain, as introspection spells it.

/// Of a composite type.
struct attribute {
  std::string name;
  /// With its collation.
  std::string type;

  bool operator==(const attribute&) const = default;
};

/// Those of `CREATE TYPE x AS (a integer, b text)`; none: it is another kind of type.
std::vector<attribute> attributes_of(const std::string& definition);

struct domain_parts {
  /// The type with its collation.
  std::string base;
  std::string default_sql;
  bool is_not_null = false;
  /// `CONSTRAINT x CHECK (…)`.
  std::vector<std::string> constraints;
};

domain_parts parts_of(const std::string& definition);

struct range_parts {
  std::string subtype;
  /// From version 14 on.
  std::string multirange;
};

/// Empty: it is no range.
range_parts range_parts_of(const std::string& definition);

/// The types that it is made of, arrays by their elements.
std::vector<std::string> types_within(const model::object& type);

/// The keys of the objects that are wanted, a type behind those that it is made of so far.
std::vector<std::string> keys_behind_parts(const model::schema& from, const model::schema& to,
                                           const dialect::dialect& target);

/// `x[]` as `x`.
std::string_view element_of(std::string_view type);

}  // namespace retort::diff
