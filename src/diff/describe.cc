#include "diff/describe.h"

#include <fmt/format.h>

#include "base/text_tools.h"
#include "dialect/ddl_writer.h"

namespace retort::diff {
namespace {

std::string list(const std::vector<std::string>& names) {
  return fmt::format("({})", base::join(names, ", "));
}

std::string prefix(const std::string& name) {
  return name.empty() ? std::string() : fmt::format("CONSTRAINT {} ", name);
}

std::string deferral(bool deferrable, bool initially_deferred) {
  if (!deferrable) return {};
  return initially_deferred ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE";
}

std::string type(const model::type& what) {
  if (what.kind == model::type_kind::raw) return what.raw;
  return fmt::format("type#{}({}, {})", static_cast<int>(what.kind), what.size, what.scale);
}

std::string key_text(const model::index_key& key) {
  std::string text = key.is_expression ? fmt::format("({})", key.what) : key.what;
  if (!key.collation.empty()) text += fmt::format(" COLLATE {}", key.collation);
  if (!key.operator_class.empty()) text += " " + key.operator_class;
  if (key.descending) text += " DESC";
  if (key.nulls_reversed) text += key.descending ? " NULLS LAST" : " NULLS FIRST";
  return text;
}

}  // namespace

std::string describe(const model::column& column) {
  std::string text = type(column.type);
  if (!column.collation.empty()) text += fmt::format(" COLLATE {}", column.collation);
  if (!column.nullable) text += " NOT NULL";
  if (!column.not_null_conflict.empty()) text += " ON CONFLICT " + column.not_null_conflict;
  if (column.default_sql) text += fmt::format(" DEFAULT {}", *column.default_sql);
  if (column.identity) {
    text += column.identity->always ? " GENERATED ALWAYS AS IDENTITY" : " IDENTITY";
    if (!column.identity->options.empty()) text += fmt::format(" ({})", column.identity->options);
  }
  if (column.generated) {
    text += fmt::format(" GENERATED ALWAYS AS ({}) {}", column.generated->expression,
                        column.generated->stored ? "STORED" : "VIRTUAL");
  }
  if (!column.comment.empty()) text += fmt::format(" COMMENT '{}'", column.comment);
  return text;
}

std::string describe(const model::primary_key& key) {
  std::string text = prefix(key.name) + "PRIMARY KEY " + list(key.columns);
  if (key.descending) text += " DESC";
  if (!key.conflict.empty()) text += " ON CONFLICT " + key.conflict;
  return text;
}

std::string describe(const model::unique& constraint) {
  std::string text = prefix(constraint.name) + "UNIQUE " +
                     (constraint.keys.empty() ? list(constraint.columns) : constraint.keys);
  if (constraint.nulls_not_distinct) text += " NULLS NOT DISTINCT";
  text += deferral(constraint.deferrable, constraint.initially_deferred);
  if (!constraint.conflict.empty()) text += " ON CONFLICT " + constraint.conflict;
  return text;
}

std::string describe(const model::check& constraint) {
  return fmt::format("{}CHECK ({}){}", prefix(constraint.name), constraint.expression,
                     constraint.not_valid ? " NOT VALID" : "");
}

std::string describe(const model::foreign_key& key) {
  std::string text =
      fmt::format("{}FOREIGN KEY {} REFERENCES {} {}", prefix(key.name), list(key.columns),
                  key.table.display(), list(key.referenced_columns));
  if (key.on_delete != referential_action::no_action) {
    text += fmt::format(" ON DELETE {}", dialect::action_name(key.on_delete));
  }
  if (key.on_update != referential_action::no_action) {
    text += fmt::format(" ON UPDATE {}", dialect::action_name(key.on_update));
  }
  if (!key.match.empty()) text += " MATCH " + key.match;
  text += deferral(key.deferrable, key.initially_deferred);
  if (key.not_valid) text += " NOT VALID";
  return text;
}

std::string describe(const model::exclude& constraint) {
  return fmt::format("{}EXCLUDE {}", prefix(constraint.name), constraint.definition);
}

std::string describe(const model::index& index) {
  std::vector<std::string> keys;
  for (const auto& key : index.keys) keys.push_back(key_text(key));
  std::string text = fmt::format("{}INDEX {}", index.unique ? "UNIQUE " : "", list(keys));
  if (!index.method.empty()) text += " USING " + index.method;
  if (!index.include.empty()) text += " INCLUDE " + list(index.include);
  if (index.nulls_not_distinct) text += " NULLS NOT DISTINCT";
  if (!index.storage.empty()) text += fmt::format(" WITH ({})", index.storage);
  if (!index.where.empty()) text += fmt::format(" WHERE {}", index.where);
  return text;
}

}  // namespace retort::diff
