#pragma once

#include <memory>
#include <memory_resource>
#include <string_view>

namespace retort::engine {

/// Texts that are kept as long as it is there. They lie side by side, for of ten thousand small
/// ones a string of its own each would be half as much again.
class text_store {
 public:
  /// The kept copy. It stays where it is when the store is moved.
  std::string_view keep(std::string_view text);

 private:
  std::unique_ptr<std::pmr::monotonic_buffer_resource> memory_ =
      std::make_unique<std::pmr::monotonic_buffer_resource>();
};

}  // namespace retort::engine
