#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <retort/migration.h>

#include "model/naming.h"
#include "model/operation.h"
#include "model/rename_hint.h"

namespace retort {
namespace record {

/// What a migration's calls may depend on beside its own code and the dialect.
struct context {
  /// `-x KEY=VALUE` in their order; the last of a key counts.
  std::vector<std::pair<std::string, std::string>> arguments = {};
  /// `--tag`.
  std::string tag = {};
  model::naming_convention naming = {};
};

}  // namespace record

inline namespace abi_1 {

/// Where the calls of `operations` end up. `given` outlives it.
class recorder {
 public:
  recorder(std::string_view dialect_name, const record::context& given)
      : dialect(dialect_name), context(given) {}

  std::string dialect;
  const record::context& context;
  std::vector<model::operation> recorded;
  /// Models say what was called otherwise before; a migration renames it.
  bool takes_hints = false;
  std::vector<model::rename_hint> hints;
};

}  // namespace abi_1

namespace record {

/// Runs a migration's `upgrade` or `downgrade` against a recorder and returns what it asked for.
/// Throws `error` at the call that cannot mean anything; what the body itself throws passes
/// through.
std::vector<model::operation> replay(const std::function<void(operations&)>& body,
                                     std::string_view dialect, const context& given = {});

struct replayed_models {
  std::vector<model::operation> operations;
  std::vector<model::rename_hint> hints;
};

/// The same for models.
replayed_models replay_models(const std::function<void(operations&)>& body,
                              std::string_view dialect, const context& given = {});

/// Whether a downgrade is `retort::irreversible`.
bool is_irreversible(void (*body)(operations&));

}  // namespace record
}  // namespace retort
