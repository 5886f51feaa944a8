#pragma once

#include <string>
#include <string_view>

#include "base/sql_lexer.h"
#include "model/name.h"

namespace retort::dialect {

/// An identifier as both databases read it: bare where it is a plain lower-case word that neither
/// reserves, else between double quotes. Throws `error` where it holds a NUL, which neither can
/// store.
std::string quote_identifier(std::string_view identifier);
/// The same, behind its schema where it has one.
std::string quote_identifier(const model::qualified_name& name);

/// A collation of PostgreSQL: a name that may have dots in it, or one with its schema, which then
/// stands in quotation marks and is taken as it is: `"app".german`.
std::string quote_collation(std::string_view collation);

/// A string constant between single quotes. Throws `error` where it holds a NUL. A backslash stands
/// for itself, as SQLite always and PostgreSQL with `standard_conforming_strings` has it.
std::string quote_literal(std::string_view value);

/// A piece of an author's SQL that is to stand inside a statement: comments become a space and the
/// ends are trimmed, so that a trailing `-- remark` cannot swallow what follows. Throws `error`
/// where the piece would break out: a string or quote that does not end, unbalanced parentheses, a
/// semicolon.
std::string sql_fragment(std::string_view sql, base::sql_flavour flavour);

/// Whether a fragment is one pair of parentheses and what they hold.
bool is_parenthesised(std::string_view sql, base::sql_flavour flavour);

/// `sql_fragment` between parentheses; none are added where it has them already.
std::string in_parentheses(std::string_view sql, base::sql_flavour flavour);

}  // namespace retort::dialect
