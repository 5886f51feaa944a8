// The functions of fmt that Retort's formatting calls, as part of Retort's archive: where fmt is a
// shared library alone (as Debian gives it), to load that, and with it libstdc++'s, is half of a
// short command's time. A function that is missing here comes out of fmt's library, as it does
// without this file.

#define FMT_HEADER_ONLY 1
#include <fmt/format.h>

namespace {

// A definition of an inline function is given where its address is taken.
[[gnu::used]] std::string (*const formatted)(fmt::string_view, fmt::format_args) = fmt::vformat;
[[gnu::used]] void (*const printed)(fmt::string_view, fmt::format_args) = fmt::vprint;
[[gnu::used]] void (*const printed_to)(std::FILE*, fmt::string_view,
                                       fmt::format_args) = fmt::vprint;
#ifndef NDEBUG
[[gnu::used]] constexpr auto failed_assertion = fmt::detail::assert_fail;
#endif

}  // namespace
