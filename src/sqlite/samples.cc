#include <fmt/format.h>

#include <algorithm>

#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "sqlite/dialect.h"
#include "sqlite/tokens.h"
#include "sqlite/types.h"

namespace retort::sqlite {
namespace {

/// The numbers in a declared type's parentheses: 10 and 2 of NUMERIC(10, 2); negative: not there.
struct type_size {
  int first = -1;
  int second = -1;
};

type_size size_of(std::string_view declared) {
  type_size out;
  int* next = &out.first;
  for (const auto& t : tokenise(declared)) {
    if (t.kind != base::token_kind::number || next == nullptr) continue;
    int value = 0;
    for (char c : t.text.substr(0, 6)) {
      if (c >= '0' && c <= '9') value = value * 10 + (c - '0');
    }
    *next = value;
    next = next == &out.first ? &out.second : nullptr;
  }
  return out;
}

using retort::dialect::quote_literal;

std::vector<std::string> integers(std::string_view type, bool is_identity, unsigned salt) {
  // A row numbered with the largest number of all would be the last that AUTOINCREMENT takes.
  if (is_identity) {
    return {"1", "1000000000", fmt::format("{}", 2 * salt + 2), fmt::format("{}", 2 * salt + 3)};
  }
  auto ordinary = std::vector{fmt::format("{}", 2 * salt + 10), fmt::format("{}", 2 * salt + 11)};
  bool is_small = type.find("SMALLINT") != std::string_view::npos;
  if (is_small) return {"-32768", "32767", ordinary[0], ordinary[1]};
  return {"-9223372036854775808", "9223372036854775807", ordinary[0], ordinary[1]};
}

/// NUMERIC(p, s) as its author means it; SQLite itself keeps no limit.
std::vector<std::string> decimals(type_size size, unsigned salt) {
  if (size.first <= 0 || size.first > 15)
    return {"-999999.5", "999999.5", fmt::format("{}.25", salt), fmt::format("{}.75", salt)};
  int scale = std::clamp(size.second, 0, size.first);
  auto write = [&](long long digits) {
    auto text = fmt::format("{:0{}}", digits, scale + 1);
    if (scale > 0) text.insert(text.size() - static_cast<std::size_t>(scale), ".");
    return text;
  };
  long long limit = 1;
  for (int i = 0; i < size.first; ++i) limit *= 10;
  auto ordinary = [&](unsigned n) { return write(static_cast<long long>(n) % limit); };
  return {"-" + write(limit - 1), write(limit - 1), ordinary(2 * salt + 1), ordinary(2 * salt + 2)};
}

/// A number with its fastest digit first, so that short columns tell the values apart too.
std::string label(unsigned n) {
  std::string out;
  do {
    out += "0123456789abcdefghijklmnopqrstuvwxyz"[n % 36];
    n /= 36;
  } while (n > 0);
  return out;
}

std::vector<std::string> texts(type_size size, unsigned salt) {
  auto fit = [&](std::string text) {
    if (size.first >= 0) text = text.substr(0, static_cast<std::size_t>(size.first));
    return quote_literal(text);
  };
  std::string longest;
  int length = size.first < 0 ? 300 : std::min(size.first, 300);
  for (int i = 0; i < length; ++i) longest += i % 10 == 9 ? "\u00e9" : "z";
  return {"''", quote_literal(longest), fit(label(2 * salt) + " it's"),
          fit(label(2 * salt + 1) + " text")};
}

std::string date(unsigned salt) {
  return fmt::format("{:04}-{:02}-{:02}", 2000 + salt / 336 % 1000, salt / 28 % 12 + 1,
                     salt % 28 + 1);
}

std::string time(unsigned salt) {
  return fmt::format("{:02}:{:02}:{:02}", salt / 3600 % 24, salt / 60 % 60, salt % 60);
}

std::vector<std::string> moments(std::string_view type, unsigned salt) {
  auto n = 2 * salt;
  if (type == "DATE")
    return {"'0001-01-01'", "'9999-12-31'", quote_literal(date(n)), quote_literal(date(n + 1))};
  if (type == "TIME")
    return {"'00:00:00'", "'23:59:59.999999'", quote_literal(time(n)), quote_literal(time(n + 1))};
  return {"'0001-01-01 00:00:00'", "'9999-12-31 23:59:59.999999'",
          quote_literal("2024-02-29 " + time(n)), quote_literal("2024-02-29 " + time(n + 1))};
}

}  // namespace

std::vector<std::string> sqlite_dialect::samples(db::connection&, const model::column& column,
                                                 unsigned salt) const {
  auto type = normal_type(column.identity ? "INTEGER" : type_name(column.type));
  if (type.starts_with("BOOL"))
    return {"0", "1", salt % 2 == 0 ? "1" : "0", salt % 2 == 0 ? "0" : "1"};
  if (type == "DATE" || type == "TIME" || type.starts_with("DATETIME") ||
      type.starts_with("TIMESTAMP")) {
    return moments(type, salt);
  }
  switch (affinity_of(type)) {
    case affinity::integer:
      return integers(type, column.identity.has_value(), salt);
    case affinity::text:
      return texts(size_of(type), salt);
    case affinity::real:
      return {"-1.7976931348623157e+308", "1.7976931348623157e+308", fmt::format("{}.1", salt),
              fmt::format("{}.7", salt)};
    case affinity::numeric:
      return decimals(size_of(type), salt);
    case affinity::blob:
      break;
  }
  // STRICT tables take nothing but blobs here; a column without a type takes them too.
  return {"x''", "x'00ff27'", fmt::format("x'{:08x}'", 2 * salt),
          fmt::format("x'{:08x}'", 2 * salt + 1)};
}

}  // namespace retort::sqlite
