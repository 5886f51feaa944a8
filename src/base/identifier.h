#pragma once

#include <cstddef>
#include <string_view>

namespace retort::base {

/// In bytes, what PostgreSQL keeps of a name (NAMEDATALEN - 1; "Identifiers and Key Words").
inline constexpr std::size_t longest_identifier = 63;

/// The beginning of a name, at most `size` bytes of whole characters: a view of it.
constexpr std::string_view clipped(std::string_view name, std::size_t size) {
  if (name.size() <= size) return name;
  while (size > 0 && (static_cast<unsigned char>(name[size]) & 0xC0U) == 0x80U) --size;
  return name.substr(0, size);
}

}  // namespace retort::base
