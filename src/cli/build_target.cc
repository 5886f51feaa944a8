#include "cli/build_target.h"

#include <cstdlib>

#include <fmt/format.h>

#include <retort/error.h>

#include "base/text_tools.h"

namespace retort::cli {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

void take(std::string& into, const char* name) {
  if (into.empty()) into = variable(name);
}

}  // namespace

void take_from_environment(arguments& args) {
  if (args.targets.empty() && args.command != "check") {
    args.targets = base::split_list(variable("REV"), ' ');
  }
  if (args.targets.empty()) {
    const auto& name = args.command;
    if (name == "upgrade" || name == "plan" || name == "show" || name == "edit") {
      args.targets = {"head"};
    }
    if (name == "merge") args.targets = {"heads"};
    if (args.command == "downgrade") args.targets = {"-1"};
  }
  take(args.range, "RANGE");
  take(args.revision.message, "MESSAGE");
  take(args.revision.format, "FORMAT");
  take(args.revision.branch_label, "BRANCH_LABEL");
  take(args.merge.message, "MESSAGE");
  take(args.merge.format, "FORMAT");
  take(args.merge.branch_label, "BRANCH_LABEL");
  const auto heads = base::split_list(variable("HEAD"), ' ');
  if (!heads.empty()) args.revision.heads = heads;
  if (args.revision.depends_on.empty()) {
    args.revision.depends_on = base::split_list(variable("DEPENDS_ON"), ' ');
  }
  const auto autogenerate = variable("AUTOGENERATE");
  if (!autogenerate.empty() && autogenerate != "1" && autogenerate != "history") {
    throw error(fmt::format("AUTOGENERATE is '{}'", autogenerate), failure::usage)
        .help("write AUTOGENERATE=1 for the database, or AUTOGENERATE=history");
  }
  args.revision.autogenerate = args.revision.autogenerate || !autogenerate.empty();
  auto& comparison = args.revision.comparison;
  comparison.from_history = comparison.from_history || autogenerate == "history";
  if (comparison.renames.empty()) comparison.renames = base::split_list(variable("RENAME"), ' ');
  if (args.verification.backends.empty()) {
    args.verification.backends = base::split_list(variable("BACKEND"), ' ');
  }
  if (args.command == "verify" && args.verification.revisions.empty()) {
    args.verification.revisions = args.targets;
  }
}

}  // namespace retort::cli
