#pragma once

#include <retort/text.h>
#include <retort/types.h>

// What the calls about views, triggers, types and the like take beside names.

namespace retort {
inline namespace abi_1 {

struct create_object_options {
  text schema = {};
  bool if_not_exists = false;
};

struct drop_object_options {
  text schema = {};
  bool if_exists = false;
  /// PostgreSQL: what depends on it goes, too.
  bool cascade = false;
};

/// Where a new value of an enum type stands; at the end where neither is given.
struct enum_value_options {
  text before = {};
  text after = {};
  text schema = {};
  bool if_not_exists = false;
};

}  // namespace abi_1
}  // namespace retort
