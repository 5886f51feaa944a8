#include "diff/type_losses.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "base/text_tools.h"

namespace retort::diff {
namespace {

constexpr std::string_view rounded = "what it has no digits for is rounded away";
constexpr std::string_view rounded_fraction = "fractions of seconds are rounded";

/// A type as PostgreSQL spells it: `timestamp(3) with time zone` has the name without the number.
struct spelled_type {
  std::string name;
  bool is_array = false;
  int first = -1;
  int second = -1;

  bool is_one_of(std::initializer_list<std::string_view> names) const {
    return std::ranges::find(names, std::string_view(name)) != names.end();
  }
};

int number_in(std::string_view text) {
  text = base::trim(text);
  int number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

spelled_type spelled(std::string text) {
  spelled_type type;
  type.is_array = text.ends_with("[]");
  if (type.is_array) text.resize(text.size() - 2);
  const auto open = text.find('(');
  const auto close = text.find(')', open == std::string::npos ? 0 : open);
  if (open != std::string::npos && close != std::string::npos) {
    const auto inside =
        base::split_views(std::string_view(text).substr(open + 1, close - open - 1));
    if (!inside.empty()) type.first = number_in(inside[0]);
    if (inside.size() > 1) type.second = number_in(inside[1]);
    text.erase(open, close + 1 - open);
  }
  type.name = std::move(text);
  return type;
}

bool is_integer(const spelled_type& type) {
  return type.is_one_of({"smallint", "integer", "bigint"});
}
bool is_float(const spelled_type& type) { return type.is_one_of({"real", "double precision"}); }
bool is_text(const spelled_type& type) {
  return type.is_one_of({"text", "character varying", "character", "bpchar"});
}
bool is_json(const spelled_type& type) { return type.is_one_of({"json", "jsonb"}); }
bool is_moment(const spelled_type& type) { return type.name.starts_with("timestamp with"); }
bool is_time(const spelled_type& type) { return type.name.starts_with("time with"); }
bool is_interval(const spelled_type& type) { return type.name.starts_with("interval"); }

constexpr int any_digits = 1000;

/// Digits of a number, and how many of them can be behind the point.
int digits_of(const spelled_type& type) {
  if (type.name == "smallint") return 5;
  if (type.name == "integer") return 10;
  if (type.name == "bigint" || type.name == "money") return 19;
  return type.first < 0 ? any_digits : type.first;
}
int scale_of(const spelled_type& type) {
  if (is_integer(type)) return 0;
  if (type.name == "money") return 2;
  if (type.first < 0) return any_digits;
  return std::max(type.second, 0);
}

/// Real numbers keep 6 digits, double precision 15 ("Floating-Point Types").
std::string_view loss_of_digits(const spelled_type& from, const spelled_type& to) {
  if (is_float(from)) {
    const bool is_wider = from.name == "real" && to.name == "double precision";
    return is_wider || from.name == to.name ? std::string_view() : rounded;
  }
  if (is_float(to)) return digits_of(from) > (to.name == "real" ? 6 : 15) ? rounded : "";
  return scale_of(from) > scale_of(to) ? rounded : "";
}

/// `interval day to hour` keeps what is to the left of its last field, and nothing to the right.
std::ptrdiff_t last_field(const spelled_type& interval) {
  constexpr std::array<std::string_view, 5> fields = {"year", "month", "day", "hour", "minute"};
  return std::ranges::find_if(fields,
                              [&](std::string_view field) {
                                return std::string_view(interval.name).ends_with(field);
                              }) -
         fields.begin();
}

/// Their precision is that of seconds, and 6 where it is not said.
std::string_view loss_of_fraction(const spelled_type& from, const spelled_type& to) {
  const auto digits = [](const spelled_type& type) { return type.first < 0 ? 6 : type.first; };
  return digits(from) > digits(to) ? rounded_fraction : "";
}

/// Seconds, of which those since 1970 have ten digits before the point.
std::string_view loss_by_counting(const spelled_type& from, const spelled_type& to) {
  if (is_interval(from)) return "months become 30 days, and all of it seconds";
  if (from.name == "time with time zone") return "the time zone is lost";
  const bool has_fraction = from.name != "date" && from.first != 0;
  if (to.name == "real") return rounded;
  // That has 15 digits and a little more.
  if (to.name == "double precision") return "";
  const auto digits = from.first < 0 ? 6 : from.first;
  return has_fraction && scale_of(to) < digits ? rounded_fraction : "";
}

/// A number of seconds as what it counts.
std::string_view loss_by_dating(const spelled_type& from, const spelled_type& to) {
  if (to.name == "date") return "the time of day is lost";
  if (is_time(to)) return "the days are lost";
  const bool may_be_finer = is_float(from) || scale_of(from) > 6;
  return is_moment(to) && may_be_finer ? rounded_fraction : "";
}

/// What there is more than one way to write.
std::string_view loss_of_spelling(const spelled_type& to) {
  if (is_integer(to) || is_float(to) || to.is_one_of({"numeric", "money"})) {
    return "text that looks like a number becomes one ('007' is 7)";
  }
  const bool is_written_alike =
      is_moment(to) || is_time(to) || is_interval(to) ||
      to.is_one_of({"boolean", "date", "uuid", "jsonb", "inet", "cidr", "bytea"});
  return is_written_alike ? "only what each text means stays, not how it was written" : "";
}

std::string_view loss_of_time(const spelled_type& from, const spelled_type& to) {
  if (is_moment(from)) {
    if (to.name == "date") return "the time of day is lost";
    if (is_time(to)) return "the date is lost";
    const bool was_moment = from.name == "timestamp with time zone";
    if (was_moment && to.name == "timestamp without time zone") {
      return "moments become the time of day in the session's time zone";
    }
    return is_moment(to) ? loss_of_fraction(from, to) : "";
  }
  if (is_interval(from)) {
    if (is_time(to)) return "the days are lost";
    if (!is_interval(to)) return "";
    const bool is_cut = last_field(to) < last_field(from);
    return is_cut ? "what is less than its last field is lost" : loss_of_fraction(from, to);
  }
  const bool loses_zone = from.name == "time with time zone" && to.name == "time without time zone";
  if (loses_zone) return "the time zone is lost";
  return is_time(from) && is_time(to) ? loss_of_fraction(from, to) : "";
}

std::string_view postgres_loss(const spelled_type& from, const spelled_type& to) {
  const auto is_number = [](const spelled_type& type) {
    return is_integer(type) || is_float(type) || type.is_one_of({"numeric", "money"});
  };
  if (from.is_array && !to.is_array) {
    if (is_json(to)) return "arrays that do not begin with 1 do so";
    return is_text(to) ? "" : "only the first element of each array stays";
  }
  if (is_json(from) && to.is_array) {
    return is_text(to) ? "only the text of each element stays" : "";
  }
  if (is_number(from) && is_number(to)) return loss_of_digits(from, to);
  if (is_number(from) && to.name == "boolean") return "all numbers but 0 become true";
  const auto is_date_or_moment = [](const spelled_type& type) {
    return type.name == "date" || is_moment(type);
  };
  const bool is_counted = is_date_or_moment(from) || is_time(from) || is_interval(from);
  if (is_counted && is_number(to)) return loss_by_counting(from, to);
  if (is_number(from)) {
    const int bits = from.name == "bigint" ? 64 : 32;
    if (to.name == "bit" && std::max(to.first, 1) < bits) return "only the last bits stay";
    return loss_by_dating(from, to);
  }
  if (is_text(from) && !to.is_array) {
    if (const auto loss = loss_of_spelling(to); !loss.empty()) return loss;
  }
  if (from.name == "boolean" && is_date_or_moment(to)) {
    return "true becomes the time of the migration, false no time";
  }
  if (is_date_or_moment(from) && to.name == "boolean") return "only whether there is a time stays";
  if (from.name == "json" && to.name == "jsonb") return "repeated keys are lost";
  if (from.name == "inet" && to.name == "cidr") return "the host's bits are lost";
  if (from.name == "uuid" && is_integer(to)) return "only the last digits stay";
  if (is_text(from) && to.is_one_of({"name", "\"char\""})) return "longer values are cut";
  return loss_of_time(from, to);
}

enum class affinity { integer, text, blob, real, numeric };

/// "Determination Of Column Affinity".
affinity affinity_of(const std::string& type) {
  const auto upper = base::upper(type);
  const auto has = [&](std::string_view part) { return upper.find(part) != std::string::npos; };
  if (has("INT")) return affinity::integer;
  if (has("CHAR") || has("CLOB") || has("TEXT")) return affinity::text;
  if (has("BLOB") || upper.empty()) return affinity::blob;
  if (has("REAL") || has("FLOA") || has("DOUB")) return affinity::real;
  return affinity::numeric;
}

/// What does not fit stays what it was; what looks like it fits becomes it.
std::string_view sqlite_loss(affinity from, affinity to) {
  const bool was_number = from != affinity::text && from != affinity::blob;
  const bool is_number = to != affinity::text && to != affinity::blob;
  if (!was_number && is_number) return "text that looks like a number becomes one ('007' is 7)";
  if (to == affinity::text && (from == affinity::real || from == affinity::numeric)) {
    return "digits of real numbers behind the 15th are rounded away";
  }
  if (to == affinity::real && was_number && from != affinity::real) {
    return "integers of more than 15 digits are rounded";
  }
  return "";
}

}  // namespace

std::string loss_by_type(const model::qualified_name& table, const model::column& from,
                         const model::column& to, base::sql_flavour flavour) {
  const auto& now = to.type.raw;
  const auto loss = flavour == base::sql_flavour::sqlite
                        ? sqlite_loss(affinity_of(from.type.raw), affinity_of(now))
                        : postgres_loss(spelled(from.type.raw), spelled(now));
  if (loss.empty()) return {};
  return fmt::format("{}.{} becomes {}: {}", table.display(), to.name,
                     now.empty() ? "a column of no type" : now, loss);
}

}  // namespace retort::diff
