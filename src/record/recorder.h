#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <retort/migration.h>

#include "model/operation.h"

namespace retort {
inline namespace abi_1 {

/// Where the calls of `operations` end up.
class recorder {
 public:
  explicit recorder(std::string_view dialect_name) : dialect(dialect_name) {}

  std::string dialect;
  std::vector<model::operation> recorded;
};

}  // namespace abi_1

namespace record {

/// Runs a migration's `upgrade` or `downgrade` against a recorder and returns what it asked for.
/// Throws `error` at the call that cannot mean anything; what the body itself throws passes
/// through.
std::vector<model::operation> replay(void (*body)(operations&), std::string_view dialect);

/// Whether a downgrade is `retort::irreversible`.
bool is_irreversible(void (*body)(operations&));

}  // namespace record
}  // namespace retort
