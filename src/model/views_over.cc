#include "model/views_over.h"

#include <algorithm>
#include <limits>
#include <string>

#include "base/sql_words.h"

namespace retort::model {
namespace {

bool names(const object& view, const std::string& name) {
  const auto all = base::words(view.definition, base::sql_flavour::postgresql,
                               std::numeric_limits<std::size_t>::max());
  return view.name.name != name && std::ranges::any_of(all, [&](const std::string& word) {
           return word == name || word == base::in_quotes('"', name);
         });
}

/// Goes through what is over a view before the view itself is put in front of it.
void visit(const schema& now, const qualified_name& view, std::vector<qualified_name>& seen,
           std::vector<qualified_name>& last_first) {
  for (const auto& [key, object] : now.objects) {
    const bool is_new =
        object.kind.ends_with("view") && std::ranges::find(seen, object.name) == seen.end();
    if (!is_new || !names(object, view.name)) continue;
    seen.push_back(object.name);
    visit(now, object.name, seen, last_first);
    last_first.push_back(object.name);
  }
}

}  // namespace

std::vector<qualified_name> views_over(const schema& now, const qualified_name& view) {
  std::vector<qualified_name> seen = {view};
  std::vector<qualified_name> over;
  visit(now, view, seen, over);
  std::ranges::reverse(over);
  return over;
}

}  // namespace retort::model
