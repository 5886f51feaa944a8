#pragma once

#include <retort/error.h>

#include <string>

#include "base/diagnostics.h"

namespace retort::script {

/// What a person sees of the error that `call` throws, or "no error".
template <typename Call>
std::string rendered(Call call) {
  try {
    call();
  } catch (const error& problem) {
    return base::render(problem);
  }
  return "no error";
}

}  // namespace retort::script
