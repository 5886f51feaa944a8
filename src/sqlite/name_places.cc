#include "sqlite/name_places.h"

#include <algorithm>
#include <initializer_list>

namespace retort::sqlite {

using base::token_kind;

namespace {

bool is_one_of(const token& t, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return is_word(t, word); });
}

/// Walks over the tokens of one statement and knows in which list of names it is.
class place_finder {
 public:
  explicit place_finder(std::span<const token> all) : all_(all), found_(all.size(), false) {}

  std::vector<bool> run() {
    for (at_ = 0; at_ < all_.size(); ++at_) {
      const bool awaited = awaits_;
      awaits_ = false;
      const auto& t = all_[at_];
      if (t.kind == token_kind::quoted_name || t.kind == token_kind::string) {
        found_[at_] = awaited || (t.kind == token_kind::quoted_name && is_beside_dot());
      } else if (t.kind == token_kind::word) {
        on_word(awaited);
      } else {
        on_symbol(awaited);
      }
    }
    return std::move(found_);
  }

 private:
  /// The list that runs at one depth of parentheses: what its commas separate.
  enum class list { none, tables, insertion, columns };

  bool previous_is(std::string_view word) const { return at_ > 0 && is_word(all_[at_ - 1], word); }

  bool is_beside_dot() const {
    return (at_ > 0 && is_symbol(all_[at_ - 1], ".")) ||
           (at_ + 1 < all_.size() && is_symbol(all_[at_ + 1], "."));
  }

  void await(list what) {
    lists_.back() = what;
    awaits_ = true;
  }

  void on_word(bool awaited) {
    const auto& t = all_[at_];
    if (is_word(t, "FROM")) {
      // `a IS NOT DISTINCT FROM b` compares.
      if (!previous_is("DISTINCT")) await(list::tables);
    } else if (is_one_of(t, {"JOIN", "UPDATE", "TABLE"})) {
      await(is_word(t, "JOIN") ? list::tables : list::none);
    } else if (is_word(t, "INTO")) {
      await(list::insertion);
    } else if (is_word(t, "SET") || (is_word(t, "OF") && previous_is("UPDATE"))) {
      await(list::columns);
    } else if (is_word(t, "IN")) {
      // A string there is refused; "x" is a table.
      awaits_ = at_ + 1 < all_.size() && all_[at_ + 1].kind == token_kind::quoted_name;
    } else if (is_one_of(t, {"VIEW", "TRIGGER"}) && previous_is("CREATE")) {
      is_trigger_head_ = is_word(t, "TRIGGER");
      awaits_ = true;
    } else if (is_word(t, "ON") && is_trigger_head_) {
      is_trigger_head_ = false;
      await(list::none);
    } else if (is_one_of(t, {"SELECT", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "UNION",
                             "EXCEPT", "INTERSECT", "VALUES", "RETURNING", "WHEN"})) {
      lists_.back() = list::none;
    } else if (is_word(t, "OR") || previous_is("OR")) {
      // UPDATE OR IGNORE t
      awaits_ = awaited;
    }
  }

  void on_symbol(bool awaited) {
    const auto& t = all_[at_];
    if (is_symbol(t, "(")) {
      auto inner = awaited ? lists_.back() : list::none;
      if (!awaited && lists_.back() == list::insertion) {
        inner = list::columns;
        lists_.back() = list::none;
      }
      lists_.push_back(inner);
      awaits_ = inner != list::none;
    } else if (is_symbol(t, ")")) {
      if (lists_.size() > 1) lists_.pop_back();
    } else if (is_symbol(t, ",")) {
      awaits_ = lists_.back() == list::tables || lists_.back() == list::columns;
    } else if (is_symbol(t, ".")) {
      return;
    } else if (t.kind == token_kind::semicolon) {
      lists_.back() = list::none;
    }
  }

  std::span<const token> all_;
  std::vector<bool> found_;
  std::vector<list> lists_ = {list::none};
  std::size_t at_ = 0;
  bool awaits_ = false;
  bool is_trigger_head_ = false;
};

}  // namespace

std::vector<bool> name_places(std::span<const token> all) { return place_finder(all).run(); }

}  // namespace retort::sqlite
