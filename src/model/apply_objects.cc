#include "model/apply_objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include <retort/error.h>

#include "base/sql_lexer.h"
#include "base/sql_words.h"

namespace retort::model {
namespace {

std::string quoted(std::string_view value) { return base::in_quotes('\'', value); }

}  // namespace

std::vector<std::string> enum_literals(std::string_view definition) {
  std::vector<std::string> result;
  base::sql_lexer lexer(definition, base::sql_flavour::postgresql);
  for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
    if (t.kind == base::token_kind::string) result.emplace_back(lexer.text(t));
  }
  return result;
}

bool is_routine(std::string_view kind) { return kind == "function" || kind == "procedure"; }

std::string object_key(const object_name& name) {
  auto key = name.kind + " ";
  if (!name.table.name.empty()) key += name.table.display() + ".";
  key += name.name.display();
  return is_routine(name.kind) ? key + "(" + name.signature + ")" : key;
}

std::string changed_enum(const std::string& definition, const alter_enum& op) {
  auto values = enum_literals(definition);
  const auto place = [&](const std::string& value) {
    const auto found = std::find(values.begin(), values.end(), quoted(value));
    if (found == values.end()) throw error(fmt::format("it has no value '{}'", value));
    return found;
  };
  const auto has = [&](const std::string& value) {
    return std::find(values.begin(), values.end(), quoted(value)) != values.end();
  };
  if (!op.rename.empty()) {
    const auto at = place(op.value);
    if (has(op.rename)) throw error(fmt::format("it has the value '{}' already", op.rename));
    *at = quoted(op.rename);
  } else if (has(op.value)) {
    if (!op.if_not_exists) throw error(fmt::format("it has the value '{}' already", op.value));
  } else {
    const auto at = !op.before.empty()  ? place(op.before)
                    : !op.after.empty() ? place(op.after) + 1
                                        : values.end();
    values.insert(at, quoted(op.value));
  }
  std::string list;
  for (const auto& value : values) list += (list.empty() ? "" : ", ") + value;
  return definition.substr(0, definition.find('(')) + "(" + list + ")";
}

std::string quoted_name(const qualified_name& name) {
  const auto quote = [](const std::string& part) {
    return base::is_bare_name(part) ? part : base::in_quotes('"', part);
  };
  return name.schema.empty() ? quote(name.name) : quote(name.schema) + "." + quote(name.name);
}

bool is_owned_by(const object& item, const qualified_name& table, const schema& all) {
  if (item.kind == "sequence") {
    const auto owner = all.objects.find("sequence owner " + item.name.display());
    return owner != all.objects.end() && is_owned_by(owner->second, table, all);
  }
  return item.kind == "sequence owner" &&
         item.definition.find(" OWNED BY " + quoted_name(table) + ".") != std::string::npos;
}

void keep_sequence_name(column& column, const qualified_name& table, const std::string& old_column,
                        const qualified_name& new_table) {
  if (!column.identity) return;
  auto& options = column.identity->options;
  const auto usual = [](const qualified_name& owner, const std::string& name) {
    return fmt::format("{}{}", sequence_lead,
                       quoted_name({owner.schema, owner.name + "_" + name + "_seq"}));
  };
  if (!options.starts_with(sequence_lead)) {
    options = usual(table, old_column) + (options.empty() ? "" : " " + options);
  }
  const auto now = usual(new_table, column.name);
  if (options == now) {
    options.clear();
  } else if (options.starts_with(now + " ")) {
    options.erase(0, now.size() + 1);
  }
}

bool is_foreign(const table& one) {
  return std::ranges::any_of(one.opaque,
                             [](const std::string& line) { return line.starts_with("SERVER "); });
}

std::string partition_line(const qualified_name& parent, const std::string& bounds) {
  return fmt::format("PARTITION OF {} {}", quoted_name(parent), bounds);
}

std::string partition_key(const table& one) {
  const auto is_key = [](const std::string& line) { return line.starts_with("PARTITION BY "); };
  const auto found = std::ranges::find_if(one.opaque, is_key);
  return found == one.opaque.end() ? std::string() : *found;
}

}  // namespace retort::model
