#include "postgres/array_casts.h"

#include <algorithm>
#include <string_view>

namespace retort::postgres {
namespace {

constexpr std::string_view varying = "::character varying";

/// The end of a string constant that begins at `at`, or npos.
std::size_t string_end(const std::string& sql, std::size_t at) {
  for (std::size_t i = at + 1; i < sql.size(); ++i) {
    if (sql[i] != '\'') continue;
    if (i + 1 < sql.size() && sql[i + 1] == '\'') {
      ++i;
    } else {
      return i + 1;
    }
  }
  return std::string::npos;
}

bool has_at(const std::string& sql, std::size_t at, std::string_view words) {
  return std::string_view(sql).substr(std::min(at, sql.size())).starts_with(words);
}

/// The end of `'a'::character varying, 'b'::character varying` that begins at `at`; npos: that is
/// not what stands there.
std::size_t strings_end(const std::string& sql, std::size_t at) {
  for (;;) {
    if (!has_at(sql, at, "'")) return std::string::npos;
    at = string_end(sql, at);
    if (at == std::string::npos || !has_at(sql, at, varying)) return std::string::npos;
    at += varying.size();
    if (!has_at(sql, at, ", ")) return at;
    at += 2;
  }
}

}  // namespace

std::string reread(std::string sql) {
  constexpr std::string_view lead = "ARRAY[";
  constexpr std::string_view cast = "::text[]";
  for (auto at = sql.find(lead); at != std::string::npos; at = sql.find(lead, at + 1)) {
    const auto end = strings_end(sql, at + lead.size());
    if (end == std::string::npos || !has_at(sql, end, "]")) continue;
    if (has_at(sql, end + 1, cast)) {
      sql.erase(end + 1, cast.size());
    } else if (at > 0 && sql[at - 1] == '(' && has_at(sql, end + 1, ")") &&
               has_at(sql, end + 2, cast)) {
      sql.erase(end + 1, 1 + cast.size());
      sql.erase(at - 1, 1);
    }
  }
  return sql;
}

std::string with_plain_strings(std::string sql) {
  constexpr std::string_view cast = "::text";
  for (auto at = sql.find(varying); at != std::string::npos; at = sql.find(varying, at + 1)) {
    const auto end = at + varying.size();
    if (has_at(sql, end, cast) && !has_at(sql, end + cast.size(), "[")) {
      sql.erase(end, cast.size());
      continue;
    }
    if (!has_at(sql, end, ")::text") || has_at(sql, end + 7, "[")) continue;
    // `('a'::character varying)::text`: the parenthesis before the constant, which may hold others.
    auto open = sql.rfind("('", at);
    while (open != std::string::npos && open > 0 && string_end(sql, open + 1) != at) {
      open = sql.rfind("('", open - 1);
    }
    if (open == std::string::npos || string_end(sql, open + 1) != at) continue;
    sql.erase(end, 7);
    sql.erase(open, 1);
    --at;
  }
  return sql;
}

}  // namespace retort::postgres
