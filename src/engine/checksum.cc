#include "engine/checksum.h"

#include <algorithm>
#include <concepts>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <boost/pfr/core.hpp>

#include "base/sha256.h"
#include "engine/planner.h"

namespace retort::engine {
namespace {

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_variant = false;
template <class... T>
inline constexpr bool is_variant<std::variant<T...>> = true;

/// A value as text that no other value has. Lists and alternatives say how long they are and which
/// they are, and texts stand behind their length.
template <class T>
std::string written(const T& value) {
  if constexpr (std::same_as<T, std::string>) {
    const auto text = normal_text(value);
    return fmt::format("{}:{}", text.size(), text);
  } else if constexpr (std::is_enum_v<T>) {
    return fmt::format("{};", static_cast<int>(value));
  } else if constexpr (std::is_arithmetic_v<T>) {
    return fmt::format("{};", value);
  } else if constexpr (std::is_pointer_v<T>) {
    return "code;";
  } else if constexpr (is_vector<T>) {
    auto text = fmt::format("[{};", value.size());
    for (const auto& one : value) text += written(one);
    return text;
  } else if constexpr (is_optional<T>) {
    return value ? "+" + written(*value) : std::string("-");
  } else if constexpr (is_variant<T>) {
    return fmt::format("|{};", value.index()) +
           std::visit([](const auto& one) { return written(one); }, value);
  } else {
    static const T defaults = {};
    std::string text = "{";
    const auto add = [&](std::size_t place, const std::string& field, const std::string& usual) {
      if (field != usual) text += fmt::format("{}=", place) + field;
    };
    [&]<std::size_t... place>(std::index_sequence<place...>) {
      (add(place, written(boost::pfr::get<place>(value)),
           written(boost::pfr::get<place>(defaults))),
       ...);
    }
    (std::make_index_sequence<boost::pfr::tuple_size_v<T>>());
    return text + "}";
  }
}

bool runs_code(const model::operation& op) { return std::holds_alternative<model::run>(op.what); }

/// What a C++ migration records by itself; none where it cannot do without arguments.
std::optional<std::vector<model::operation>> recorded(const migration& code,
                                                      std::string_view dialect) {
  if (code.upgrade == nullptr) return std::vector<model::operation>();
  try {
    return record::replay(code.upgrade, dialect);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace

std::string normal_text(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::string out;
  for (const char c : text) {
    if (c == '\n') out.resize(out.find_last_not_of(" \t\r") + 1);
    out += c;
  }
  out.resize(out.find_last_not_of(" \t\r\n") + 1);
  return out;
}

std::string checksum(const std::vector<model::operation>& operations) {
  std::string all;
  for (const auto& op : operations) all += written(op.what);
  return "sha256:" + base::sha256(all);
}

std::string checksum_of(const migration_set& set, const dialect::dialect& target,
                        std::size_t index) {
  const auto& file = set.at(index);
  if (file.code == nullptr) {
    return checksum(planner(set, target).operations_of(index, direction::upgrade));
  }
  const auto operations = recorded(*file.code, target.name());
  if (!operations) return fmt::format("source:{}", file.source_hash);
  const bool has_code = std::any_of(operations->begin(), operations->end(), runs_code);
  return checksum(*operations) + (has_code ? fmt::format("+source:{}", file.source_hash) : "");
}

}  // namespace retort::engine
