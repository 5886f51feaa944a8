#include "cli/run_takeover.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/text_tools.h"
#include "cli/print.h"
#include "cli/run_state.h"

namespace retort::cli {
namespace {

void print_notes(const std::vector<std::string>& notes, const arguments& args) {
  if (args.quiet) return;
  for (const auto& note : notes) fmt::print(stderr, "note: {}\n", base::printable(note));
}

}  // namespace

int run_adopt(environment& env, const arguments& args) {
  const auto result = command::adopt(env, args.adoption);
  print_notes(result.notes, args);
  if (args.json) {
    say(json_of(result, env.migrations()));
  } else if (!args.quiet && result.table.empty()) {
    say(fmt::format("nothing to take over: {} is at {}\n", env.database().url.display(),
                    rows_text(result.run.after)));
  } else if (!args.quiet) {
    say(fmt::format("{} is at {}, {} {} of {}\n", env.database().url.display(),
                    rows_text(result.run.after),
                    result.already ? "and was taken over before from" : "from",
                    base::printable(result.table), result.from));
    say(result.dropped ? fmt::format("dropped {}\n", base::printable(result.table))
                       : fmt::format("{} stays; drop it when nothing uses it any more\n",
                                     base::printable(result.table)));
  }
  return done;
}

int run_import(environment& env, const arguments& args) {
  if (args.import_from.directory.empty()) {
    throw error("import needs the folder of the other tool's migrations", failure::usage)
        .help("for example `import db/migrations`");
  }
  const auto result = command::import_migrations(env, args.import_from);
  print_notes(result.notes, args);
  if (args.json) {
    say(json_of(result));
  } else if (!args.quiet) {
    for (const auto& one : result.revisions) {
      say(base::printable(fmt::format("created {}", one.path)) + "\n");
    }
    say(fmt::format("imported {} migrations of {}\n", result.revisions.size(), result.from));
  }
  return done;
}

}  // namespace retort::cli
