#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <retort/error.h>

#include "base/text_tools.h"
#include "foreign/readers.h"
#include "foreign/version.h"

// Flyway, "Migrations" and "Script Configuration" of its documentation: V1.2__words.sql run in the
// order of their versions, U1.2__words.sql takes one back, B1.2__words.sql stands for everything up
// to its version, R__words.sql runs behind them in the order of the words. A file NAME.sql.conf
// beside a script configures it.

namespace retort::foreign {
namespace {

struct flyway_name {
  char kind = 'V';
  /// With points; empty for R.
  std::string version;
  std::string_view words;
};

/// `V1_2__words.sql` taken apart.
std::optional<flyway_name> name_of(std::string_view name, std::string_view ending) {
  constexpr std::string_view separator = "__";
  if (name.empty() || std::string_view("VUBR").find(name[0]) == std::string_view::npos ||
      !name.ends_with(ending)) {
    return std::nullopt;
  }
  name.remove_suffix(ending.size());
  const auto at = name.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  flyway_name result{name[0], std::string(name.substr(1, at - 1)),
                     name.substr(at + separator.size())};
  std::replace(result.version.begin(), result.version.end(), '_', '.');
  const bool ok =
      result.kind == 'R' ? result.version.empty() : is_version(tool::flyway, result.version);
  return ok ? std::optional(result) : std::nullopt;
}

/// What a script's configuration says.
struct script_settings {
  std::optional<bool> transaction;
  bool placeholders = true;
  bool runs = true;
};

void set(script_settings& settings, std::string_view line) {
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) return;
  auto key = base::trim(line.substr(0, equals));
  if (key.starts_with("flyway.")) key.remove_prefix(std::string_view("flyway.").size());
  const auto value = base::trim(line.substr(equals + 1));
  if (key == "executeInTransaction") settings.transaction = value != "false";
  if (key == "placeholderReplacement") settings.placeholders = value != "false";
  if (key == "shouldExecute") settings.runs = value != "false";
}

script_settings settings_of(const source_file& script, const std::vector<source_file>& files) {
  script_settings settings;
  // The form in which newer versions take it from the script itself.
  for (const auto& line : lines_of(script.content)) {
    if (!line.text.starts_with("--")) break;
    const auto text = base::trim(line.text.substr(2));
    if (text.starts_with("flyway:")) set(settings, text.substr(std::string_view("flyway:").size()));
  }
  for (const auto& file : files) {
    if (file.name != script.name + ".conf") continue;
    for (const auto& line : lines_of(file.content)) set(settings, line.text);
  }
  return settings;
}

void refuse_placeholders(const script::source_text& source) {
  const auto begin = source.text().find("${");
  if (begin == std::string_view::npos) return;
  const auto end = source.text().find('}', begin);
  if (end == std::string_view::npos) return;
  throw source
      .at(begin,
          fmt::format("the placeholder {} has no value outside Flyway, so nothing is imported",
                      source.text().substr(begin, end - begin + 1)))
      .help(
          "write its value into the file; where the text means itself, "
          "placeholderReplacement=false "
          "in the script's .conf says so");
}

class folder_reader {
 public:
  explicit folder_reader(const std::vector<source_file>& files) : files_(files) {}

  collection run() {
    refuse_code();
    for (const auto& file : files_) sort_in(file);
    sort_by_version(tool::flyway, versions_);
    leave_out_what_a_baseline_has();
    attach_undos();
    std::sort(repeatables_.begin(), repeatables_.end(),
              [](const auto& a, const auto& b) { return a.message < b.message; });
    result_.migrations = std::move(versions_);
    std::move(repeatables_.begin(), repeatables_.end(), std::back_inserter(result_.migrations));
    refuse_twins(result_.migrations);
    return std::move(result_);
  }

 private:
  void refuse_code() const {
    std::vector<std::string> names;
    for (const auto& file : files_) {
      for (const auto* ending : {".java", ".class", ".kt", ".groovy"}) {
        if (name_of(file.base_name(), ending)) names.push_back(file.name);
      }
    }
    if (names.empty()) return;
    throw error(
        fmt::format("{} cannot become SQL, so nothing is imported", base::join(names, ", ")))
        .help("write each anew as an SQL file of its version, and move the code out of the folder");
  }

  void sort_in(const source_file& file) {
    if (!file.name.ends_with(".sql")) return;
    const auto name = name_of(file.base_name(), ".sql");
    const auto settings = settings_of(file, files_);
    if (!name) {
      note(file, "is no migration of Flyway and left out");
    } else if (!settings.runs) {
      note(file, "is left out, for its configuration says shouldExecute=false");
    } else if (name->kind == 'U') {
      const bool fresh = undos_.try_emplace(name->version, &file).second;
      if (!fresh) note(file, "undoes what another file undoes and is left out");
    } else if (name->kind == 'B') {
      baselines_.push_back(made(*name, file));
    } else if (name->kind == 'R') {
      repeatables_.push_back(made(*name, file));
      note(file, "is repeatable for Flyway; here it runs once, behind the others");
    } else {
      versions_.push_back(made(*name, file));
    }
  }

  migration made(const flyway_name& name, const source_file& file) {
    std::string version = name.version;
    if (name.kind == 'R') version = fmt::format("R__{}", name.words);
    migration result = named_migration(std::move(version), name.words);
    result.sources = {file.path};
    result.up = read_body(file);
    return result;
  }

  body read_body(const source_file& file) {
    const auto settings = settings_of(file, files_);
    const script::source_text source(file.content, file.path);
    if (settings.placeholders) refuse_placeholders(source);
    require_loadable(source, 0, source.text().size());
    std::string sql(source.text());
    if (settings.transaction) {
      return made_body(std::move(sql), *settings.transaction, file.path, result_.notes);
    }
    return made_body_as_needed(std::move(sql), file.path, result_.notes);
  }

  /// The newest baseline begins.
  void leave_out_what_a_baseline_has() {
    if (baselines_.empty()) return;
    sort_by_version(tool::flyway, baselines_);
    auto& newest = baselines_.back();
    std::vector<migration> kept;
    for (auto* list : {&baselines_, &versions_}) {
      for (auto& one : *list) {
        if (&one == &newest) continue;
        if (runs_before(tool::flyway, newest.version, one.version)) {
          kept.push_back(std::move(one));
        } else {
          left_out_.push_back(one.version);
          result_.notes.push_back(fmt::format("{} is left out: the baseline {} stands for it",
                                              one.sources.front(), newest.sources.front()));
        }
      }
    }
    left_out_.push_back(newest.version);
    kept.insert(kept.begin(), std::move(newest));
    versions_ = std::move(kept);
  }

  bool is_left_out(const std::string& version) const {
    return std::any_of(left_out_.begin(), left_out_.end(), [&](const std::string& one) {
      return is_revision_of(tool::flyway, one, version);
    });
  }

  void attach_undos() {
    for (const auto& undo : undos_) {
      const auto& version = undo.first;
      const auto* file = undo.second;
      const auto found = std::find_if(versions_.begin(), versions_.end(), [&](const auto& one) {
        return is_revision_of(tool::flyway, one.version, version);
      });
      if (is_left_out(version)) {
        note(*file, "is left out: a baseline stands for what it undoes");
      } else if (found == versions_.end()) {
        note(*file, "undoes a version that is not there and is left out");
      } else {
        found->down = read_body(*file);
        found->sources.push_back(file->path);
      }
    }
  }

  void note(const source_file& file, std::string_view what) {
    result_.notes.push_back(fmt::format("{} {}", file.path, what));
  }

  const std::vector<source_file>& files_;
  collection result_;
  std::vector<migration> versions_;
  std::vector<migration> baselines_;
  std::vector<migration> repeatables_;
  std::vector<std::string> left_out_;
  std::map<std::string, const source_file*> undos_;
};

}  // namespace

bool is_flyway(const source_file& file) { return name_of(file.base_name(), ".sql").has_value(); }

collection read_flyway(const std::vector<source_file>& files) { return folder_reader(files).run(); }

}  // namespace retort::foreign
