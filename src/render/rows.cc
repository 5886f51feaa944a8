#include <algorithm>
#include <charconv>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "render/calls.h"
#include "render/literal.h"

// What changes rows.

namespace retort::render {
namespace {

std::optional<expression> integer_of(const std::string& digits) {
  long long number = 0;
  const auto* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end || std::to_string(number) != digits) {
    return std::nullopt;
  }
  // The smallest has no literal: a minus sign is an operator.
  if (number == std::numeric_limits<long long>::min()) return word("-9223372036854775807 - 1");
  return word(digits);
}

/// With a point or an exponent: else it would be an integer.
std::optional<expression> real_of(const std::string& digits) {
  double number = 0;
  const auto* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, number);
  const bool is_same = read.ec == std::errc() && read.ptr == end;
  if (!is_same || fmt::format("{}", number) != digits) return std::nullopt;
  const bool is_whole = digits.find_first_not_of("-0123456789") == std::string::npos;
  return word(is_whole ? digits + ".0" : digits);
}

std::optional<expression> value_of(const model::value& value) {
  using kind = retort::value::kind;
  switch (value.what) {
    case kind::null:
      return word("nullptr");
    case kind::boolean:
      return word(value.text == "0" ? "false" : "true");
    case kind::integer:
      return integer_of(value.text);
    case kind::real:
      return real_of(value.text);
    case kind::string:
      return text(value.text);
    case kind::blob:
      return call("retort::blob", {bytes_text(value.text)});
    case kind::sql:
      break;
  }
  return call("retort::computed", {sql_text(value.text)});
}

std::optional<expression> row_of(const std::vector<model::value>& values) {
  auto row = list({});
  for (const auto& value : values) {
    auto made = value_of(value);
    if (!made) return std::nullopt;
    row.items.push_back(std::move(*made));
  }
  return row;
}

bool is_recordable(const model::bulk_insert& op) {
  const std::set<std::string> names(op.columns.begin(), op.columns.end());
  return !op.table.name.empty() && !names.empty() && names.size() == op.columns.size() &&
         std::ranges::all_of(op.rows,
                             [&](const auto& row) { return row.size() == op.columns.size(); });
}

}  // namespace

calls calls_of(const target& to, const model::bulk_insert& op) {
  if (!is_recordable(op)) return std::nullopt;
  auto rows = list({});
  rows.one_a_line = op.rows.size() > 1;
  for (const auto& values : op.rows) {
    auto made = row_of(values);
    if (!made) return std::nullopt;
    rows.items.push_back(std::move(*made));
  }
  return only(to, "bulk_insert",
              {text(op.table.name), name_list(op.columns), std::move(rows),
               options().add("schema", op.table.schema).made()});
}

/// Nothing tells where the function came from.
calls calls_of(const target&, const model::run&) { return std::nullopt; }

calls calls_of(const target& to, const model::backfill& op) {
  if (op.table.name.empty() || op.set.empty() || op.batch < 1) return std::nullopt;
  std::vector<expression> arguments = {text(op.table.name), sql_text(op.set)};
  if (!op.where.empty() || !op.table.schema.empty()) arguments.push_back(sql_text(op.where));
  arguments.push_back(options().add("schema", op.table.schema).made());
  auto made = only(to, "backfill", std::move(arguments));
  if (!op.key.empty()) made->front().then("by", {name_list(op.key)});
  if (op.batch != model::backfill{}.batch) {
    made->front().then("batches_of", {word(std::to_string(op.batch))});
  }
  return made;
}

calls calls_of(const target& to, const model::execute& op) {
  if (op.sql.empty()) return std::nullopt;
  return only(to, "execute", {sql_text(op.sql)});
}

}  // namespace retort::render
