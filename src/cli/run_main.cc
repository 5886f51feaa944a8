#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>

#include <retort/bundle.h>

#include "base/diagnostics.h"
#include "base/interrupt.h"
#include "base/text_tools.h"
#include "cli/arguments.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/run_state.h"
#include "cli/run_takeover.h"
#include "cli/spool.h"
#include "cli/terminal.h"
#include "command/write_revision.h"

namespace retort {
namespace cli {
namespace {

std::string one_target(const arguments& args) {
  if (args.targets.size() == 1) return args.targets.front();
  throw error(fmt::format("{} needs a revision", args.command), failure::usage)
      .help(fmt::format("for example `{0} {1}`; from the build, REV={1}", args.command,
                        args.command == "downgrade" ? "-1" : "head"));
}

engine::transaction_mode mode_of(const environment& env, const arguments& args) {
  const bool whole = args.transaction.empty()
                         ? env.config().transaction == command::transaction_scope::run
                         : args.transaction == "run";
  return whole ? engine::transaction_mode::run : engine::transaction_mode::migration;
}

int report_run(const command::run_result& result, environment& env, const arguments& args) {
  if (!args.quiet) {
    for (const auto& problem : result.warnings) {
      std::fputs(base::render_for_build(problem, "", "warning").c_str(), stderr);
    }
  }
  if (args.json) {
    say(json_of(result, env.migrations()));
  } else if (!args.quiet && result.made.empty()) {
    say(fmt::format("nothing to do: {} is at {}\n", env.database().url.display(),
                    rows_text(result.after)));
  } else if (!args.quiet) {
    say(fmt::format("{} is at {}\n", env.database().url.display(), rows_text(result.after)));
  }
  return done;
}

int report_script(const std::string& script, const arguments& args) {
  if (args.json) {
    say(json_text("sql", script));
  } else {
    say(script);
  }
  return done;
}

/// A script that may be long, until all of it is there. What JSON or a terminal shows is one text.
class kept_script {
 public:
  explicit kept_script(const arguments& args)
      : args_(args), is_text_(args.json || is_terminal(stdout)) {}

  engine::script_sink sink() {
    return [this](std::string_view piece) {
      if (is_text_) {
        text_ += piece;
      } else {
        long_.append(piece);
      }
    };
  }
  /// Of JSON and for a terminal.
  const std::string& text() const { return text_; }
  int report() {
    if (is_text_) return report_script(text_, args_);
    long_.read(say);
    return done;
  }

 private:
  const arguments& args_;
  bool is_text_;
  std::string text_;
  spool long_;
};

/// The same of what `write` gives to a sink.
int report_script(const std::function<void(const engine::script_sink&)>& write,
                  const arguments& args) {
  kept_script script(args);
  write(script.sink());
  return script.report();
}

int report_new_file(const command::revision_result& made, const arguments& args) {
  if (args.json) {
    say(json_of(made));
  } else if (!args.quiet) {
    say(made.path.empty() ? "no differences: nothing was written\n"
                          : fmt::format("created {}\n", made.path));
    if (!made.online_path.empty()) say(fmt::format("created {}\n", made.online_path));
    for (const auto& line : made.reviews) say(base::printable("review: " + line) + "\n");
    if (!made.unread.empty()) say(base::printable("note: " + made.unread) + "\n");
  }
  return done;
}

void refuse_range(const std::string& target) {
  if (target.find(':') == std::string::npos) return;
  throw error(fmt::format("the range '{}' is only for --sql", target), failure::usage)
      .help("name the revision to go to; the database says itself where it is");
}

int run_upgrade(environment& env, const arguments& args) {
  const std::string target = one_target(args);
  if (args.sql)
    return report_script(
        [&](const auto& sink) { command::upgrade_script(env, target, mode_of(env, args), sink); },
        args);
  refuse_range(target);
  progress watcher(env, args.quiet || args.json, args.verbose && !args.json);
  command::backup_request backup;
  if (!args.backup.empty()) backup = args.backup == "true" ? "" : args.backup;
  return report_run(command::upgrade(env, target, mode_of(env, args), watcher, backup), env, args);
}

int run_downgrade(environment& env, const arguments& args) {
  const std::string target = one_target(args);
  if (args.sql)
    return report_script(
        [&](const auto& sink) { command::downgrade_script(env, target, mode_of(env, args), sink); },
        args);
  refuse_range(target);
  progress watcher(env, args.quiet || args.json, args.verbose && !args.json);
  return report_run(command::downgrade(env, target, mode_of(env, args), watcher, args.stored), env,
                    args);
}

void note_unfinished(const std::optional<error>& left, const arguments& args) {
  if (!left || args.quiet) return;
  fmt::print(stderr, "note: {}\nhelp: {}\n", base::printable(left->what()),
             base::printable(left->hint));
}

int run_plan(environment& env, const arguments& args) {
  const std::string target = one_target(args);
  refuse_range(target);
  kept_script script(args);
  const auto planned = command::plan(env, target, mode_of(env, args), script.sink());
  note_unfinished(planned.unfinished, args);
  if (args.json) {
    say(json_of(planned, script.text(), env.migrations()));
  } else if (planned.migrations.empty()) {
    say(fmt::format("-- nothing to do: {} is at {}\n", planned.database,
                    rows_text(planned.before)));
  } else {
    return script.report();
  }
  return done;
}

/// Shows how a database is not what a stamp says of it, and asks where somebody is there.
bool confirm_stamp(const command::stamp_doubt& doubt, const arguments& args) {
  if (args.json) {
    if (doubt.unknown) throw *doubt.unknown;
    std::vector<std::string> texts;
    for (const auto& one : doubt.differences) texts.push_back(one.text);
    say(json_list("differences", texts));
    return false;
  }
  std::fputs(doubt_lines(doubt).c_str(), stderr);
  if (ask("stamp it all the same?").value_or(false)) return true;
  std::fputs("nothing was stamped\n", stderr);
  return false;
}

int run_stamp(environment& env, const arguments& args) {
  if (args.targets.empty()) one_target(args);
  if (args.sql && args.purge) {
    throw error("--purge cannot be a script: what it removes is only known online", failure::usage)
        .help("leave out --sql, or write where the database is: `stamp A:B --sql`");
  }
  if (args.sql) {
    return report_script([&](const auto& sink) { command::stamp_script(env, args.targets, sink); },
                         args);
  }
  for (const auto& target : args.targets) refuse_range(target);
  command::stamp_request request;
  request.targets = args.targets;
  request.purge = args.purge;
  request.scratch_url = args.verification.scratch_url;
  if (args.compare.value_or(can_ask() && !args.quiet && !args.json)) {
    request.confirm = [&](const auto& doubt) { return confirm_stamp(doubt, args); };
  }
  const auto result = command::stamp(env, request);
  return result ? report_run(*result, env, args) : answer_is_no;
}

/// `list`: of revisions, asked for one by one.
template <class List>
void say_json(const List& list, bool with_current) {
  json_array_lines lines;
  for (std::size_t i = 0; i < list.size(); ++i) say(lines.next(json_of(list[i], with_current)));
  say(lines.end());
}

int run_current(environment& env, const arguments& args) {
  const auto result = command::current(env, args.check_heads);
  note_unfinished(result.unfinished, args);
  if (args.json) {
    say_json(result.revisions, true);
  } else {
    if (args.verbose) say(fmt::format("Current revision(s) for {}:\n", result.database));
    if (!result.database_exists && !args.quiet) {
      fmt::print(stderr, "{} does not exist yet\n", result.database);
    }
    for (auto info : result.revisions) {
      info.is_current = false;
      say(args.verbose ? block(info) : current_line(info));
    }
  }
  if (!args.check_heads || result.at_heads) return done;
  if (!args.quiet) fmt::print(stderr, "{} is not at the heads\n", result.database);
  return answer_is_no;
}

int print_list(const command::revision_list& list, const arguments& args,
               std::string (*line)(const command::revision_info&), bool with_current = false) {
  if (args.json) {
    say_json(list, with_current);
  } else {
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto info = list[i];
      say(args.verbose ? block(info) : line(info));
    }
  }
  return done;
}

int run_history(environment& env, const arguments& args) {
  return print_list(command::history(env, args.range, args.indicate_current), args, history_line,
                    args.indicate_current);
}

int run_heads(environment& env, const arguments& args) {
  return print_list(command::heads(env, args.resolve_dependencies), args, head_line);
}

int run_branches(environment& env, const arguments& args) {
  const auto list = command::branches(env);
  if (args.json) return print_list(list, args, branch_line);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto info = list[i];
    say(args.verbose ? block(info) : branch_line(info));
    const auto children = list.children(i);
    for (std::size_t k = 0; k < children.size(); ++k) {
      say(child_line(info, children[k], args.verbose));
    }
  }
  return done;
}

int run_show(environment& env, const arguments& args) {
  return print_list(command::show(env, one_target(args)), args, block);
}

int run_edit(environment& env, const arguments& args) {
  const auto paths = command::edit(env, one_target(args), args.json);
  if (args.json) say(json_list("paths", paths));
  return done;
}

std::function<std::optional<bool>(const diff::renaming&)> ask_renamed() {
  return [](const diff::renaming& what) {
    return ask(base::printable(fmt::format("was that renamed: {}?", what.display())));
  };
}

int run_revision(environment& env, const arguments& args) {
  if (args.sql) {
    throw error("a new revision is a file, and --sql has no meaning for it", failure::usage)
        .help("write --format sql for a migration in SQL");
  }
  if (base::trim(args.revision.message).empty()) {
    throw error("a revision needs a message", failure::usage)
        .help("write `revision -m \"add phone\"`; from the build, MESSAGE=\"add phone\"");
  }
  auto request = args.revision;
  if (!request.autogenerate && !request.comparison.renames.empty()) {
    throw error("a rename is for autogenerate, and an empty migration was asked for",
                failure::usage)
        .help("add --autogenerate; from the build, AUTOGENERATE=1 or AUTOGENERATE=history");
  }
  if (!args.quiet && !args.json) request.comparison.ask = ask_renamed();
  return report_new_file(command::revision(env, request), args);
}

int run_merge(environment& env, arguments& args) {
  if (args.targets.empty()) {
    throw error("merge needs the revisions to join", failure::usage)
        .help("for example `merge heads -m \"join\"`; from the build, REV=heads");
  }
  args.merge.revisions = args.targets;
  return report_new_file(command::merge(env, args.merge), args);
}

int run_init(const bundle::program& program, const arguments& args) {
  if (args.init.directory.empty()) {
    throw error("init needs the folder to make", failure::usage).help("for example `init db`");
  }
  const auto made = command::init(program, args.init, args.global);
  if (args.json) {
    say(json_of(made));
  } else if (!args.quiet) {
    for (const auto& file : made.files) say(base::printable(fmt::format("created {}\n", file)));
    say("next:\n");
    for (const auto& line : made.next) say(base::printable(fmt::format("  {}\n", line)));
  }
  return done;
}

int run_list_templates(const arguments& args) {
  const auto list = command::list_templates();
  if (args.json) {
    say(json_of(list));
  } else {
    for (const auto& one : list) say(fmt::format("{} - {}\n", one.name, one.description));
  }
  return done;
}

int run_ensure_version(environment& env, const arguments& args) {
  if (args.sql) return report_script(command::ensure_version_script(env), args);
  const bool created = command::ensure_version(env);
  if (args.json) {
    say(json_flag("created", created));
  } else if (!args.quiet) {
    say(fmt::format("{} {}\n", env.version_table().display(),
                    created ? "is created" : "is there already"));
  }
  return done;
}

int run_crashes(environment& env, const arguments& args) {
  const auto results = command::verify_crashes(env, args.verification);
  if (args.json) {
    say(json_of(results));
  } else {
    for (const auto& result : results) {
      if (!args.quiet || !result.ok) say(crash_lines(result));
    }
  }
  const bool ok = std::ranges::all_of(results, &verify::crash_result::ok);
  return ok ? done : static_cast<int>(failure::failed);
}

int run_verify(environment& env, arguments& args) {
  auto& request = args.verification;
  if (!args.prepare_snapshots.empty() || !args.drop_snapshots.empty()) {
    const bool prepare = !args.prepare_snapshots.empty();
    request.snapshots = prepare ? args.prepare_snapshots : args.drop_snapshots;
    (prepare ? command::prepare_snapshots : command::drop_snapshots)(env, request);
    return done;
  }
  if (args.crash_points) return run_crashes(env, args);
  std::size_t failed = 0;
  request.on_result = [&](const verify::pair_result& result) {
    if (!result.ok) ++failed;
    if (!args.json && (!args.quiet || !result.ok)) say(pair_lines(result));
    std::fflush(stdout);
  };
  const auto results = command::verify(env, request);
  if (args.json) {
    say(json_of(results));
  } else if (!args.quiet) {
    say(failed == 0 ? fmt::format("all {} pairs hold\n", results.size())
                    : fmt::format("{} of {} pairs do not hold\n", failed, results.size()));
  }
  return failed == 0 ? done : static_cast<int>(failure::failed);
}

int dispatch(arguments& args, const bundle::program& program) {
  // These two make an environment rather than have one.
  if (args.command == "init") return run_init(program, args);
  if (args.command == "list_templates") return run_list_templates(args);
  environment env(program, args.global);
  if (args.command == "upgrade") return run_upgrade(env, args);
  if (args.command == "downgrade") return run_downgrade(env, args);
  if (args.command == "plan") return run_plan(env, args);
  if (args.command == "rehearse") return run_rehearse(env, one_target(args), args);
  if (args.command == "stamp") return run_stamp(env, args);
  if (args.command == "current") return run_current(env, args);
  if (args.command == "history") return run_history(env, args);
  if (args.command == "heads") return run_heads(env, args);
  if (args.command == "branches") return run_branches(env, args);
  if (args.command == "show") return run_show(env, args);
  if (args.command == "revision") return run_revision(env, args);
  if (args.command == "merge") return run_merge(env, args);
  if (args.command == "adopt") return run_adopt(env, args);
  if (args.command == "import") return run_import(env, args);
  if (args.command == "edit") return run_edit(env, args);
  if (args.command == "ensure_version") return run_ensure_version(env, args);
  if (args.command == "schema") return report_script(command::schema_script(env), args);
  if (args.command == "export") {
    const auto format = command::chosen_format(env, args.revision.format);
    return report_script(command::export_models(env, format), args);
  }
  if (args.command == "check") return run_check(env, args);
  if (args.command == "journal") return run_journal(env, args);
  if (args.command == "repair") return run_repair(env, args);
  if (args.command == "guard") return run_guard(env, args);
  return run_verify(env, args);
}

/// Runs `work`; what it throws becomes text on standard error and an exit code.
template <class Work>
int guarded(const Work& work) {
  try {
    const int code = work();
    // A full disk behind a redirection must not look like success.
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
      throw error("cannot write to standard output");
    }
    return code;
  } catch (const error& problem) {
    std::fflush(stdout);
    std::fputs(base::render(problem, wants_colour(stderr)).c_str(), stderr);
    if (const int signal = base::interrupt()) return 128 + signal;
    return static_cast<int>(problem.kind);
  } catch (const std::exception& problem) {
    std::fflush(stdout);
    std::fputs(base::render(error(problem.what())).c_str(), stderr);
    return static_cast<int>(failure::failed);
  }
}

}  // namespace
}  // namespace cli

inline namespace abi_1 {

int run_main(int argc, char** argv, const bundle::program& program) {
  return cli::guarded([&] {
    auto parsed = cli::parse_arguments(argc, argv, program);
    if (parsed.exit_code) return *parsed.exit_code;
    base::catch_interrupts();
    return cli::dispatch(parsed.what, program);
  });
}

int check_main(int argc, char** argv, const bundle::program& program) {
  return cli::guarded([&] {
    cli::arguments args;
    args.for_build = true;
    if (argc > 1) args.source_root = argv[1];
    command::environment env(program, {});
    return cli::run_check(env, args);
  });
}

}  // namespace abi_1
}  // namespace retort
