#include "engine/outside_steps.h"

#include <string>

#include "base/sql_words.h"

namespace retort::engine {
namespace {

/// Behind the statement that ends the transaction which `first` opens. SQLite's savepoints nest,
/// and the outermost can be a transaction by itself.
std::size_t end_of_transaction(const std::vector<dialect::statement>& statements, std::size_t first,
                               const dialect::dialect& target) {
  int depth = 0;
  for (std::size_t index = first; index < statements.size(); ++index) {
    const auto words = base::words(statements[index].sql, target.flavour(), 1);
    const auto kind = target.classify(statements[index]);
    const bool releases = !words.empty() && words[0] == "release";
    if (kind == dialect::outside::opens) ++depth;
    if (kind == dialect::outside::closes) depth = releases ? depth - 1 : 0;
    if (depth == 0) return index + 1;
  }
  return statements.size();
}

}  // namespace

std::vector<outside_step> outside_steps(const std::vector<dialect::statement>& statements,
                                        const dialect::dialect& target) {
  std::vector<outside_step> steps;
  for (std::size_t first = 0; first < statements.size();) {
    outside_step step{first, first + 1, target.classify(statements[first])};
    if (step.kind == dialect::outside::opens)
      step.last = end_of_transaction(statements, first, target);
    first = step.last;
    steps.push_back(step);
  }
  return steps;
}

}  // namespace retort::engine
