#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diff/changes.h"

namespace retort::diff {

/// PostgreSQL: a type that comes in the place of another one of its name.
struct replacement {
  const model::object* from;
  const model::object* to;
  /// As columns and other types spell it.
  std::string type;
  /// Of a range; empty: there is none.
  std::string multirange;

  bool is(std::string_view spelled) const {
    return spelled == type || (!multirange.empty() && spelled == multirange);
  }
};

/// That of the type, or of the array's elements; null: it stays.
const replacement* find_replacement(const std::vector<replacement>& types,
                                    std::string_view spelled);

/// How values of types that step aside become values of those that take their names: attributes by
/// their names wherever they stand, and everything else by what it looks like.
class value_converter {
 public:
  /// The arguments outlive it. `types`: all that step aside, and nothing else; each has its name
  /// between (`rename_order.h`) by then.
  value_converter(const std::vector<replacement>& types, const schema_pair& all,
                  const dialect::dialect& target);

  /// SQL for the new value of what had the old type of that spelling.
  std::string converted(const std::string& value, const std::string& spelled) const;

  /// USING takes no subquery, so what turns the elements of an array is a function. `order`: the
  /// types, each behind those that it is made of.
  std::vector<std::string> make_functions(const std::vector<const replacement*>& order) const;
  std::vector<std::string> drop_functions(const std::vector<const replacement*>& order) const;

  /// Whether a row within such a value keeps the places of its attributes, whatever those are
  /// called now.
  bool keeps_places(const std::string& spelled) const;

 private:
  bool goes_by_names(const replacement& type) const;
  bool has_moved(const replacement& type) const;
  bool is_in_arrays(const replacement& type) const;
  std::string old_name(const std::string& spelled) const;
  std::string converted_row(const std::string& value, const replacement& type) const;
  std::string array_function(const replacement& type) const;

  const std::vector<replacement>& types_;
  const schema_pair& all_;
  const dialect::dialect& target_;
  /// Whether any attribute changes places.
  bool is_moved_;
};

}  // namespace retort::diff
