#include "cli/run_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "base/diagnostics.h"
#include "base/text_tools.h"
#include "cli/print.h"
#include "cli/terminal.h"

namespace retort::cli {
namespace {

bool wants(const arguments& args, std::string_view what) {
  return args.targets.empty() || std::ranges::find(args.targets, what) != args.targets.end();
}

/// Whether to look into a database: it is asked for, or one is named.
bool wants_checksums(const environment& env, const arguments& args) {
  if (args.for_build || !wants(args, "checksums")) return false;
  return !args.targets.empty() || env.has_database();
}

/// Whether to compare models: it is asked for, or there are some.
bool wants_models(const environment& env, const arguments& args) {
  if (args.for_build || !wants(args, "models")) return false;
  const auto& named = args.revision.comparison.models;
  return !args.targets.empty() || !command::find_models(env, named).empty();
}

void print(const error& problem, const arguments& args, const char* severity) {
  std::fputs(base::render_for_build(problem, args.source_root, severity).c_str(), stderr);
}

int write_sum(environment& env, const arguments& args) {
  const auto written = command::write_sum(env, args.rewrite_sum);
  if (args.json) {
    say(json_list("written", written));
  } else if (!args.quiet) {
    for (const auto& path : written) say(base::printable("wrote " + path) + "\n");
    if (written.empty()) say("every migration is in retort.sum already\n");
  }
  return done;
}

/// Words about the answer. Where that is SQL, standard output is for it alone: it may go into a
/// database.
void say_of_check(const std::string& text, const arguments& args) {
  if (!args.sql) return say(text);
  std::fputs(text.c_str(), stderr);
}

}  // namespace

void say(std::string_view text) {
  // SQL is for programs to the letter, and names in it are anybody's.
  if (is_terminal(stdout)) {
    std::fputs(base::printable(text).c_str(), stdout);
  } else {
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
}

int run_check(environment& env, const arguments& args) {
  std::vector<command::graph_problem> problems;
  if (wants(args, "graph")) problems = command::check_graph(env);
  bool sound = std::ranges::all_of(problems, &command::graph_problem::is_warning);
  if (sound && (args.write_sum || args.rewrite_sum)) return write_sum(env, args);
  std::vector<command::graph_problem> unreleased;
  if (sound && wants(args, "sum")) unreleased = command::check_sum(env);
  sound = sound && std::ranges::all_of(unreleased, &command::graph_problem::is_warning);
  std::vector<error> changed;
  if (sound && wants_checksums(env, args)) changed = command::check_checksums(env);
  command::checked_models models;
  if (sound && wants_models(env, args)) {
    models = command::check_models(env, args.revision.comparison, args.sql || args.json);
  }
  if (args.json) {
    say(json_of(problems, unreleased, changed, models));
  } else {
    for (const auto* list : {&problems, &unreleased}) {
      for (const auto& problem : *list) {
        print(problem.what, args, problem.is_warning ? "warning" : "error");
      }
    }
    for (const auto& problem : changed) print(problem, args, "error");
    if (sound && !args.for_build && !args.quiet && wants(args, "graph")) {
      say_of_check(
          fmt::format("the graph of {} revisions is sound\n", env.migrations().files().size()),
          args);
    }
    if (sound && changed.empty() && !args.quiet && wants_checksums(env, args)) {
      say_of_check("no applied migration has changed\n", args);
    }
    if (sound && wants_models(env, args)) say_of_check(models_lines(models, args.quiet), args);
    if (!models.sql.empty()) say(models.sql + "\n");
  }
  // Who asks for it alone wants to know that nothing is left out.
  const bool asked = args.targets == std::vector<std::string>{"sum"};
  if (asked && sound && unreleased.empty() && !args.json && !args.quiet) {
    say_of_check(command::has_sum(env) ? "retort.sum has every migration as it is\n"
                                       : "there is no retort.sum, so nothing was checked\n",
                 args);
  }
  if (!sound || (asked && !unreleased.empty())) return static_cast<int>(failure::failed);
  return changed.empty() && models.differences.empty() ? done : answer_is_no;
}

int run_journal(environment& env, const arguments& args) {
  auto entries = command::journal(env);
  if (args.last > 0) {
    std::vector<std::string> runs;
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
      if (std::ranges::find(runs, entry->run) == runs.end()) runs.push_back(entry->run);
    }
    runs.resize(std::min(runs.size(), static_cast<std::size_t>(args.last)));
    std::erase_if(entries, [&](const auto& entry) {
      return std::ranges::find(runs, entry.run) == runs.end();
    });
  }
  if (args.json) {
    say(json_of(entries));
  } else {
    for (const auto& entry : entries) say(journal_line(entry));
  }
  return done;
}

int run_repair(environment& env, const arguments& args) {
  const auto said = args.is_done       ? command::verdict::done
                    : args.is_not_done ? command::verdict::not_done
                                       : command::verdict::none;
  const auto result = command::repair(env, said);
  if (args.json) {
    say(json_of(result, args.is_done));
  } else if (!args.quiet) {
    if (!result.decided.empty()) {
      say(base::printable(fmt::format("taken as {}: {}\n", args.is_done ? "done" : "not done",
                                      base::first_line(result.decided))));
      say("`upgrade` or `downgrade` goes on from there\n");
    }
    for (const auto& revision : result.accepted) {
      say(base::printable(fmt::format("accepted {} as it is now\n", revision)));
    }
    if (result.decided.empty() && result.accepted.empty()) say("nothing to repair\n");
  }
  return done;
}

int run_rehearse(environment& env, const std::string& target, const arguments& args) {
  const auto result = command::rehearse(env, target, args.verification.scratch_url);
  if (args.json) {
    say(json_of(result, env.migrations()));
  } else if (!args.quiet) {
    for (const auto& migration : result.migrations) {
      say(rehearsal_lines(migration, env.migrations()));
    }
    say(result.migrations.empty()
            ? fmt::format("nothing to rehearse: {} is at {}\n", env.database().url.display(),
                          rows_text(result.before))
            : fmt::format("the copy came to {}; {} is untouched\n", rows_text(result.after),
                          env.database().url.display()));
  }
  return done;
}

int run_guard(environment& env, const arguments& args) {
  if (args.protect || args.unprotect) {
    command::protect(env, args.protect);
    if (!args.quiet && !args.json) {
      say(fmt::format("{} is {}protected\n", env.database().url.display(),
                      args.protect ? "" : "no longer "));
    }
    if (args.json) say(json_flag("protected", args.protect));
    return done;
  }
  const auto result = command::guard(env);
  if (args.json) {
    say(json_of(result));
  } else if (!args.quiet) {
    say(base::printable(fmt::format("{}{}{}\n", answer_text(result.answer),
                                    result.reason.empty() ? "" : ": ", result.reason)));
  }
  return result.may_run() ? done : answer_is_no;
}

}  // namespace retort::cli
