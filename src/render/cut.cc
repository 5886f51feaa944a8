#include "render/cut.h"

#include "base/text_tools.h"

namespace retort::render {
namespace {

using base::token_kind;

/// Reads SQL from its beginning, without space. A comment is what nothing asks for, and so ends
/// the reading.
class reader {
 public:
  reader(std::string_view sql, base::sql_flavour flavour)
      : sql_(sql), flavour_(flavour), lexer_(sql, flavour) {
    advance();
  }

  bool accept(std::string_view expected) {
    if (!base::equals_ignoring_case(text(), expected)) return false;
    advance();
    return true;
  }

  bool accept_words(std::string_view expected) {
    for (const auto word : base::split_views(expected, ' ')) {
      if (!accept(word)) return false;
    }
    return true;
  }

  std::optional<model::qualified_name> name() {
    auto first = part();
    if (!first) return std::nullopt;
    if (!accept(".")) return model::qualified_name{{}, std::move(*first)};
    auto second = part();
    if (!second) return std::nullopt;
    return model::qualified_name{std::move(*first), std::move(*second)};
  }

  /// What stands in the parentheses that begin here.
  std::optional<std::string> in_parentheses() {
    if (text() != "(") return std::nullopt;
    const auto begin = token_.begin + 1;
    int depth = 0;
    for (; token_.kind != token_kind::end; token_ = lexer_.next()) {
      if (text() == "(") ++depth;
      if (text() == ")") --depth;
      if (depth > 0) continue;
      auto inside = std::string(base::trim(sql_.substr(begin, token_.begin - begin)));
      advance();
      return inside;
    }
    return std::nullopt;
  }

  /// A plain string constant.
  std::optional<std::string> string() {
    const auto written = text();
    if (token_.kind != token_kind::string || !written.starts_with('\'')) return std::nullopt;
    auto value = unquoted(written);
    advance();
    return value;
  }

  std::string rest() const {
    const auto left =
        token_.kind == token_kind::end ? std::string_view() : sql_.substr(token_.begin);
    return std::string(base::trim(left));
  }

 private:
  std::string_view text() const { return lexer_.text(token_); }

  void advance() {
    do {
      token_ = lexer_.next();
    } while (token_.kind == token_kind::space);
  }

  /// Without the quotes around it and those that double the ones in it.
  static std::string unquoted(std::string_view written) {
    std::string value;
    for (std::size_t i = 1; i + 1 < written.size(); ++i) {
      value += written[i];
      if (written[i] == written.front()) ++i;
    }
    return value;
  }

  std::optional<std::string> part() {
    const auto written = text();
    std::optional<std::string> name;
    if (token_.kind == token_kind::word) {
      name =
          flavour_ == base::sql_flavour::postgresql ? base::lower(written) : std::string(written);
    } else if (token_.kind == token_kind::quoted_name && !written.starts_with('[')) {
      name = unquoted(written);
    }
    if (name) advance();
    return name;
  }

  std::string_view sql_;
  base::sql_flavour flavour_;
  base::sql_lexer lexer_;
  base::token token_;
};

bool is_name_of(const model::qualified_name& written, const model::qualified_name& meant,
                base::sql_flavour flavour) {
  const bool is_same = flavour == base::sql_flavour::sqlite
                           ? base::equals_ignoring_case(written.name, meant.name)
                           : written.name == meant.name;
  return is_same && (meant.schema.empty() || meant.schema == written.schema);
}

/// Behind the name.
bool cut_tail(const model::object_name& object, base::sql_flavour flavour, reader& in,
              cut_statement& made) {
  if (model::is_routine(object.kind)) {
    auto arguments = in.in_parentheses();
    if (!arguments) return false;
    made.arguments = std::move(*arguments);
  } else if (object.kind == "policy") {
    if (!in.accept("ON")) return false;
    const auto table = in.name();
    if (!table || !is_name_of(*table, object.table, flavour)) return false;
  } else if (object.kind.ends_with("view")) {
    if (!in.accept("AS")) return false;
  }
  made.rest = in.rest();
  return true;
}

}  // namespace

std::optional<name_and_rest> cut_name(std::string_view sql, base::sql_flavour flavour) {
  reader in(sql, flavour);
  auto name = in.name();
  if (!name) return std::nullopt;
  return name_and_rest{std::move(*name), in.rest()};
}

std::optional<cut_statement> cut_create(const model::object_name& object, std::string_view sql,
                                        base::sql_flavour flavour) {
  reader in(sql, flavour);
  cut_statement made;
  if (!in.accept("CREATE")) return std::nullopt;
  if (in.accept("OR") && !in.accept("REPLACE")) return std::nullopt;
  if (!in.accept_words(object.kind)) return std::nullopt;
  if (in.accept("IF")) {
    if (!in.accept_words("NOT EXISTS")) return std::nullopt;
    made.if_not_exists = true;
  }
  const auto name = in.name();
  if (!name || !is_name_of(*name, object.name, flavour)) return std::nullopt;
  if (!cut_tail(object, flavour, in, made)) return std::nullopt;
  return made;
}

std::optional<std::vector<std::string>> cut_enum(std::string_view sql) {
  reader in(sql, base::sql_flavour::postgresql);
  if (!in.accept_words("AS ENUM") || !in.accept("(")) return std::nullopt;
  std::vector<std::string> values;
  while (auto value = in.string()) {
    values.push_back(std::move(*value));
    if (!in.accept(",")) break;
  }
  if (!in.accept(")") || !in.rest().empty()) return std::nullopt;
  return values;
}

}  // namespace retort::render
