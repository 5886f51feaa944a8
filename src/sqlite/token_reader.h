#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "sqlite/tokens.h"

namespace retort::sqlite {

/// Walks over tokens from left to right. What does not fit is an `error` that names the word found.
class token_reader {
 public:
  explicit token_reader(std::string_view sql) : sql_(sql), all_(tokenise(sql)) {}

  /// Byte offsets into the SQL: where the next token begins, and where the last one ended.
  std::size_t next_begin() const;
  std::size_t last_end() const;

  bool done() const { return at_ >= all_.size(); }
  /// The token `ahead` places on; past the end one of kind `end`.
  const token& peek(std::size_t ahead = 0) const;
  bool on_word(std::string_view keyword, std::size_t ahead = 0) const;
  bool on_symbol(std::string_view symbol, std::size_t ahead = 0) const;

  /// Moves on over the word, or the sequence of words, if it stands here.
  bool accept(std::string_view keyword);
  bool accept(std::initializer_list<std::string_view> keywords);
  bool accept_symbol(std::string_view symbol);
  void expect(std::string_view keyword);
  void expect_symbol(std::string_view symbol);
  token take();
  std::string take_name();
  /// What stands in the parentheses that open here, without them.
  std::span<const token> take_parentheses();
  /// Everything from here on.
  std::span<const token> take_rest();

  [[noreturn]] void fail(std::string_view expected) const;

 private:
  std::string_view sql_;
  tokens all_;
  std::size_t at_ = 0;
};

}  // namespace retort::sqlite
