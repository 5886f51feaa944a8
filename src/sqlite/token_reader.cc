#include "sqlite/token_reader.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>

namespace retort::sqlite {

std::size_t token_reader::next_begin() const {
  return done() ? sql_.size() : static_cast<std::size_t>(all_[at_].text.data() - sql_.data());
}

std::size_t token_reader::last_end() const {
  if (at_ == 0) return 0;
  const auto& last = all_[at_ - 1].text;
  return static_cast<std::size_t>(last.data() - sql_.data()) + last.size();
}

const token& token_reader::peek(std::size_t ahead) const {
  static constexpr token nothing;
  return at_ + ahead < all_.size() ? all_[at_ + ahead] : nothing;
}

bool token_reader::on_word(std::string_view keyword, std::size_t ahead) const {
  return is_word(peek(ahead), keyword);
}

bool token_reader::on_symbol(std::string_view symbol, std::size_t ahead) const {
  return is_symbol(peek(ahead), symbol);
}

bool token_reader::accept(std::string_view keyword) {
  if (!on_word(keyword)) return false;
  ++at_;
  return true;
}

bool token_reader::accept(std::initializer_list<std::string_view> keywords) {
  std::size_t ahead = 0;
  for (auto keyword : keywords) {
    if (!on_word(keyword, ahead++)) return false;
  }
  at_ += keywords.size();
  return true;
}

bool token_reader::accept_symbol(std::string_view symbol) {
  if (!on_symbol(symbol)) return false;
  ++at_;
  return true;
}

void token_reader::expect(std::string_view keyword) {
  if (!accept(keyword)) fail(keyword);
}

void token_reader::expect_symbol(std::string_view symbol) {
  if (!accept_symbol(symbol)) fail(fmt::format("'{}'", symbol));
}

token token_reader::take() {
  auto t = peek();
  if (!done()) ++at_;
  return t;
}

std::string token_reader::take_name() {
  if (!is_name(peek())) fail("a name");
  return name_of(take());
}

std::span<const token> token_reader::take_parentheses() {
  if (!on_symbol("(")) fail("'('");
  auto end = skip_parentheses(all_, at_);
  if (!is_symbol(all_[end - 1], ")")) {
    at_ = all_.size();
    fail("')'");
  }
  auto inner = std::span(all_).subspan(at_ + 1, end - at_ - 2);
  at_ = end;
  return inner;
}

std::span<const token> token_reader::take_rest() {
  auto rest = std::span(all_).subspan(std::min(at_, all_.size()));
  at_ = all_.size();
  return rest;
}

void token_reader::fail(std::string_view expected) const {
  throw error(done() ? fmt::format("the SQL ends where {} was expected", expected)
                     : fmt::format("expected {} before '{}'", expected, peek().text));
}

}  // namespace retort::sqlite
