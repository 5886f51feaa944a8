#include "diff/heirs.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "model/apply_objects.h"

namespace retort::diff {
namespace {

constexpr std::string_view parents_lead = "INHERITS (";

/// Between ", ".
std::string names_of_parents(const model::table& table) {
  for (const auto& line : table.opaque) {
    if (!line.starts_with(parents_lead)) continue;
    return ", " + line.substr(parents_lead.size(), line.size() - parents_lead.size() - 1) + ", ";
  }
  return {};
}

bool is_among(const std::string& parents, const model::qualified_name& name,
              const dialect::dialect& target) {
  return parents.find(", " + target.quote(name) + ", ") != std::string::npos;
}

bool has_check(const model::table& table, const std::string& name) {
  return std::ranges::find(table.checks, name, &model::check::name) != table.checks.end();
}

/// The names of the checks of a table and of those above it.
void collect_checks(const model::table& table, const model::schema& side,
                    const dialect::dialect& target, std::set<std::string>& into) {
  for (const auto& item : table.checks) into.insert(item.name);
  for (const auto* parent : parents_of(table, side, target)) {
    collect_checks(*parent, side, target, into);
  }
}

class heir {
 public:
  heir(const model::table& from, const model::table& to, const schema_pair& all,
       const dialect::dialect& target)
      : from_(from), to_(to), target_(target), parents_(parents_of(to, all.to, target)) {
    const auto before = names_of_parents(from);
    for (const auto* parent : parents_) {
      const bool is_new = !is_among(before, parent->name, target);
      collect_checks(*parent, all.to, target, is_new ? fresh_checks_ : kept_checks_);
      auto& columns = is_new ? fresh_columns_ : kept_columns_;
      for (const auto& column : parent->columns) columns.insert(column.name);
    }
    for (const auto* parent : parents_of(from, all.from, target)) {
      collect_checks(*parent, all.from, target, old_checks_);
    }
  }

  bool is_otherwise() const {
    return !parents_.empty() &&
           (std::ranges::any_of(
                to_.columns, [&](const model::column& column) { return is_moved(column.name); }) ||
            std::ranges::any_of(fresh_checks_, [&](const auto& name) { return lacks(name); }) ||
            std::ranges::any_of(from_.checks,
                                [&](const model::check& item) { return is_stuck(item.name); }));
  }

 private:
  bool is_moved(const std::string& column) const {
    const bool was_inherited = is_inherited(from_, column, target_);
    const bool is_there = from_.find_column(column) != nullptr;
    if (is_inherited(to_, column, target_)) {
      if (is_there) return !was_inherited;
      return fresh_columns_.contains(column) && !kept_columns_.contains(column);
    }
    return was_inherited && (fresh_columns_.contains(column) || kept_columns_.contains(column));
  }

  /// A new parent has a check that the table does not get by itself.
  bool lacks(const std::string& check) const {
    return !has_check(to_, check) && !kept_checks_.contains(check) && !old_checks_.contains(check);
  }

  /// It is the table's own no more, and a parent does not let go of it.
  bool is_stuck(const std::string& check) const {
    return !has_check(to_, check) && old_checks_.contains(check) &&
           (fresh_checks_.contains(check) || kept_checks_.contains(check));
  }

  const model::table& from_;
  const model::table& to_;
  const dialect::dialect& target_;
  std::vector<const model::table*> parents_;
  /// Of the parents that are wanted, apart by whether they are so already.
  std::set<std::string> fresh_columns_;
  std::set<std::string> kept_columns_;
  std::set<std::string> fresh_checks_;
  std::set<std::string> kept_checks_;
  /// Of the parents before.
  std::set<std::string> old_checks_;
};

}  // namespace

std::vector<const model::table*> parents_of(const model::table& table, const model::schema& side,
                                            const dialect::dialect& target) {
  std::vector<const model::table*> found;
  const auto names = names_of_parents(table);
  if (names.empty()) return found;
  for (const auto& [name, other] : side.tables) {
    if (is_among(names, name, target)) found.push_back(&other);
  }
  return found;
}

std::vector<const model::table*> heirs_of(const model::table& table, const model::schema& side,
                                          const dialect::dialect& target) {
  std::vector<const model::table*> found;
  for (const auto& [name, other] : side.tables) {
    if (is_among(names_of_parents(other), table.name, target)) found.push_back(&other);
  }
  return found;
}

bool is_inherited(const model::table& table, const std::string& column,
                  const dialect::dialect& target) {
  const auto line = std::string(model::inherited_lead) + target.quote(column);
  return std::ranges::find(table.opaque, line) != table.opaque.end();
}

bool is_kept_below(const model::table& table, const std::string& column, const schema_pair& all,
                   const dialect::dialect& target) {
  return std::ranges::any_of(heirs_of(table, all.from, target), [&](const model::table* one) {
    const auto* now = all.to.find(one->name);
    return (now != nullptr && now->find_column(column) != nullptr) ||
           is_kept_below(*one, column, all, target);
  });
}

bool inherits_otherwise(const model::table& from, const model::table& to, const schema_pair& all,
                        const dialect::dialect& target) {
  if (from.is_partition() || to.is_partition() || model::is_foreign(from)) return false;
  return heir(from, to, all, target).is_otherwise();
}

}  // namespace retort::diff
