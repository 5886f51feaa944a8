#pragma once

#include <string>
#include <vector>

#include <retort/postgres.h>
#include <retort/sqlite.h>

#include "dialect/backend.h"
#include "model/schema.h"

namespace retort::testing {

inline const dialect::dialect& postgres() { return postgres_backend().dialect(); }
inline const dialect::dialect& sqlite() { return sqlite_backend().dialect(); }

inline model::column column(const std::string& name, const std::string& type,
                            bool nullable = true) {
  model::column made;
  made.name = name;
  made.type = {model::type_kind::raw, -1, -1, type};
  made.nullable = nullable;
  return made;
}

inline model::column with_default(model::column made, const std::string& sql) {
  made.default_sql = sql;
  return made;
}

inline model::table table(const std::string& name, std::vector<model::column> columns) {
  model::table made;
  made.name = {"", name};
  made.columns = std::move(columns);
  return made;
}

inline model::schema schema(std::vector<model::table> tables) {
  model::schema made;
  for (auto& one : tables) made.tables.emplace(one.name, std::move(one));
  return made;
}

inline void add(model::schema& all, const std::string& kind, const std::string& name,
                const std::string& definition, const std::string& of = {}) {
  const auto key = kind + " " + (of.empty() ? name : of + "." + name);
  all.objects[key] = {kind, {"", name}, {"", of}, definition};
}

inline model::foreign_key reference(const std::string& column, const std::string& to) {
  model::foreign_key made;
  made.columns = {column};
  made.table = {"", to};
  made.referenced_columns = {"id"};
  return made;
}

inline model::index index(const std::string& name, const std::string& of) {
  model::index made;
  made.name = name;
  made.keys.push_back({of, false, false, false, {}, {}});
  return made;
}

}  // namespace retort::testing
