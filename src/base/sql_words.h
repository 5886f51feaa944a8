#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/sql_lexer.h"

namespace retort::base {

/// Whether a name needs no quotes: a plain lower-case word (`[a-z_][a-z0-9_]*`) that neither
/// database reserves.
bool is_bare_name(std::string_view name);

/// The text between two quotes, those in it doubled: how both databases write a string and a name.
std::string in_quotes(char quote, std::string_view text);

/// What ends a statement in a script: a semicolon behind a comment would be part of it.
std::string_view terminator(std::string_view sql);

/// The tokens of a statement in order, without space and comments, at most so many: unquoted words
/// in lower case, all else as it is written.
std::vector<std::string> words(std::string_view sql, sql_flavour flavour, std::size_t most = 64);

/// The first of these functions that a statement calls, without arguments; empty: none. Their names
/// are in lower case.
std::string called_of(std::span<const std::string_view> functions, std::string_view sql,
                      sql_flavour flavour);

/// The keyword with which a statement begins or ends a transaction, in lower case; else empty.
std::string transaction_keyword(std::string_view sql, sql_flavour flavour);

}  // namespace retort::base
