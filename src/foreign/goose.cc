#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <retort/error.h>

#include "base/text_tools.h"
#include "foreign/readers.h"

// goose, "SQL migrations" and "Annotations" of its documentation: files NUMBER_name.sql, run in the
// order of their numbers, with lines `-- +goose …` between the statements.

namespace retort::foreign {
namespace {

/// The words behind `-- +goose` in lower case; none where a line is no annotation.
std::optional<std::string> annotation_of(std::string_view line) {
  line = base::trim(line);
  if (!line.starts_with("--")) return std::nullopt;
  line = base::trim(line.substr(2));
  constexpr std::string_view keyword = "+goose";
  if (!line.starts_with(keyword)) return std::nullopt;
  return base::join(base::split_list(base::lower(line.substr(keyword.size())), ' '), " ");
}

/// Reads one file, line by line as goose does.
class file_reader {
 public:
  file_reader(const source_file& file, std::vector<std::string>& notes)
      : file_(file), source_(file.content, file.path), notes_(notes) {}

  migration run() {
    const std::string version(digits_of(file_.name));
    const auto end = file_.name.size() - std::string_view(".sql").size();
    made_ = named_migration(version,
                            std::string_view(file_.name).substr(0, end).substr(version.size() + 1));
    made_.sources = {file_.path};
    for (const auto& line : lines_of(source_.text())) {
      if (const auto annotation = annotation_of(line.text)) {
        annotate(*annotation, line);
      } else {
        text() += line.text;
      }
    }
    finish();
    return std::move(made_);
  }

 private:
  enum class place { head, up, down };

  std::string& text() {
    return place_ == place::head ? made_.head : place_ == place::up ? up_ : down_;
  }

  void annotate(const std::string& what, const text_line& line) {
    if (what == "up" || what == "down") return begin_section(what == "up", line);
    if (what == "no transaction") {
      transaction_ = false;
    } else if (what == "statementbegin") {
      statement_ = text().size();
      statement_line_ = line.offset;
    } else if (what == "statementend") {
      end_statement(line);
    } else if (what != "envsub off") {
      refuse(what, line);
    }
  }

  void begin_section(bool up, const text_line& line) {
    if (up != (place_ == place::head) || place_ == place::down) {
      throw source_
          .at(line.offset,
              "`-- +goose Up` and `-- +goose Down` are not there once each in "
              "this order, so nothing is imported")
          .help("put the upgrade first, and what takes it back behind it");
    }
    if (up && !is_only_comments(made_.head)) {
      throw source_.at(0, "SQL above `-- +goose Up`, so nothing is imported")
          .help("move it below the annotation");
    }
    end_section(line.offset);
    begin_ = line.offset + line.text.size();
    place_ = up ? place::up : place::down;
  }

  void end_section(std::size_t end) {
    if (statement_) {
      throw source_
          .at(statement_line_,
              "a `-- +goose StatementBegin` without its end, so nothing is imported")
          .help("write `-- +goose StatementEnd` behind the statement");
    }
    if (place_ != place::head) require_loadable(source_, begin_, end);
  }

  /// What stands in the annotation's place where the statement has no semicolon of its own.
  void end_statement(const text_line& line) {
    if (!statement_) {
      throw source_
          .at(line.offset,
              "a `-- +goose StatementEnd` without its beginning, so nothing is imported")
          .help("write `-- +goose StatementBegin` above the statement");
    }
    if (!is_closed(std::string_view(text()).substr(*statement_))) text() += ";\n";
    statement_.reset();
  }

  [[noreturn]] void refuse(const std::string& what, const text_line& line) const {
    if (what == "envsub on") {
      throw source_
          .at(line.offset,
              "the file takes values from environment variables, which a "
              "migration of Retort does not, so nothing is imported")
          .help("write the values into the file, and remove ENVSUB");
    }
    throw source_
        .at(line.offset,
            fmt::format("unknown annotation of goose '{}', so nothing is imported", what))
        .help("goose knows Up, Down, StatementBegin, StatementEnd, NO TRANSACTION and ENVSUB");
  }

  void finish() {
    end_section(source_.text().size());
    if (place_ == place::head) {
      throw source_.at(0, "the file has no `-- +goose Up`, so nothing is imported")
          .help("write it above the upgrade, or move the file out of the folder");
    }
    made_.up = made_body(std::move(up_), transaction_, file_.path, notes_);
    if (place_ != place::down) return;
    made_.down = made_body(std::move(down_), transaction_, file_.path, notes_);
  }

  const source_file& file_;
  const script::source_text source_;
  std::vector<std::string>& notes_;
  migration made_;
  place place_ = place::head;
  /// Of the section in the source.
  std::size_t begin_ = 0;
  std::string up_;
  std::string down_;
  bool transaction_ = true;
  /// Where the text of a StatementBegin begins.
  std::optional<std::size_t> statement_;
  /// The same in the source.
  std::size_t statement_line_ = 0;
};

bool has_number(const source_file& file) {
  const auto digits = digits_of(file.name).size();
  return file.is_direct() && digits != 0 && file.name[digits] == '_';
}

bool is_sql(const source_file& file) { return has_number(file) && file.name.ends_with(".sql"); }

bool is_code(const source_file& file) {
  return has_number(file) && file.name.ends_with(".go") && !file.name.ends_with("_test.go");
}

void refuse_code(const std::vector<source_file>& files) {
  std::vector<std::string> names;
  for (const auto& file : files) {
    if (is_code(file)) names.push_back(file.name);
  }
  if (names.empty()) return;
  throw error(fmt::format("{} {} migrations in Go, which cannot become SQL, so nothing is imported",
                          base::join(names, ", "), names.size() == 1 ? "is one of the" : "are"))
      .help("write each anew as an SQL file of its number, and move the Go file out of the folder");
}

}  // namespace

bool is_goose(const source_file& file) {
  const auto lines = is_sql(file) ? lines_of(file.content) : std::vector<text_line>();
  return std::any_of(lines.begin(), lines.end(),
                     [](const text_line& line) { return annotation_of(line.text).has_value(); });
}

collection read_goose(const std::vector<source_file>& files) {
  refuse_code(files);
  collection result;
  for (const auto& file : files) {
    if (is_sql(file)) {
      result.migrations.push_back(file_reader(file, result.notes).run());
    } else if (file.name.ends_with(".sql")) {
      result.notes.push_back(fmt::format("{} is no migration of goose and left out", file.path));
    }
  }
  sort_by_version(tool::goose, result.migrations);
  return result;
}

}  // namespace retort::foreign
