#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <retort/error.h>

#include "base/text_tools.h"
#include "model/operation.h"

namespace retort {
inline namespace abi_1 {

long long refuse_integer(unsigned long long too_large) {
  throw error(fmt::format("{} is larger than any integer of a database", too_large))
      .help("pass it as a string to a column of type numeric");
}

}  // namespace abi_1
}  // namespace retort

namespace retort::model {

void require_different(const std::vector<std::string>& names, const std::string& call) {
  auto sorted = names;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) throw error(fmt::format("{}: it names {} twice", call, *twice));
}

value value_of(const retort::value& given) {
  using kind = retort::value::kind;
  switch (given.what) {
    case kind::null:
      return {};
    case kind::boolean:
    case kind::integer:
      return {given.what, std::to_string(given.integer)};
    case kind::real:
      if (!std::isfinite(given.real)) {
        throw error(fmt::format("{} is no number of SQL", given.real));
      }
      return {given.what, fmt::format("{}", given.real)};
    case kind::string:
    case kind::blob:
    case kind::sql:
      break;
  }
  return {given.what, base::string_of(given.words)};
}

}  // namespace retort::model
