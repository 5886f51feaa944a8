#include "engine/context.h"

#include <utility>

#include "base/text_tools.h"

namespace retort::engine {
namespace {

using base::string_of;

model::naming_convention naming_of(const naming_templates& names) {
  return {string_of(names.ix), string_of(names.uq), string_of(names.ck), string_of(names.fk),
          string_of(names.pk)};
}

}  // namespace

void add_hooks(context& into, const environment& hooks) {
  into.replay.naming.override_with(naming_of(hooks.naming_convention));
  into.on_version_apply = hooks.on_version_apply;
  if (hooks.include_object == nullptr) return;
  into.filter = [other = std::move(into.filter),
                 include = hooks.include_object](const model::filter_subject& subject) {
    if (other && !other(subject)) return false;
    return include({subject.type, subject.name.schema, subject.name.name, subject.table.name});
  };
}

}  // namespace retort::engine
