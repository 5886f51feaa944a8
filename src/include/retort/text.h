#pragma once

#include <cstddef>

namespace retort {
inline namespace abi_1 {

/// A borrowed run of UTF-8 characters: what `std::string_view` is, without the cost of including
/// it (85 ms a translation unit). Built from a literal, a `std::string`, a `std::string_view` or
/// anything else with `data()` and `size()`. It owns nothing: what it points to must outlive the
/// call that it is passed to.
class text {
 public:
  constexpr text() = default;

  template <std::size_t N>
  constexpr text(const char (&literal)[N]) : data_(literal), size_(N - 1) {}

  template <class String>
  requires requires(const String& s) {
    static_cast<const char*>(s.data());
    static_cast<std::size_t>(s.size());
  }
  constexpr text(const String& s) : data_(s.data()), size_(s.size()) {}

  constexpr text(const char* data, std::size_t size) : data_(data), size_(size) {}

  /// Characters up to a NUL: what `condition ? "a" : "bc"` is.
  template <class Pointer>
  requires requires(void (*take)(const char*&), Pointer& p) { take(p); }
  constexpr text(Pointer characters) : data_(characters) {
    while (data_[size_] != '\0') ++size_;
  }

  constexpr const char* data() const { return data_; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }

  friend constexpr bool operator==(text a, text b) {
    if (a.size_ != b.size_) return false;
    for (std::size_t i = 0; i < a.size_; ++i) {
      if (a.data_[i] != b.data_[i]) return false;
    }
    return true;
  }

 private:
  const char* data_ = "";
  std::size_t size_ = 0;
};

/// The place of a call in its author's file. Functions take one as a defaulted last parameter.
struct call_site {
  const char* file = "";
  unsigned line = 0;

  static constexpr call_site current(const char* file = __builtin_FILE(),
                                     unsigned line = __builtin_LINE()) {
    return {file, line};
  }
};

}  // namespace abi_1
}  // namespace retort
