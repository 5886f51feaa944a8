#include "diff/type_definitions.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "base/sql_lexer.h"
#include "base/text_tools.h"
#include "diff/object_changes.h"

namespace retort::diff {
namespace {

/// The tokens that stand in no parentheses, with where they begin.
template <class Visitor>
void visit_outer(std::string_view sql, const Visitor& visit) {
  base::sql_lexer lexer(sql, base::sql_flavour::postgresql);
  int depth = 0;
  for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
    const auto text = lexer.text(t);
    if (text == ")" || text == "]") --depth;
    if (depth == 0) visit(text, static_cast<std::size_t>(text.data() - sql.data()));
    if (text == "(" || text == "[") ++depth;
  }
}

/// What stands behind the words, up to the end of the option.
std::string option_in(const std::string& definition, std::string_view lead) {
  const auto at = definition.find(lead);
  if (at == std::string::npos) return {};
  const auto rest = definition.substr(at + lead.size());
  std::size_t end = rest.size() - 1;
  visit_outer(rest, [&](std::string_view token, std::size_t place) {
    if (token == ",") end = std::min(end, place);
  });
  return rest.substr(0, end);
}

std::string without_collation(const std::string& type) {
  return type.substr(0, type.find(" COLLATE "));
}

}  // namespace

std::vector<attribute> attributes_of(const std::string& definition) {
  std::vector<attribute> found;
  const auto at = definition.find(" AS (");
  if (at == std::string::npos || !definition.ends_with(')')) return found;
  const auto inside = definition.substr(at + 5, definition.size() - at - 6);
  std::size_t begin = 0;
  const auto take = [&](std::size_t end) {
    const auto part = std::string(base::trim(std::string_view(inside).substr(begin, end - begin)));
    const auto name = sql_name_behind(part, "");
    if (!part.empty()) found.push_back({name, std::string(base::trim(part.substr(name.size())))});
    begin = end + 1;
  };
  visit_outer(inside, [&](std::string_view text, std::size_t place) {
    if (text == ",") take(place);
  });
  take(inside.size());
  return found;
}

domain_parts parts_of(const std::string& definition) {
  const auto text = definition.substr(definition.find(" AS ") + 4);
  std::vector<std::size_t> cuts = {0};
  visit_outer(text, [&](std::string_view token, std::size_t place) {
    if (token == "DEFAULT" || token == "NOT" || token == "CONSTRAINT") cuts.push_back(place);
  });
  cuts.push_back(text.size());
  domain_parts parts;
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    const auto part =
        std::string(base::trim(std::string_view(text).substr(cuts[i], cuts[i + 1] - cuts[i])));
    if (i == 0) {
      parts.base = part;
    } else if (part.starts_with("DEFAULT ")) {
      parts.default_sql = part.substr(8);
    } else if (part == "NOT NULL") {
      parts.is_not_null = true;
    } else {
      parts.constraints.push_back(part);
    }
  }
  return parts;
}

range_parts range_parts_of(const std::string& definition) {
  if (definition.find(" AS RANGE (") == std::string::npos) return {};
  return {option_in(definition, "(subtype = "), option_in(definition, ", multirange_type_name = ")};
}

std::vector<std::string> types_within(const model::object& type) {
  std::vector<std::string> all;
  if (type.kind == "domain") {
    all.push_back(without_collation(parts_of(type.definition).base));
  } else if (auto range = range_parts_of(type.definition); !range.subtype.empty()) {
    all.push_back(std::move(range.subtype));
  } else {
    for (const auto& one : attributes_of(type.definition)) {
      all.push_back(without_collation(one.type));
    }
  }
  for (auto& one : all) one = std::string(element_of(one));
  return all;
}

namespace {

using text_map = std::map<std::string, std::string, std::less<>>;

bool is_type(const model::object& one) { return one.kind == "type" || one.kind == "domain"; }

class orderer {
 public:
  orderer(const model::schema& from, const model::schema& to, const dialect::dialect& target)
      : to_(to), target_(target) {
    for (const auto& [key, object] : to.objects) {
      if (is_type(object)) keys_.emplace(target.quote(object.name), key);
    }
    for (const auto& [key, object] : from.objects) {
      if (is_type(object)) old_.emplace(target.quote(object.name), &object);
    }
  }

  std::vector<std::string> run() && {
    for (const auto& [key, object] : to_.objects) put(key);
    return std::move(order_);
  }

 private:
  void put(const std::string& key) {
    if (!seen_.insert(key).second) return;
    const auto& object = to_.objects.at(key);
    const auto old = is_type(object) ? old_.find(target_.quote(object.name)) : old_.end();
    if (old != old_.end()) {
      for (const auto& within : types_within(*old->second)) {
        const auto found = keys_.find(within);
        if (found != keys_.end()) put(found->second);
      }
    }
    order_.push_back(key);
  }

  const model::schema& to_;
  const dialect::dialect& target_;
  /// By the type's name as columns spell it.
  text_map keys_;
  std::map<std::string, const model::object*, std::less<>> old_;
  std::set<std::string> seen_;
  std::vector<std::string> order_;
};

}  // namespace

std::vector<std::string> keys_behind_parts(const model::schema& from, const model::schema& to,
                                           const dialect::dialect& target) {
  return orderer(from, to, target).run();
}

std::string_view element_of(std::string_view type) {
  if (type.ends_with("[]")) type.remove_suffix(2);
  return type;
}

}  // namespace retort::diff
