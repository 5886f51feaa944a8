#include "engine/text_store.h"

#include <algorithm>

namespace retort::engine {

std::string_view text_store::keep(std::string_view text) {
  if (text.empty()) return {};
  auto* const kept = static_cast<char*>(memory_->allocate(text.size(), 1));
  std::ranges::copy(text, kept);
  return {kept, text.size()};
}

}  // namespace retort::engine
