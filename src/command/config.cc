#include "command/config.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <retort/error.h>

#include "base/text_tools.h"
#include "command/local_time.h"
#include "command/object_patterns.h"

// Debian's target asks for the shared library; the one file that uses it is better off without.
#undef TOML_HEADER_ONLY
#undef TOML_SHARED_LIB
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

namespace retort::command {
namespace {

enum class value_type { text, list, boolean, integer, naming, hooks };

const std::map<std::string, value_type, std::less<>> known_keys = {
    {"checksums", value_type::text},
    {"concurrently_wait", value_type::integer},
    {"exclude_objects", value_type::list},
    {"extra_search_path", value_type::list},
    {"file_template", value_type::text},
    {"format", value_type::text},
    {"include_objects", value_type::list},
    {"journal", value_type::boolean},
    {"lock_retries", value_type::integer},
    {"lock_timeout", value_type::integer},
    {"lock_wait", value_type::integer},
    {"models", value_type::list},
    {"naming_convention", value_type::naming},
    {"post_write_hooks", value_type::hooks},
    {"protected", value_type::boolean},
    {"autogenerate_online", value_type::boolean},
    {"recursive", value_type::boolean},
    {"role", value_type::text},
    {"schema", value_type::text},
    {"script_location", value_type::text},
    {"slug_length", value_type::integer},
    {"statement_timeout", value_type::integer},
    {"templates", value_type::text},
    {"timezone", value_type::text},
    {"transaction", value_type::text},
    {"url", value_type::text},
    {"url_env", value_type::text},
    {"version_locations", value_type::list},
    {"version_table", value_type::text},
    {"version_table_schema", value_type::text},
};

std::vector<std::string> key_names() {
  std::vector<std::string> names;
  for (const auto& [name, type] : known_keys) names.push_back(name);
  return names;
}

constexpr std::array naming_keys = {"ix", "uq", "ck", "fk", "pk"};
/// Two ways to say the same.
constexpr std::array<std::pair<const char*, const char*>, 2> same_matter = {
    {{"url", "url_env"}, {"script_location", "version_locations"}}};
constexpr std::array hook_keys = {"name", "command", "format"};

bool is_list_of_strings(const toml::node& node) {
  const toml::array* list = node.as_array();
  return list != nullptr && std::all_of(list->begin(), list->end(),
                                        [](const toml::node& item) { return item.is_string(); });
}

bool has_type(const toml::node& node, value_type type) {
  switch (type) {
    case value_type::text:
      return node.is_string();
    case value_type::boolean:
      return node.is_boolean();
    case value_type::integer:
      return node.is_integer();
    case value_type::list:
      return is_list_of_strings(node);
    case value_type::naming:
      return node.is_table();
    case value_type::hooks:
      return node.is_array_of_tables() || (node.is_array() && node.as_array()->empty());
  }
  return false;
}

const char* wanted(value_type type) {
  switch (type) {
    case value_type::text:
      return "a string in quotes";
    case value_type::list:
      return "a list of strings, such as [\"a\", \"b\"]";
    case value_type::boolean:
      return "true or false";
    case value_type::integer:
      return "a whole number";
    case value_type::naming:
      return "a table, such as { ix = \"ix_@column_0_label@\" }";
    case value_type::hooks:
      return "tables, each under [[post_write_hooks]]";
  }
  return "";
}

/// What the parser says, without what it read: that may be a piece of a password.
std::string parser_message(std::string_view description) {
  if (description.find("representable") != std::string_view::npos) return "number out of range";
  description = description.substr(0, description.find(", saw"));
  constexpr std::string_view prefix = "Error while parsing ";
  if (description.substr(0, prefix.size()) == prefix) description.remove_prefix(prefix.size());
  return std::string(description);
}

struct undefined_variable : error {
  explicit undefined_variable(const error& problem) : error(problem) {}
};

class config_reader {
 public:
  config_reader(std::string_view text, const std::string& path, const variable_lookup& variables)
      : text_(text), path_(path), variables_(variables) {}

  settings read(std::string_view section) {
    const toml::table root = parse();
    check_keys(root, true);
    take(root);
    const toml::table* own = section.empty() ? nullptr : &find_section(root, section);
    if (own != nullptr) take(*own);
    assign();
    if (own != nullptr) place_own(*own);
    return std::move(result_);
  }

 private:
  error wrong(const toml::source_region& where, const std::string& message) const {
    error problem(message);
    problem.at(path_, where.begin.line, where.begin.column);
    return problem;
  }

  toml::table parse() const {
    try {
      return toml::parse(text_, path_);
    } catch (const toml::parse_error& problem) {
      const std::string message = parser_message(problem.description());
      error malformed = wrong(problem.source(), "malformed TOML: " + message);
      if (message == "value: could not determine value type") malformed.help("put text in quotes");
      throw malformed;
    }
  }

  /// Keys and types of a table; the tables in the top one are environments.
  void check_keys(const toml::table& table, bool is_top) {
    for (const auto& [key, node] : table) {
      const auto known = known_keys.find(key.str());
      if (known == known_keys.end()) {
        if (!is_top || !node.is_table()) refuse_unknown(key);
        result_.environments.emplace_back(key.str());
        check_keys(*node.as_table(), false);
      } else if (!has_type(node, known->second)) {
        throw wrong(node.source(), wants(key, known->second));
      } else if (known->second == value_type::naming) {
        check_naming(*node.as_table());
      } else if (known->second == value_type::hooks) {
        for (const toml::node& hook : *node.as_array()) check_hook(*hook.as_table());
      }
    }
  }

  void check_naming(const toml::table& table) const {
    for (const auto& [key, node] : table) {
      if (std::find(naming_keys.begin(), naming_keys.end(), key.str()) == naming_keys.end()) {
        refuse_unknown(key, {naming_keys.begin(), naming_keys.end()});
      }
      if (!node.is_string()) throw wrong(node.source(), wants(key, value_type::text));
      const std::string token = model::unknown_naming_token(node.as_string()->get());
      if (token.empty()) continue;
      throw wrong(node.source(), fmt::format("unknown placeholder '@{}@'", token))
          .help(
              "the placeholders are table_name, column_0_name, column_0_label, column_0_N_name, "
              "referred_table_name, referred_column_0_name");
    }
  }

  void check_hook(const toml::table& table) const {
    for (const auto& [key, node] : table) {
      if (std::find(hook_keys.begin(), hook_keys.end(), key.str()) == hook_keys.end()) {
        refuse_unknown(key, {hook_keys.begin(), hook_keys.end()});
      }
      const auto type = key == "command" ? value_type::list : value_type::text;
      if (!has_type(node, type)) throw wrong(node.source(), wants(key, type));
    }
    const toml::array* command = table["command"].as_array();
    if (command == nullptr || command->empty()) {
      throw wrong(table.source(), "a post-write hook has no 'command'")
          .help("write the program and its arguments: command = [\"clang-format\", \"-i\"]");
    }
  }

  static std::string wants(const toml::key& key, value_type type) {
    return fmt::format("'{}' wants {}", key.str(), wanted(type));
  }

  [[noreturn]] void refuse_unknown(const toml::key& key,
                                   const std::vector<std::string>& names = key_names()) const {
    std::string hint = base::did_you_mean(key.str(), names);
    if (hint.empty()) hint = "the keys are " + base::join(names, ", ");
    throw wrong(key.source(), fmt::format("unknown key '{}'", key.str())).help(hint);
  }

  const toml::table& find_section(const toml::table& root, std::string_view section) const {
    const std::vector<std::string>& names = result_.environments;
    if (std::find(names.begin(), names.end(), section) != names.end()) {
      return *root.get_as<toml::table>(section);
    }
    std::string hint = base::did_you_mean(section, names);
    if (hint.empty()) {
      hint = names.empty() ? fmt::format("it has no environments; write a table [{}]", section)
                           : "its environments are " + base::join(names, ", ");
    }
    throw error(fmt::format("{} has no environment '{}'", path_, section), failure::usage)
        .help(hint);
  }

  /// What an environment says takes the place of what the top says, in other words too.
  void take(const toml::table& table) {
    for (const auto& [one, other] : same_matter) {
      if (!table.contains(one) && !table.contains(other)) continue;
      nodes_.erase(one);
      nodes_.erase(other);
    }
    for (const auto& [key, node] : table) {
      if (known_keys.find(key.str()) == known_keys.end()) continue;
      nodes_[std::string(key.str())] = &node;
    }
  }

  /// Where an environment asks by itself for what only PostgreSQL has.
  void place_own(const toml::table& own) {
    for (const char* key : {"schema", "extra_search_path", "role"}) {
      const toml::node* here = own.get(key);
      if (here == nullptr || (here->is_string() ? !text(key) : list(key).empty())) continue;
      const auto& start = here->source().begin;
      result_.own_postgres_keys.emplace_back(key,
                                             source_location{path_, start.line, start.column, {}});
    }
  }

  const toml::node* node(const char* key) const {
    const auto found = nodes_.find(key);
    return found == nodes_.end() ? nullptr : found->second;
  }

  /// Empty is as good as not given: so an environment takes back what holds for all, and a variable
  /// that is empty, as presets and CI systems write it, is none.
  std::optional<std::string> text(const char* key) const {
    const toml::node* here = node(key);
    if (here == nullptr) return std::nullopt;
    std::string value = interpolated(*here, key);
    return value.empty() ? std::nullopt : std::optional(std::move(value));
  }

  std::vector<std::string> list(const char* key) const {
    std::vector<std::string> values;
    if (const toml::node* here = node(key)) {
      for (const toml::node& item : *here->as_array()) values.push_back(interpolated(item, key));
    }
    return values;
  }

  /// Looks at a value; what it throws is told where the value stands.
  template <class Look>
  void told_at(const toml::node& value, const Look& look) const {
    try {
      look();
    } catch (const error& problem) {
      throw wrong(value.source(), problem.what()).help(problem.hint);
    }
  }

  std::vector<std::string> patterns(const char* key) const {
    auto values = list(key);
    for (std::size_t i = 0; i < values.size(); ++i) {
      told_at(*node(key)->as_array()->get(i), [&] { require_known_type(values[i]); });
    }
    return values;
  }

  std::optional<int> number(const char* key, int low, int high) const {
    const toml::node* here = node(key);
    if (here == nullptr) return std::nullopt;
    const std::int64_t value = here->as_integer()->get();
    if (value >= low && value <= high) return static_cast<int>(value);
    throw wrong(here->source(), fmt::format("'{}' wants a number from {} to {}", key, low, high));
  }

  /// A text that is given or not, but never empty.
  std::optional<std::string> some_text(const char* key, std::string_view what,
                                       std::string_view otherwise) const {
    const toml::node* here = node(key);
    if (here == nullptr) return std::nullopt;
    auto value = text(key);
    if (value) return value;
    throw wrong(here->source(), fmt::format("'{}' is empty", key))
        .help(fmt::format("{}, or leave the key out: it is {} then", what, otherwise));
  }

  /// The one of two values that a key has.
  template <typename Value>
  std::optional<Value> choice(const char* key, std::string_view a, Value if_a, std::string_view b,
                              Value if_b) const {
    if (node(key) == nullptr) return std::nullopt;
    const auto value = text(key).value_or("");
    if (value == a) return if_a;
    if (value == b) return if_b;
    throw wrong(node(key)->source(), fmt::format("'{}' wants \"{}\" or \"{}\"", key, a, b));
  }

  /// A path as this file's folder sees it.
  std::string beside(const std::string& value) const {
    namespace fs = std::filesystem;
    return (fs::path(path_).parent_path() / value).lexically_normal().generic_string();
  }

  std::string folder(const std::string& value, const toml::node& where) {
    auto path = beside(value);
    const auto& start = where.source().begin;
    result_.places[path] = {path_, start.line, start.column, {}};
    return path;
  }

  std::string interpolated(const toml::node& node, const char* key) const {
    const std::string& value = node.as_string()->get();
    std::string result;
    for (std::size_t at = 0; at < value.size();) {
      if (value.compare(at, 3, "$${") == 0) {
        result += "${";
        at += 3;
      } else if (value.compare(at, 2, "${") == 0) {
        const std::size_t close = value.find('}', at);
        if (close == std::string::npos) {
          throw wrong(node.source(), fmt::format("'{}' has a '${{' without its '}}'", key))
              .help("a '${' of its own is written '$${'");
        }
        result += variable(value.substr(at + 2, close - at - 2), node, key);
        at = close + 1;
      } else {
        result += value[at++];
      }
    }
    return result;
  }

  /// `NAME` or `NAME:-text`.
  std::string variable(const std::string& reference, const toml::node& node,
                       const char* key) const {
    const std::size_t split = reference.find(":-");
    const std::string name = reference.substr(0, split);
    const bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    });
    if (!is_name) {
      throw wrong(node.source(), fmt::format("'{}' has a '${{…}}' that names no variable", key))
          .help("write ${NAME} or ${NAME:-default}; a '${' of its own is written '$${'");
    }
    const std::optional<std::string> value = variables_(name);
    if (split != std::string::npos) {
      return value && !value->empty() ? *value : reference.substr(split + 2);
    }
    if (value) return *value;
    throw undefined_variable(
        wrong(node.source(),
              fmt::format("'{}' needs the variable {}, and it is not set", key, name))
            .help(fmt::format("set {}, or write ${{{}:-default}}", name, name)));
  }

  void assign() {
    settings& s = result_;
    try {
      s.url = text("url");
    } catch (const undefined_variable& problem) {
      s.url_problem = problem;
    }
    s.url_env = text("url_env");
    if (const auto value = text("script_location")) {
      s.script_location = folder(*value, *node("script_location"));
    }
    const auto locations = list("version_locations");
    for (std::size_t i = 0; i < locations.size(); ++i) {
      s.version_locations.push_back(
          folder(locations[i], *node("version_locations")->as_array()->get(i)));
    }
    for (const auto& value : list("models")) s.models.push_back(beside(value));
    if (const auto value = text("templates")) s.templates = folder(*value, *node("templates"));
    const auto flag = [&](const char* key, bool& into) {
      if (const toml::node* here = node(key)) into = here->as_boolean()->get();
    };
    flag("recursive", s.recursive);
    flag("journal", s.journal);
    flag("protected", s.is_protected);
    flag("autogenerate_online", s.autogenerate_online);
    s.checksums =
        choice("checksums", "warn", checksum_policy::warn, "error", checksum_policy::error)
            .value_or(s.checksums);
    s.version_table = some_text("version_table", "name the table", "retort_version");
    s.schema = text("schema");
    s.extra_search_path = list("extra_search_path");
    s.role = text("role");
    if (const auto value = some_text("file_template", "write a name", s.file_template)) {
      s.file_template = *value;
      told_at(*node("file_template"), [&] { script::file_stem(*value, "0", "0", {}); });
    }
    if (const auto value = number("slug_length", 1, 200)) {
      s.slug_length = static_cast<std::size_t>(*value);
    }
    s.format = choice("format", "cpp", script::file_format::cpp, "sql", script::file_format::sql);
    s.transaction = choice("transaction", "migration", transaction_scope::migration, "run",
                           transaction_scope::run);
    s.lock_wait = number("lock_wait", 0, 86400);
    s.lock_timeout = number("lock_timeout", 0, 86400);
    s.lock_retries = number("lock_retries", 0, 1000000);
    s.concurrently_wait = number("concurrently_wait", 0, 86400);
    s.statement_timeout = number("statement_timeout", 0, 1000000);
    s.version_table_schema = text("version_table_schema");
    if (const auto value = some_text("timezone", "name the zone", s.timezone)) {
      s.timezone = *value;
      told_at(*node("timezone"), [&] { time_in_zone(0, *value); });
    }
    s.include_objects = patterns("include_objects");
    s.exclude_objects = patterns("exclude_objects");
    if (const toml::node* here = node("naming_convention")) {
      for (const auto& [key, value] : *here->as_table()) {
        *s.naming_convention.find(key.str()) = interpolated(value, "naming_convention");
      }
    }
    if (const toml::node* here = node("post_write_hooks")) {
      for (const toml::node& hook : *here->as_array()) {
        s.post_write_hooks.push_back(read_hook(*hook.as_table()));
      }
    }
  }

  post_write_hook read_hook(const toml::table& table) const {
    post_write_hook hook;
    for (const toml::node& word : *table["command"].as_array()) {
      hook.command.push_back(interpolated(word, "command"));
    }
    const toml::node* name = table.get("name");
    hook.name = name == nullptr ? hook.command.front() : interpolated(*name, "name");
    if (const toml::node* format = table.get("format")) {
      hook.format = format_of(interpolated(*format, "format"));
      if (!hook.format) {
        throw wrong(format->source(), "'format' wants \"cpp\" or \"sql\"");
      }
    }
    return hook;
  }

  static std::optional<script::file_format> format_of(std::string_view name) {
    if (name == "cpp") return script::file_format::cpp;
    if (name == "sql") return script::file_format::sql;
    return std::nullopt;
  }

  std::string_view text_;
  const std::string& path_;
  const variable_lookup& variables_;
  settings result_;
  std::map<std::string, const toml::node*, std::less<>> nodes_;
};

}  // namespace

settings load_settings(std::string_view toml_text, const std::string& path,
                       std::string_view section, const variable_lookup& variables) {
  return config_reader(toml_text, path, variables).read(section);
}

}  // namespace retort::command
