#include "dialect/dialect.h"

namespace retort::dialect {

std::string dialect::quote(const model::qualified_name& name) const {
  return name.schema.empty() ? quote(name.name) : quote(name.schema) + "." + quote(name.name);
}

std::unique_ptr<session> dialect::open_session(db::connection&, bool) const {
  return std::make_unique<session>();
}

}  // namespace retort::dialect
