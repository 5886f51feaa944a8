#pragma once

#include <string>
#include <string_view>

namespace retort::postgres {

/// A text in ASCII alone, for a database whose encoding may lack its characters: as the string
/// constant with Unicode escapes that means it, `U&'5 \20AC'` ("Lexical Structure"), where it is
/// not plain ASCII already. `unescaped` brings it back; of any other text it is the text itself.
std::string escaped(std::string_view text);
std::string unescaped(std::string_view held);

}  // namespace retort::postgres
