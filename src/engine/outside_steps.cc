#include "engine/outside_steps.h"

namespace retort::engine {

std::vector<outside_step> outside_steps(const std::vector<dialect::statement>& statements,
                                        const dialect::dialect& target) {
  std::vector<outside_step> steps;
  for (std::size_t first = 0; first < statements.size();) {
    outside_step step{first, first + 1, target.classify(statements[first])};
    if (step.kind == dialect::outside::opens) {
      while (step.last < statements.size() &&
             target.classify(statements[step.last]) != dialect::outside::closes) {
        ++step.last;
      }
      if (step.last < statements.size()) ++step.last;
    }
    first = step.last;
    steps.push_back(step);
  }
  return steps;
}

}  // namespace retort::engine
