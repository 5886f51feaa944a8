#include "postgres/dialect.h"

#include <fmt/format.h>

#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "postgres/introspect.h"
#include "postgres/session.h"
#include "postgres/types.h"

namespace retort::postgres {

std::string postgres_dialect::quote(std::string_view identifier) const {
  return retort::dialect::quote_identifier(identifier);
}

std::string postgres_dialect::literal(std::string_view value) const {
  return retort::dialect::quote_literal(value);
}

std::string postgres_dialect::type_name(const model::type& type) const {
  return postgres::type_name(type);
}

model::schema postgres_dialect::introspect(db::connection& connection,
                                           std::string_view version_table) const {
  return postgres::introspect(connection, version_table);
}

model::schema postgres_dialect::normalise(model::schema schema) const {
  return postgres::normalise(std::move(schema));
}

std::string postgres_dialect::lock_table_statement(std::string_view table) const {
  // Conflicts with itself and with every change of rows; readers go on.
  return fmt::format("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", quote(table));
}

std::string postgres_dialect::script_prologue() const { return "\\set ON_ERROR_STOP on"; }

std::string postgres_dialect::script_guard(std::string_view table,
                                           const std::vector<std::string>& rows) const {
  std::vector<std::string> expected;
  for (const auto& row : rows) expected.push_back(literal(row));
  // Revision identifiers hold no dollar sign, so the body cannot be left.
  return fmt::format(
      "DO $retort$\n"
      "BEGIN\n"
      "  IF (SELECT coalesce(array_agg(version_num::text ORDER BY version_num COLLATE \"C\"), "
      "'{{}}') FROM {}) <> ARRAY[{}]::text[] THEN\n"
      "    RAISE EXCEPTION 'this script expects the database at revision %', {};\n"
      "  END IF;\n"
      "END $retort$;",
      quote(table), base::join(expected, ", "),
      literal(rows.empty() ? "base" : base::join(rows, ", ")));
}

std::string postgres_dialect::exact_text(std::string_view quoted_column) const {
  return fmt::format("quote_literal({}::text)", quoted_column);
}

std::unique_ptr<retort::dialect::session> postgres_dialect::open_session(db::connection& connection,
                                                                         bool) const {
  return std::make_unique<session>(connection);
}

}  // namespace retort::postgres
