#include "base/sha256.h"

#include <sodium.h>

#include <array>

#include "base/text_tools.h"

namespace retort::base {

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size());
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace retort::base
