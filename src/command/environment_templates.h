#pragma once

#include <initializer_list>

#include <retort/bundle.h>

namespace retort::command {

/// The files under templates/, each named `TEMPLATE/PATH`, sorted. `@name@` in one stands for what
/// `init` fills in.
extern const std::initializer_list<bundle::file> environment_files;

}  // namespace retort::command
