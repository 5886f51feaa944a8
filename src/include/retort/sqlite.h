#pragma once

namespace retort {
inline namespace abi_1 {

class backend;

/// SQLite (3.35 or newer). The object lives as long as the program and may be used from any thread.
const backend& sqlite_backend();

}  // namespace abi_1
}  // namespace retort
