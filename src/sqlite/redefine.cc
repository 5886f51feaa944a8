#include "sqlite/redefine.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <map>

#include "base/text_tools.h"
#include "sqlite/reach.h"
#include "sqlite/text_guard.h"
#include "sqlite/tokens.h"
#include "sqlite/works.h"

namespace retort::sqlite {
namespace {

class redefinition final : public retort::dialect::table_change {
 public:
  redefinition(const sqlite_dialect& target, db::connection& connection,
               const retort::dialect::statement& change)
      : target_(target), connection_(connection), op_(change.change.front()) {
    std::visit([&](const auto& what) { find(what); }, op_.what);
    model::tracked_schema state{target_.introspect_part(connection_, part_), std::nullopt};
    model::apply(state, op_);
    expected_ = target_.normalise(std::move(state.schema));
    broken_ = broken_objects(connection_, part_);
  }

  const std::vector<std::string>& statements() const override { return statements_; }

  /// A script was written for what is there now.
  std::vector<std::string> script() const override {
    auto result = statements_;
    result.insert(result.begin(), text_guard(target_, text_));
    return result;
  }

  void confirm() override {
    if (target_.introspect_part(connection_, part_) != expected_) {
      throw failure("it came out differently from what was asked for");
    }
    if (const auto why = newly_broken(connection_, part_, broken_)) {
      throw failure(*why).help(make_it_anew);
    }
  }

 private:
  error failure(const std::string& reason) const {
    error problem(fmt::format("cannot {}: {}", model::describe(op_.what), reason));
    problem.at(op_.where.file, op_.where.line, op_.where.column);
    return problem;
  }

  /// The entry's name as it was written, and its text; names are compared without regard to case.
  std::string read(const char* type, const std::string& name) {
    const db::parameter parameters[] = {std::string_view(type), name};
    const auto found = connection_.query(
        "SELECT name, sql FROM sqlite_master WHERE type = $1 AND lower(name) = lower($2) AND sql "
        "IS NOT NULL",
        parameters);
    if (found.rows.empty()) throw failure(fmt::format("there is no such {}", type));
    text_ = found.rows[0][1].value();
    part_ = reach(connection_, {found.rows[0][0].value()}, {&op_, 1});
    return found.rows[0][0].value();
  }

  void find(model::rename_index what) {
    what.name = {"", read("index", what.name.name)};
    op_.what = what;
    statements_.push_back("DROP INDEX " + target_.quote(what.name.name));
    // CREATE [UNIQUE] INDEX name ON …, as sqlite_master has it.
    const auto all = tokenise(text_);
    std::size_t i = 0;
    while (!is_word(all.at(i + 1), "ON")) ++i;
    const auto at = static_cast<std::size_t>(all[i].text.data() - text_.data());
    auto text = text_;
    statements_.push_back(text.replace(at, all[i].text.size(), target_.quote(what.to)));
  }

  void find(model::replace_object what) {
    const auto name = read("view", what.object.name.name);
    what.object.name = {"", name};
    op_.what = what;
    statements_.push_back("DROP VIEW " + target_.quote(name));
    statements_.push_back(target_.object_sql(what.object, what.body));
    const db::parameter parameters[] = {name};
    for (const auto& row : connection_
                               .query("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND "
                                      "lower(tbl_name) = lower($1) ORDER "
                                      "BY rowid",
                                      parameters)
                               .rows) {
      statements_.push_back(row[0].value());
    }
  }

  template <class Other>
  void find(const Other&) {
    throw failure("it is no redefinition");
  }

  const sqlite_dialect& target_;
  db::connection& connection_;
  model::operation op_;
  std::string text_;
  /// What this can make a difference to.
  reach part_;
  model::schema expected_;
  std::vector<std::string> statements_;
  /// What did not work before.
  std::map<std::string, std::string> broken_;
};

}  // namespace

std::unique_ptr<retort::dialect::table_change> make_redefinition(
    const sqlite_dialect& target, db::connection& connection,
    const retort::dialect::statement& change) {
  return std::make_unique<redefinition>(target, connection, change);
}

}  // namespace retort::sqlite
