#include "model/chosen_name.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/apply_objects.h"

namespace retort::model {
namespace {

/// At most `size` bytes, whole characters.
std::string_view clip(std::string_view text, std::size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
  return text.substr(0, size);
}

constexpr std::string_view name_lead = "SEQUENCE NAME ";

/// The end of a name, perhaps with a schema, at the beginning.
std::size_t name_end(std::string_view sql) {
  bool in_quotes = false;
  std::size_t end = 0;
  for (; end < sql.size() && (in_quotes || sql[end] != ' '); ++end) {
    if (sql[end] == '"') in_quotes = !in_quotes;
  }
  return end;
}

/// As it stands before the names in it.
std::string schema_of(const qualified_name& table) {
  return table.schema.empty() ? std::string() : quoted_name({{}, table.schema}) + ".";
}

std::string chosen_sequence(const qualified_name& table, const column& column) {
  return quoted_name({{}, chosen_name(table.name, column.name, "seq")});
}

}  // namespace

identity_sequence sequence_of(const qualified_name& table, const column& column) {
  const std::string_view options = column.identity->options;
  if (!options.starts_with(name_lead)) {
    return {chosen_sequence(table, column), std::string(options)};
  }
  const auto said = options.substr(name_lead.size());
  const auto end = name_end(said);
  return {std::string(said.substr(schema_of(table).size(), end - schema_of(table).size())),
          std::string(said.substr(std::min(end + 1, said.size())))};
}

void set_sequence(const qualified_name& table, const identity_sequence& sequence, column& column) {
  column.identity->options = sequence.options;
  if (sequence.name == chosen_sequence(table, column)) return;
  column.identity->options = fmt::format("{}{}{}{}{}", name_lead, schema_of(table), sequence.name,
                                         sequence.options.empty() ? "" : " ", sequence.options);
}

std::string chosen_name(std::string_view table, std::string_view columns, std::string_view label) {
  const std::size_t overhead = label.size() + 1 + (columns.empty() ? 0 : 1);
  const std::size_t room = longest_chosen_name - overhead;
  std::size_t table_size = table.size();
  // The columns' buffer has NAMEDATALEN bytes and may be longer before it comes here.
  std::size_t columns_size = columns.size();
  while (table_size + columns_size > room)
    --(table_size > columns_size ? table_size : columns_size);
  std::string name(clip(table, table_size));
  if (!columns.empty()) name += fmt::format("_{}", clip(columns, columns_size));
  return fmt::format("{}_{}", name, label);
}

}  // namespace retort::model
