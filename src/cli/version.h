#pragma once

namespace retort::cli {

/// The version of Retort that this program was built with: the project's, from CMake.
inline constexpr const char* version_text = RETORT_VERSION;

}  // namespace retort::cli
