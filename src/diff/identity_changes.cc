#include "diff/identity_changes.h"

#include <fmt/format.h>

#include <utility>

#include "diff/object_changes.h"
#include "diff/rename_order.h"
#include "diff/sequence_bounds.h"
#include "diff/serials.h"
#include "diff/steps.h"
#include "model/apply_objects.h"

namespace retort::diff {
namespace {

/// The last part of a name as SQL has it.
std::string without_schema(const std::string& name) {
  bool in_quotes = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '"') in_quotes = !in_quotes;
    if (name[i] == '.' && !in_quotes) begin = i + 1;
  }
  return name.substr(begin);
}

class identity_changer {
 public:
  identity_changer(const identity_change& what, std::vector<change>& out)
      : from_(what.from_table),
        to_(what.to_table),
        all_(what.all),
        target_(what.target),
        out_(out) {}

  void end(const model::column& from, const model::column& to) const {
    const auto* counter = sequence_for_identity(from, to, all_, target_);
    if (counter != nullptr) return count_with(*counter, from, to);
    out_.push_back(one(without_identity(to)));
    out_.back().loss = fmt::format("{}.{} is no longer numbered: where its counter stood is lost",
                                   to_.name.display(), to.name);
  }

  /// It goes on where the sequence before it stood, or behind the largest number there is.
  void begin(const model::column& from, const model::column& to) const {
    auto counter = owned_sequence(to);
    const bool is_own = !counter.name.empty();
    if (!is_own) counter = sequence_in_default(from);
    const auto key = "sequence " + counter.display();
    const bool goes = is_own || (!counter.name.empty() && !all_.to.objects.contains(key));
    change steps;
    if (goes) steps.ways.push_back(identity_in_place_of(from, to, counter, is_own));
    // What others count with, too, cannot go here.
    if (!is_own) steps.ways.push_back(identity_after(from, to, counter));
    out_.push_back(std::move(steps));
  }

  void set(const model::column& from, const model::column& to) const {
    const auto old_name = sequence_name(from_, from);
    const auto new_name = sequence_name(to_, to);
    if (old_name != new_name) {
      out_.push_back(one_sql(
          fmt::format("ALTER SEQUENCE {} RENAME TO {}", old_name, without_schema(new_name))));
    }
    const auto before = sequence_settings(from.identity->options);
    const auto settings = sequence_settings(to.identity->options);
    if (from.identity->always == to.identity->always && before == settings) return;
    const auto alter = [&](const std::vector<std::string>& all) {
      auto sql = std::string("SET GENERATED ") + (to.identity->always ? "ALWAYS" : "BY DEFAULT");
      for (const auto& option : all) sql += " SET " + option;
      return execute(alter_sql(target_, to_.name, to.name, sql));
    };
    const auto narrower =
        narrowed(before, settings, to.type.raw, new_name, target_.literal(new_name));
    if (!narrower) {
      out_.push_back({{{alter(settings)}}});
      return;
    }
    out_.push_back({{{alter(narrower->wide), execute(narrower->position), alter(settings)}},
                    narrower->review});
  }

 private:
  /// The sequence goes on where the identity stood.
  void count_with(const model::object& sequence, const model::column& from,
                  const model::column& to) const {
    change steps{{{}}};
    auto& way = steps.ways.front();
    auto counter = sequence_name(from_, from);
    if (without_schema(counter) == target_.quote(sequence.name.name)) {
      const auto aside = name_between(sequence.name, all_);
      way.push_back(execute(
          fmt::format("ALTER SEQUENCE {} RENAME TO {}", counter, target_.quote(aside.name))));
      counter = target_.quote(aside);
    }
    way.push_back(op(create_operation(sequence)));
    way.push_back(execute(fmt::format("SELECT pg_catalog.setval({}, last_value, is_called) FROM {}",
                                      target_.literal(target_.quote(sequence.name)), counter)));
    way.push_back(op(without_identity(to)));
    out_.push_back(std::move(steps));
  }

  std::vector<model::operation> identity_in_place_of(const model::column& from,
                                                     const model::column& to,
                                                     const model::qualified_name& counter,
                                                     bool is_owned) const {
    const auto aside = name_between(counter, all_);
    auto way = without_default(from);
    way.push_back(execute(fmt::format("ALTER SEQUENCE {} RENAME TO {}", target_.quote(counter),
                                      target_.quote(aside.name))));
    if (is_owned) {
      way.push_back(execute(fmt::format("ALTER SEQUENCE {} OWNED BY NONE", target_.quote(aside))));
    }
    for (auto& step : identity_counting_on(to, aside)) way.push_back(std::move(step));
    way.push_back(execute("DROP SEQUENCE " + target_.quote(aside)));
    return way;
  }

  /// `counter` stays, if there is one.
  std::vector<model::operation> identity_after(const model::column& from, const model::column& to,
                                               const model::qualified_name& counter) const {
    auto way = without_default(from);
    for (auto& step : identity_counting_on(to, counter)) way.push_back(std::move(step));
    return way;
  }

  std::vector<model::operation> without_default(const model::column& column) const {
    if (!column.default_sql) return {};
    auto none = altered(to_.name, column.name);
    none.default_sql.emplace(std::nullopt);
    return {op(std::move(none))};
  }

  std::vector<model::operation> identity_counting_on(const model::column& to,
                                                     const model::qualified_name& counter) const {
    auto made = altered(to_.name, to.name);
    made.identity.emplace(to.identity);
    const auto table = target_.quote(to_.name);
    const auto name = target_.quote(to.name);
    const auto own = fmt::format("pg_catalog.pg_get_serial_sequence({}, {})",
                                 target_.literal(table), target_.literal(to.name));
    // Rows may have been given numbers that the sequence knows nothing of.
    auto count =
        counter.name.empty()
            ? count_on_sql(own, name, table)
            : fmt::format(
                  "SELECT pg_catalog.setval({0}, greatest(s.last_value, m.top), s.is_called "
                  "OR m.top >= s.last_value) FROM {1} s, (SELECT pg_catalog.max({2}) AS top "
                  "FROM {3}) m",
                  own, target_.quote(counter), name, table);
    return {op(std::move(made)), execute(std::move(count))};
  }

  /// That with whose numbers a default fills the column; else nothing.
  model::qualified_name sequence_in_default(const model::column& column) const {
    for (const auto& [key, object] : all_.from.objects) {
      if (object.kind == "sequence" && counts_with(column, object, target_)) return object.name;
    }
    return {};
  }

  /// That of a serial column, which goes; else nothing.
  model::qualified_name owned_sequence(const model::column& column) const {
    for (const auto& [key, object] : all_.from.objects) {
      if (is_owner(object, from_.name, column.name, target_)) return object.name;
    }
    return {};
  }

  std::string sequence_name(const model::table& table, const model::column& column) const {
    return identity_sequence(table, column, target_);
  }

  model::alter_column without_identity(const model::column& column) const {
    auto last = altered(to_.name, column.name);
    last.identity.emplace(std::nullopt);
    return last;
  }

  const model::table& from_;
  const model::table& to_;
  const schema_pair& all_;
  const dialect::dialect& target_;
  std::vector<change>& out_;
};

}  // namespace

void end_identity(const identity_change& what, std::vector<change>& out) {
  identity_changer(what, out).end(what.from, what.to);
}

void begin_identity(const identity_change& what, std::vector<change>& out) {
  identity_changer(what, out).begin(what.from, what.to);
}

void set_identity(const identity_change& what, std::vector<change>& out) {
  identity_changer(what, out).set(what.from, what.to);
}

std::string identity_sequence(const model::table& table, const model::column& column,
                              const dialect::dialect& target) {
  const auto said = sql_name_behind(column.identity->options, model::sequence_lead);
  if (!said.empty()) return said;
  return target.quote(model::qualified_name{
      table.name.schema, fmt::format("{}_{}_seq", table.name.name, column.name)});
}

std::vector<std::string> sequence_settings(const std::string& all_options) {
  const auto name = sql_name_behind(all_options, model::sequence_lead);
  const auto options =
      name.empty() ? all_options : all_options.substr(model::sequence_lead.size() + name.size());
  const auto value_of = [&](std::string_view lead) {
    const auto at = options.find(lead);
    if (at == std::string::npos) return std::string();
    const auto begin = at + lead.size();
    return options.substr(begin, options.find(' ', begin) - begin);
  };
  const auto said = [&](std::string_view lead, std::string_view usual) {
    const auto value = value_of(lead);
    return value.empty() ? std::string(usual) : std::string(lead) + value;
  };
  const bool descends = value_of("INCREMENT BY ").starts_with('-');
  const auto edge = value_of(descends ? "MAXVALUE " : "MINVALUE ");
  const auto first = !edge.empty() ? edge : std::string(descends ? "-1" : "1");
  return {said("INCREMENT BY ", "INCREMENT BY 1"),
          said("MINVALUE ", "NO MINVALUE"),
          said("MAXVALUE ", "NO MAXVALUE"),
          said("START WITH ", "START WITH " + first),
          said("CACHE ", "CACHE 1"),
          options.find("CYCLE") == std::string::npos ? "NO CYCLE" : "CYCLE"};
}

}  // namespace retort::diff
