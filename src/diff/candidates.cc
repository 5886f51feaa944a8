#include "diff/candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text_tools.h"
#include "diff/constants.h"
#include "diff/conversions.h"
#include "diff/pattern.h"
#include "diff/text_shape.h"

namespace retort::diff {
namespace {

using texts = std::vector<std::string>;

bool spells_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  constexpr std::string_view digits = "0123456789";
  return text.find_first_of(digits) != std::string_view::npos &&
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

/// What stands between a constant's quotes.
std::string unquoted(const std::string& constant) {
  const auto open = constant.find('\'');
  if (open == std::string::npos || constant.size() < open + 2) return constant;
  std::string text;
  for (auto i = open + 1; i + 1 < constant.size(); ++i) {
    text += constant[i];
    if (constant[i] == '\'') ++i;
  }
  return text;
}

constexpr std::string_view digits_and_letters = "0123456789abcdefghijklmnopqrstuvwxyz";

class candidate_finder {
 public:
  explicit candidate_finder(const value_rules& rules)
      : rules_(rules), is_sqlite_(rules.flavour == base::sql_flavour::sqlite) {
    for (const auto& condition : rules.conditions) {
      for (auto& one : constants_in(condition, rules.about, rules.flavour)) add_constant(one);
    }
  }

  texts constants() {
    if (!rules_.nothing.empty()) add(rules_.nothing);
    // A number is none for a column, though a cast makes one of it.
    if (is_type({"boolean"})) add("true");
    if (is_type({"\"char\""})) add("'x'");
    if (takes_text()) add_texts([&](const text_shape& shape) { return quoted(text_of(shape)); });
    if (is_text()) add_lengths();
    add_structured();
    for (const auto& value : rules_.values) add(value);
    for (const auto& condition : rules_.conditions) {
      append_constants(condition, rules_.about, rules_.flavour, found_);
    }
    for (const char* usual : {"1", "'x'", "''", "'{}'", "'[]'", "0", "'0'"}) add(usual);
    add_lengths();
    add_array_constants();
    add_moments("1");
    if (rules_.base_type == "inet" || rules_.base_type == "cidr") add_addresses("1");
    for (const auto& number : numbers_) {
      for (const char* change : {"", " + 1", " - 1"}) add(fmt::format("({}{})", number, change));
    }
    for (const auto& text : patterns_) add(quoted("x" + text + "x"));
    add("'00000000-0000-0000-0000-000000000000'");
    add(is_sqlite_ ? "date('now')" : "CURRENT_DATE");
    add(is_sqlite_ ? "hex(randomblob(16))" : "md5('')");
    return std::move(found_);
  }

  texts numbered() {
    if (is_sqlite_) {
      add_numbered_of_sqlite();
    } else {
      add_numbered_of_postgres();
    }
    return std::move(found_);
  }

 private:
  /// Beyond so many a condition is a list, of which each does as well as the other.
  static constexpr std::size_t most_numbers = 6;
  static constexpr int most_length = 4096;

  void add(std::string candidate) {
    if (std::ranges::find(found_, candidate) == found_.end()) {
      found_.push_back(std::move(candidate));
    }
  }

  void add_constant(const std::string& constant) {
    auto text = unquoted(constant);
    const bool is_quoted = text != constant;
    if (spells_number(text)) {
      // A sign stands apart from its number, or both in quotes.
      for (const auto& one : {text, "-" + text}) {
        const bool is_new = std::ranges::find(numbers_, one) == numbers_.end();
        if (is_new && numbers_.size() < most_numbers && !one.starts_with("--")) {
          numbers_.push_back(one);
        }
      }
      if (!base::contains(text, ".") && text.size() <= 4 && text[0] != '-')
        add_length(std::stoi(text));
    }
    if (!is_quoted) return;
    strings_.push_back(constant);
    patterns_.push_back(std::move(text));
  }

  void add_length(int length) {
    for (const int one : {length, length + 1, length - 1}) {
      if (one < 1 || one > most_length) continue;
      if (std::ranges::find(lengths_, one) == lengths_.end()) lengths_.push_back(one);
    }
  }

  std::string quoted(const std::string& text) const {
    std::string sql = "'";
    for (const char c : text) sql += c == '\'' ? std::string("''") : std::string(1, c);
    return sql + "'";
  }

  bool is_type(std::initializer_list<std::string_view> names) const {
    return !is_array() && begins_with_any(rules_.base_type, names);
  }
  bool is_array() const { return !is_sqlite_ && rules_.base_type.ends_with("[]"); }
  bool is_text() const {
    if (!is_sqlite_) return is_type({"character", "text", "citext", "name", "bpchar"});
    const auto& type = rules_.base_type;
    return base::contains(type, "char") || base::contains(type, "clob") ||
           base::contains(type, "text");
  }
  bool is_blob() const { return is_sqlite_ && is_blob_type(rules_.base_type); }
  /// SQLite may keep a text in any column but makes a number of what looks like one.
  bool takes_text() const {
    return !is_array() && (is_text() || (is_sqlite_ && !base::contains(rules_.base_type, "int")));
  }
  std::string cast(const std::string& value) const {
    return is_sqlite_ ? value : fmt::format("({})::{}", value, rules_.type);
  }

  // ---- texts

  /// All that the patterns say, each way that it can be read, and at the lengths that are wanted.
  template <class Write>
  void add_texts(const Write& write) {
    std::vector<text_shape> shapes;
    text_shape together;
    for (const auto& pattern : patterns_) {
      auto some = shapes_of(pattern, rules_.flavour);
      if (some.empty() && is_said("~")) some = {shape_around(pattern)};
      if (some.empty()) continue;
      together.insert(together.end(), some.front().begin(), some.front().end());
      shapes.insert(shapes.end(), some.begin(), some.end());
      add_similar(pattern, shapes);
    }
    if (patterns_.size() > 1 && !together.empty()) shapes.push_back(together);
    for (const auto& shape : shapes) add(write(shape));
    for (const auto& shape : shapes) {
      for (const int length : lengths_) {
        const auto fixed = of_length(shape, length);
        if (!fixed.empty()) add(write(fixed));
      }
    }
  }

  /// SIMILAR TO: a regular expression but for two signs.
  void add_similar(std::string pattern, std::vector<text_shape>& shapes) const {
    if (!is_said("similar_to_escape")) return;
    for (auto at = pattern.find('%'); at != std::string::npos; at = pattern.find('%')) {
      pattern.replace(at, 1, ".*");
    }
    std::ranges::replace(pattern, '_', '.');
    for (auto& one : shapes_of(pattern, rules_.flavour)) shapes.push_back(std::move(one));
  }

  bool is_said(std::string_view what) const {
    return std::ranges::any_of(rules_.conditions, [&](const std::string& condition) {
      return base::contains(condition, what);
    });
  }

  void add_lengths() {
    for (const int length : lengths_) add(text_of_length(length));
  }

  std::string text_of_length(int length) const {
    constexpr int short_enough = 60;
    if (is_blob()) return fmt::format("zeroblob({})", length);
    if (rules_.base_type == "bytea") return fmt::format("decode(repeat('00', {}), 'hex')", length);
    if (length <= short_enough) return quoted(std::string(static_cast<std::size_t>(length), '0'));
    return is_sqlite_ ? fmt::format("replace(hex(zeroblob({})), '00', '0')", length)
                      : fmt::format("repeat('0', {})", length);
  }

  // ---- arrays, JSON, dates

  std::string element_type() const {
    const auto& type = rules_.base_type;
    return type.substr(0, type.size() - 2);
  }

  void add_array_constants() {
    if (!is_array()) return;
    texts elements = {rules_.nothing_in_element.empty() ? "NULL" : rules_.nothing_in_element};
    elements.insert(elements.end(), strings_.begin(), strings_.end());
    elements.insert(elements.end(), numbers_.begin(), numbers_.end());
    for (const char* usual : {"'x'", "1"}) elements.emplace_back(usual);
    auto sizes = lengths_;
    for (const int usual : {1, 2}) {
      if (std::ranges::find(sizes, usual) == sizes.end()) sizes.push_back(usual);
    }
    for (const auto& element : elements) {
      for (const int size : sizes) {
        add(fmt::format("array_fill({}::{}, ARRAY[{}])", element, element_type(), size));
      }
    }
  }

  /// JSON with the names and values that the conditions speak of.
  void add_structured() {
    const bool is_asked = is_said("json");
    if (!base::contains(rules_.base_type, "json") && !(is_sqlite_ && is_text() && is_asked)) return;
    for (const char* usual : {"'{}'", "'[]'", "'[0]'", "'\"\"'", "'{\"x\": 0}'"}) add(usual);
    texts members;
    for (const auto& name : names_in_json()) {
      members.push_back(fmt::format(R"("{}": "")", name));
      add(quoted("{" + members.back() + "}"));
      for (const auto& value : patterns_) {
        add(quoted(fmt::format(R"({{"{}": "{}"}})", name, value)));
      }
    }
    add(quoted("{" + base::join(members, ", ") + "}"));
  }

  /// Of those that stand in paths the last part.
  texts names_in_json() const {
    texts names;
    for (const auto& text : patterns_) {
      const auto name = text.substr(text.rfind('.') + 1);
      const bool is_plain = name.find_first_of("$[{\"\\") == std::string::npos;
      if (is_plain && !name.empty() && names.size() < most_numbers) names.push_back(name);
    }
    return names;
  }

  /// The dates and times of the conditions, and so much before and behind them.
  void add_moments(const std::string& number) {
    const bool is_interval = !is_sqlite_ && is_type({"interval"});
    if (!is_interval && (!is_date(rules_.base_type) || is_array())) return;
    const bool is_time = is_type({"time"}) && !is_type({"timestamp"});
    const auto* step = is_time ? "minute" : "day";
    for (const auto& constant : strings_) {
      for (const char sign : {'+', '-'}) {
        if (is_sqlite_) {
          const auto* what = base::contains(rules_.base_type, "time") ? "datetime" : "date";
          add(fmt::format("{}({}, '{}' || {} || ' day')", what, constant, sign, number));
        } else {
          add(fmt::format("({}::{} {} {} * interval '1 {}')", constant, rules_.type, sign, number,
                          step));
        }
      }
    }
  }

  // ---- what differs from number to number

  void add_numbered_of_sqlite() {
    const auto& type = rules_.base_type;
    const std::string n(hole);
    if (base::contains(type, "int")) return add_counts();
    if (is_text()) {
      add(n);
      return add_numbered_texts();
    }
    if (is_date(type)) {
      add(fmt::format("datetime('now', '-' || {} || ' seconds')", n));
      return add_moments(n);
    }
    if (is_blob()) {
      add("randomblob(16)");
      for (const int length : lengths_) add(fmt::format("randomblob({})", length));
      return add_numbered_texts();
    }
    add_counts();
  }

  void add_numbered_of_postgres() {
    const auto& type = rules_.base_type;
    const std::string n(hole);
    if (is_array()) return add_arrays();
    if (!rules_.values.empty()) return add(numbered_choice(rules_.values, rules_));
    if (type == "uuid") return add("gen_random_uuid()");
    if (type == "boolean") return add(numbered_choice({"false", "true"}, rules_));
    if (is_text()) {
      add(n);
      return add_numbered_texts();
    }
    if (is_type({"smallint", "integer", "bigint", "numeric", "real", "double", "money", "oid"})) {
      return add_counts();
    }
    if (type == "date") add(fmt::format("CURRENT_DATE - {}::integer", n));
    if (type.starts_with("timestamp")) {
      add(fmt::format("CURRENT_TIMESTAMP - {}::double precision * interval '1 second'", n));
    } else if (type.starts_with("time")) {
      add(fmt::format("time '00:00' + {}::double precision * interval '1 second'", n));
    }
    if (is_date(type)) return add_moments(n);
    add_other_types(n);
  }

  void add_other_types(const std::string& n) {
    const auto& type = rules_.base_type;
    if (type.starts_with("interval")) {
      add(fmt::format("{}::double precision * interval '1 second'", n));
      add_moments(n);
    }
    if (type == "inet" || type == "cidr") {
      add(cast(fmt::format("inet '0.0.0.0' + {}", n)));
      add_addresses(n);
    }
    if (type == "macaddr") add(cast(fmt::format("lpad(to_hex({}), 12, '0')", n)));
    if (type == "jsonb") add(fmt::format("to_jsonb({})", n));
    if (type.starts_with("bit")) add(cast(n));
    if (type == "bytea") {
      add(fmt::format("int8send({})", n));
      for (const int length : lengths_) {
        add(fmt::format("decode(lpad(to_hex({}), {}, '0'), 'hex')", n, 2 * length));
      }
    }
    if (type.ends_with("range") && !type.starts_with("date") && !type.starts_with("ts")) {
      const auto* bound = type == "int4range" ? "::integer" : "";
      add(fmt::format("{0}(({1}){2}, ({1} + 1){2})", rules_.type, n, bound));
    }
  }

  /// In the networks of the conditions.
  void add_addresses(const std::string& number) {
    for (const auto& constant : strings_) {
      add(cast(fmt::format("host({}::inet)::inet + {}", constant, number)));
    }
  }

  void add_arrays() {
    const auto element = element_type();
    const bool counts =
        begins_with_any(element, {"smallint", "integer", "bigint", "numeric", "text", "character"});
    if (!counts) return;
    add(cast(fmt::format("ARRAY[{}]", hole)));
    for (const int size : lengths_) add(cast(fmt::format("array_fill({}, ARRAY[{}])", hole, size)));
  }

  void add_numbered_texts() {
    for (const int length : lengths_) {
      add(is_sqlite_ ? fmt::format("printf('%0{}d', {})", length, hole)
                     : fmt::format("lpad(({})::text, {}, '0')", hole, length));
    }
    const auto write = [&](const text_shape& shape) {
      return numbered_text(shape, hole, rules_.flavour);
    };
    add_texts(write);
    for (const int length : lengths_) {
      if (length < 10) add(write({{std::string(digits_and_letters), length, length}}));
    }
    for (const auto& text : patterns_) {
      add(is_sqlite_ ? fmt::format("{} || {}", hole, quoted(text + "x"))
                     : fmt::format("({})::text || {}", hole, quoted(text + "x")));
    }
    for (const char* lead : {"'x'", "'X'"}) add(fmt::format("{} || {}", lead, hole));
  }

  /// Numbers on either side of those in the conditions, multiples of them, and between two of them
  /// those with digits behind the point.
  void add_counts() {
    const std::string n(hole);
    add(n);
    auto edges = numbers_;
    for (const auto& edge : edges) {
      add(fmt::format("({} - 1 + {})", edge, n));
      add(fmt::format("({} + {})", edge, n));
      add(fmt::format("({} + 1 - {})", edge, n));
      add(fmt::format("({} - {})", edge, n));
    }
    add(fmt::format("(0 - {})", n));
    add(fmt::format("({} - 1)", n));
    for (const auto& edge : edges) {
      add(fmt::format("({} * {})", edge, n));
      for (const auto& other : edges) add(fmt::format("({} + {} * {})", other, edge, n));
    }
    const bool is_whole = is_type({"smallint", "integer", "bigint", "oid"}) ||
                          (is_sqlite_ && base::contains(rules_.base_type, "int"));
    if (!is_whole) add_fractions(std::move(edges));
  }

  void add_fractions(texts edges) {
    for (const char* usual : {"0", "1"}) {
      if (std::ranges::find(edges, usual) == edges.end()) edges.emplace_back(usual);
    }
    for (const auto& low : edges) {
      for (const char* size : {"10.0", "100.0", "1000.0"}) {
        add(fmt::format("({} + {} / {})", low, hole, size));
      }
      for (const auto& high : edges) {
        if (low == high) continue;
        add(fmt::format("({0} + ({1} - {0}) * {2} / ({2} + 1.0))", low, high, hole));
      }
    }
  }

  const value_rules& rules_;
  bool is_sqlite_;
  texts found_;
  /// Of the conditions: constants in quotes, the texts in them, and those that are numbers.
  texts strings_;
  texts patterns_;
  texts numbers_;
  std::vector<int> lengths_;
};

}  // namespace

bool is_blob_type(const std::string& type) { return type.empty() || base::contains(type, "blob"); }

bool is_date(const std::string& type) {
  return base::contains(type, "date") || base::contains(type, "time");
}

std::size_t number_in(const std::string& type) {
  const auto open = type.find('(');
  if (open == std::string::npos) return 0;
  std::size_t number = 0;
  for (const char c : type.substr(open + 1)) {
    if (c < '0' || c > '9') break;
    number = number * 10 + static_cast<std::size_t>(c - '0');
  }
  return number;
}

std::vector<std::string> constant_candidates(const value_rules& rules) {
  return candidate_finder(rules).constants();
}

std::vector<std::string> numbered_candidates(const value_rules& rules) {
  return candidate_finder(rules).numbered();
}

std::string numbered_choice(const std::vector<std::string>& constants, const value_rules& rules) {
  std::string sql = fmt::format("CASE {}", hole);
  for (std::size_t i = 0; i < constants.size(); ++i) {
    sql += fmt::format(" WHEN {} THEN {}", i + 1, constants[i]);
  }
  sql += " END";
  if (rules.flavour == base::sql_flavour::sqlite) return sql;
  return fmt::format("({})::{}", sql, rules.type);
}

}  // namespace retort::diff
