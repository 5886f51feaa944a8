#include "engine/checksum.h"

#include <algorithm>
#include <array>
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

template <class T>
std::string written(const T& value);

/// The texts of a structure's fields.
template <class T>
auto written_fields(const T& value) {
  return [&]<std::size_t... place>(std::index_sequence<place...>) {
    return std::array<std::string, sizeof...(place)>{written(boost::pfr::get<place>(value))...};
  }
  (std::make_index_sequence<boost::pfr::tuple_size_v<T>>());
}

/// A value as text that no other value has. Lists and alternatives say how long they are and which
/// they are, and texts stand behind their length.
template <class T>
std::string written(const T& value) {
  if constexpr (std::same_as<T, std::string>) {
    const auto text = normal_text(value);
    return std::to_string(text.size()) + ":" + text;
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
    return "|" + std::to_string(value.index()) + ";" +
           std::visit([](const auto& one) { return written(one); }, value);
  } else {
    static const auto usual = written_fields(T{});
    const auto fields = written_fields(value);
    std::string text = "{";
    for (std::size_t place = 0; place < fields.size(); ++place) {
      if (fields[place] != usual[place]) text += std::to_string(place) + "=" + fields[place];
    }
    return text + "}";
  }
}

std::string_view without_blanks_behind(std::string_view line) {
  return line.substr(0, line.find_last_not_of(" \t\r") + 1);
}

std::string named(std::string_view what_was_written) {
  return "sha256:" + base::sha256(what_was_written);
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
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    out.append(without_blanks_behind(text.substr(0, end))) += '\n';
    text.remove_prefix(end + 1);
  }
  out += without_blanks_behind(text);
  out.resize(out.find_last_not_of('\n') + 1);
  return out;
}

std::string checksum(const std::vector<model::operation>& operations) {
  std::string all;
  for (const auto& op : operations) all += written(op.what);
  return named(all);
}

std::string checksum_of(const migration_set& set, const dialect::dialect& target,
                        const planned_migration& upgrade) {
  const auto index = upgrade.step.revision.value();
  // C++ may be planned otherwise than without arguments.
  if (set.at(index).code != nullptr) return checksum_of(set, target, index);
  std::string all;
  for (const auto& statement : upgrade.statements) {
    all += written(model::operation_variant(model::execute{statement.sql}));
  }
  return named(all);
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
