#include "cli/arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>

#include "base/actor.h"
#include "base/diagnostics.h"
#include "base/text_tools.h"
#include "cli/build_target.h"
#include "cli/usage.h"

namespace retort::cli {
namespace {

using command_setup = void (*)(CLI::App&, arguments&);

struct command_row {
  const char* name;
  const char* help;
  const char* example;
  command_setup setup;
};

void add_target(CLI::App& app, arguments& args, const char* help) {
  app.add_option("revision", args.targets, help)
      ->type_name("REV")
      ->expected(1)
      ->allow_extra_args(false);
}

/// A list that is given one value at a time, so that it takes nothing from the words behind it.
CLI::Option* add_list(CLI::App& app, const std::string& name, std::vector<std::string>& list,
                      const std::string& help) {
  return app.add_option(name, list, help)->allow_extra_args(false);
}

void add_sql(CLI::App& app, arguments& args) {
  app.add_flag("--sql", args.sql, "print the SQL instead of running it");
}

void add_tag(CLI::App& app, arguments& args) {
  app.add_option("--tag", args.global.tag, "a word that migrations can read")->type_name("TAG");
}

void add_transaction(CLI::App& app, arguments& args) {
  app.add_option("--transaction", args.transaction, "what is one transaction: migration or run")
      ->type_name("SCOPE")
      ->check(one_of({"migration", "run"}));
}

void setup_move(CLI::App& app, arguments& args) {
  add_target(app, args, "where to: an id, the beginning of one, head, base, +1, -1");
  add_sql(app, args);
  add_tag(app, args);
  add_transaction(app, args);
}

void setup_upgrade(CLI::App& app, arguments& args) {
  setup_move(app, args);
  app.add_flag("--backup", args.backup,
               "copy the database first, to FILE or a name of its own: --backup[=FILE]");
}

void setup_downgrade(CLI::App& app, arguments& args) {
  setup_move(app, args);
  app.add_flag("--stored", args.stored.use,
               "also what this program does not have, as the database's journal keeps it");
  app.add_option("--sum", args.stored.sum, "the retort.sum that such a downgrade has to stand in")
      ->type_name("FILE");
  app.add_flag("--trust-stored", args.stored.trust, "run it wherever its text comes from");
}

void setup_rehearse(CLI::App& app, arguments& args) {
  add_target(app, args, "where `upgrade` would go");
  add_tag(app, args);
  app.add_option("--scratch-url", args.verification.scratch_url,
                 "PostgreSQL: the server that the copy is made on")
      ->type_name("URL");
}

void setup_plan(CLI::App& app, arguments& args) {
  add_target(app, args, "where `upgrade` would go");
  add_tag(app, args);
  add_transaction(app, args);
}

void setup_stamp(CLI::App& app, arguments& args) {
  app.add_option("revisions", args.targets, "what the database is said to be at")->type_name("REV");
  add_sql(app, args);
  add_tag(app, args);
  app.add_flag("--purge", args.purge, "forget all rows first, also of unknown revisions");
  app.add_flag_callback(
      "--compare", [&args] { args.compare = true; },
      "first compare the database with what the migrations make; a difference stops it (exit 3), "
      "or at a terminal is asked about");
  app.add_flag_callback(
      "--no-compare", [&args] { args.compare = false; }, "at a terminal, too, just do it");
  app.add_option("--scratch-url", args.verification.scratch_url,
                 "where PostgreSQL's scratch database for that is made")
      ->type_name("URL");
}

void setup_current(CLI::App& app, arguments& args) {
  app.add_flag("--check-heads", args.check_heads,
               "exit with 3 unless the database is at the heads");
}

void setup_history(CLI::App& app, arguments& args) {
  app.add_option("-r,--rev-range", args.range, "only these, FROM:TO")->type_name("RANGE");
  app.add_flag("-i,--indicate-current", args.indicate_current, "mark where the database is");
}

void setup_heads(CLI::App& app, arguments& args) {
  app.add_flag("--resolve-dependencies", args.resolve_dependencies,
               "leave out heads that another revision depends on");
}

void setup_nothing(CLI::App&, arguments&) {}

void setup_show(CLI::App& app, arguments& args) {
  add_target(app, args, "which revision: also heads, current, -1");
}

/// What every new migration takes.
void add_new_file(CLI::App& app, command::new_file_request& made) {
  app.add_option("-m,--message", made.message, "what it does, in one line")->type_name("MSG");
  app.add_option("--format", made.format, "cpp or sql")
      ->type_name("FORMAT")
      ->check(one_of({"cpp", "sql"}));
  app.add_flag("--splice", made.splice, "allow a parent that is no head: a new branch");
  app.add_option("--branch-label", made.branch_label, "a name for the branch")->type_name("LABEL");
  app.add_option("--version-path", made.version_path, "the folder to write to")->type_name("DIR");
  app.add_option("--rev-id", made.revision_id, "the id, instead of a random one")->type_name("ID");
}

/// What `revision --autogenerate` and `check models` compare.
void add_comparison(CLI::App& app, arguments& args) {
  auto& made = args.revision.comparison;
  app.add_option("--models", made.models, "the desired schema, in SQL")->type_name("FILE");
  app.add_flag("--from-history", made.from_history,
               "compare with what the migrations make, and with no database");
  app.add_option("--scratch-url", made.scratch_url, "where PostgreSQL's scratch databases are made")
      ->type_name("URL");
  app.add_option("--scratch-setup", made.scratch_setup, "SQL to run first in each scratch database")
      ->type_name("FILE");
  app.add_flag("--grants", made.with_grants, "compare privileges, too");
  add_list(app, "--rename", made.renames,
           "a table or column under another name, or a table in another schema: people:users, "
           "users.email:mail, people:archive.people; may be repeated")
      ->type_name("OLD:NEW");
  app.add_flag_callback(
      "--no-renames", [&made] { made.guess_renames = false; },
      "what nobody has named as renamed is dropped and added");
}

void setup_revision(CLI::App& app, arguments& args) {
  add_new_file(app, args.revision);
  add_list(app, "--head", args.revision.heads, "the parent; several make a merge")
      ->type_name("REV");
  add_list(app, "--depends-on", args.revision.depends_on,
           "must run before, without being a parent; may be repeated")
      ->type_name("REV");
  app.add_flag("--autogenerate", args.revision.autogenerate,
               "fill it with what makes the database equal to the models");
  add_comparison(app, args);
  app.add_flag("--sql", args.sql)->group("");
}

void setup_merge(CLI::App& app, arguments& args) {
  app.add_option("revisions", args.targets, "the parents, or heads for all of them")
      ->type_name("REV");
  add_new_file(app, args.merge);
}

void setup_init(CLI::App& app, arguments& args) {
  app.add_option("directory", args.init.directory, "the new folder")->type_name("DIR");
  app.add_option("-t,--template", args.init.template_name, "one of list_templates")
      ->type_name("TEMPLATE")
      ->capture_default_str();
  app.add_option("--from", args.init.from,
                 "a database whose schema becomes the first migration and the models")
      ->type_name("URL");
  add_list(app, "--rows", args.init.rows, "with --from: a table whose rows come along; repeatable")
      ->type_name("TABLE");
}

void setup_import(CLI::App& app, arguments& args) {
  auto& made = args.import_from;
  app.add_option("directory", made.directory, "the folder of the other tool's migrations")
      ->type_name("DIR");
  app.add_option("--from", made.from,
                 "dbmate, goose, golang-migrate, flyway or diesel (default: what the files are)")
      ->type_name("TOOL")
      ->check(one_of({"dbmate", "goose", "golang-migrate", "flyway", "diesel"}));
  app.add_option("--head", made.head,
                 "the parent of the first; needed where there are several heads")
      ->type_name("REV");
  app.add_option("--version-path", made.version_path, "the folder to write to")->type_name("DIR");
}

void setup_adopt(CLI::App& app, arguments& args) {
  auto& made = args.adoption;
  app.add_option(
         "--from", made.from,
         "alembic, dbmate, goose, golang-migrate, flyway or diesel (default: whose table is "
         "there)")
      ->type_name("TOOL")
      ->check(one_of({"alembic", "dbmate", "goose", "golang-migrate", "flyway", "diesel"}));
  app.add_option("--table", made.table, "its table, where that has another name than usual")
      ->type_name("NAME");
  auto* keep = app.add_flag_callback(
      "--keep-table", [] {}, "leave its table as it is (default)");
  app.add_flag("--drop-table", made.drop_table, "drop Alembic's table")->excludes(keep);
}

void setup_ensure_version(CLI::App& app, arguments& args) { add_sql(app, args); }

void setup_check(CLI::App& app, arguments& args) {
  app.add_option("what", args.targets, "graph, sum, models, checksums (default: all that apply)")
      ->type_name("WHAT")
      ->check(one_of({"graph", "sum", "models", "checksums"}));
  add_comparison(app, args);
  app.add_flag("--sql", args.sql, "print what would make the models and the other side equal");
  app.add_flag("--write", args.write_sum, "add new migrations to retort.sum");
  app.add_flag("--rewrite", args.rewrite_sum, "write retort.sum anew, whatever it says now");
  app.add_option("--source-root", args.source_root, "put before file names")->type_name("DIR");
  app.add_flag("--for-build", args.for_build, "say nothing where all is well");
}

void setup_export(CLI::App& app, arguments& args) {
  app.add_option("what", args.targets, "models: the database's schema as models")
      ->type_name("WHAT")
      ->check(one_of({"models"}));
  app.add_option("--format", args.revision.format, "cpp or sql")
      ->type_name("FORMAT")
      ->check(one_of({"cpp", "sql"}));
}

void setup_journal(CLI::App& app, arguments& args) {
  app.add_option("--last", args.last, "only the last runs")
      ->type_name("N")
      ->check(number_between(1, 1000000));
}

void setup_guard(CLI::App& app, arguments& args) {
  auto* on = app.add_flag("--protect", args.protect,
                          "mark the database: what can lose something then needs --on-protected");
  app.add_flag("--unprotect", args.unprotect, "take the mark away")->excludes(on);
}

void setup_repair(CLI::App& app, arguments& args) {
  auto* done = app.add_flag("--done", args.is_done,
                            "the statement that was stopped has run: go on behind it");
  app.add_flag("--not-done", args.is_not_done, "it has not: run it again")->excludes(done);
}

void setup_verify(CLI::App& app, arguments& args) {
  auto& made = args.verification;
  add_list(app, "--backend", made.backends, "sqlite or postgres; may be repeated")
      ->type_name("NAME");
  add_list(app, "--revision", made.revisions, "only this one; may be repeated")->type_name("REV");
  app.add_option(
         "--data", made.data,
         "rows: generated, none, or a folder of REV.sql files, each run where REV is the head: "
         "before what follows it is tried")
      ->type_name("DATA")
      ->capture_default_str();
  app.add_option("--scratch-url", made.scratch_url, "where PostgreSQL's scratch databases are made")
      ->type_name("URL");
  app.add_flag("--strict", made.strict,
               "also fail on undeclared losses of raw SQL, and on rows added after the upgrade "
               "that do not survive");
  app.add_flag("--locks", made.locks,
               "also show what each upgrade's statements lock and rewrite (PostgreSQL)");
  app.add_flag(
      "--crash-points", args.crash_points,
      "in place of that: kill a run after each of its calls to the database, and prove that "
      "the next one sets it right");
  app.add_option("--snapshots", made.snapshots, "start from the snapshots of this folder")
      ->type_name("DIR");
  app.add_option("--prepare-snapshots", args.prepare_snapshots, "only make snapshots there")
      ->type_name("DIR");
  app.add_option("--drop-snapshots", args.drop_snapshots, "only drop the snapshots made there")
      ->type_name("DIR");
}

constexpr command_row commands[] = {
    {"upgrade", "run migrations up to a revision", "upgrade head --backup", setup_upgrade},
    {"downgrade", "take migrations back, down to a revision", "downgrade -1", setup_downgrade},
    {"plan", "show what an upgrade would run on the database, and run nothing", "plan head",
     setup_plan},
    {"rehearse", "upgrade a copy of the database, and show time, locks and rows", "rehearse head",
     setup_rehearse},
    {"current", "show where the database is", "current --check-heads", setup_current},
    {"history", "list revisions, newest first", "history -r base:current -i", setup_history},
    {"heads", "list the newest revisions", "heads -v", setup_heads},
    {"branches", "list the revisions where branches begin", "branches -v", setup_nothing},
    {"show", "show a revision", "show head", setup_show},
    {"stamp", "set the version rows without running anything", "stamp head", setup_stamp},
    {"adopt", "take over a database from Alembic or another tool", "adopt --from alembic",
     setup_adopt},
    {"revision", "write a new migration", "revision -m 'add phone' --format sql", setup_revision},
    {"merge", "write a migration that joins branches", "merge heads -m 'join'", setup_merge},
    {"edit", "open a revision's file in an editor", "edit head", setup_show},
    {"ensure_version", "create the version table", "ensure_version", setup_ensure_version},
    {"export", "print the database's schema as models", "export models --format cpp", setup_export},
    {"schema", "print the database's structure as SQL", "schema", setup_nothing},
    {"check", "check the graph, released revisions, the models, and whether what ran has changed",
     "check checksums", setup_check},
    {"journal", "show what was run on the database, by whom, and how it ended", "journal --last 3",
     setup_journal},
    {"repair", "accept changed migrations, or decide about a statement that was stopped",
     "repair --done", setup_repair},
    {"guard", "say whether this program may work with the database", "guard", setup_guard},
    {"verify", "prove that every upgrade can be taken back and nothing is lost",
     "verify --backend sqlite --revision head", setup_verify},
    {"import", "turn another tool's migrations into SQL files of Retort", "import db/migrations",
     setup_import},
    {"init", "lay down a new environment", "init db", setup_init},
    {"list_templates", "list what `init` can lay down", "list_templates", setup_nothing},
};

void add_global_options(CLI::App& app, arguments& args) {
  auto& global = args.global;
  app.add_option("-c,--config", global.configuration_file, "the configuration")->type_name("FILE");
  app.add_option("-n,--name", global.section, "which environment of the configuration")
      ->type_name("SECTION");
  app.add_option("--url", global.url, "the database; overrides RETORT_URL")->type_name("URL");
  app.add_option("--script-location", global.script_location,
                 "read SQL migrations from this folder")
      ->type_name("DIR");
  app.add_option("--version-table", global.version_table, "default: retort_version")
      ->type_name("NAME");
  app.add_option("--schema", global.schema, "PostgreSQL: the schema to work in")->type_name("NAME");
  add_list(app, "--extra-search-path", global.extra_search_path, "PostgreSQL: further schemas")
      ->type_name("NAME,…")
      ->delimiter(',');
  app.add_option("--role", global.role, "PostgreSQL: SET ROLE before anything else")
      ->type_name("NAME");
  app.add_option("--dialect", global.dialect, "for --sql without a URL: sqlite or postgresql")
      ->type_name("NAME");
  app.add_option("--lock-wait", global.lock_wait, "how long to wait for another runner")
      ->type_name("SECONDS")
      ->check(number_between(0, 1000000));
  app.add_option("--lock-timeout", global.lock_timeout,
                 "PostgreSQL: how long a statement waits for a lock, before its migration is tried "
                 "again; 0: for ever")
      ->type_name("SECONDS")
      ->check(number_between(0, 86400));
  app.add_option("--concurrently-wait", global.concurrently_wait,
                 "PostgreSQL: how long CREATE INDEX CONCURRENTLY and its kin wait for others' "
                 "transactions; 0: for ever")
      ->type_name("SECONDS")
      ->check(number_between(0, 86400));
  app.add_option("--statement-timeout", global.statement_timeout,
                 "PostgreSQL: how long a statement of a migration may take; 0: for ever")
      ->type_name("SECONDS")
      ->check(number_between(0, 1000000));
  app.add_option("--lock-retries", global.lock_retries, "how often it is tried again")
      ->type_name("N")
      ->check(number_between(0, 1000000));
  app.add_flag("--on-protected", global.on_protected,
               "go on though the database is protected and this can lose something");
  add_list(app, "-x", global.arguments, "an argument that migrations can read; may be repeated")
      ->type_name("KEY=VALUE");
  app.add_flag("--json", args.json, "machine-readable output");
  app.add_flag("-q,--quiet", args.quiet, "say only what went wrong");
  app.add_flag("-v,--verbose", args.verbose, "say more; upgrade and downgrade show their SQL");
}

bool names_word(int argc, char** argv, std::string_view word) {
  return std::find(argv + 1, argv + argc, word) != argv + argc;
}

std::vector<std::string> command_names() {
  std::vector<std::string> result;
  for (const auto& row : commands) result.emplace_back(row.name);
  return result;
}

}  // namespace

parsed parse_arguments(int argc, char** argv, const bundle::program& program) {
  const std::string name(program.name.data(), program.name.size());
  CLI::App app("Schema migrations for SQLite and PostgreSQL.", name);
  parsed result;
  arguments& args = result.what;
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", fmt::format("{} (retort {})", name, base::version()));
  bool from_build = false;
  app.add_flag("--arguments-from-environment", from_build)->group("");
  add_global_options(app, args);
  take_last_values(app);
  // To set up all commands with their options takes as long as what one of them does.
  const bool wants_all = names_word(argc, argv, "--help") || names_word(argc, argv, "-h") ||
                         std::ranges::none_of(commands, [&](const command_row& row) {
                           return names_word(argc, argv, row.name);
                         });
  for (const auto& row : commands) {
    const bool is_named = names_word(argc, argv, row.name);
    if (!is_named && !wants_all) continue;
    CLI::App* command = app.add_subcommand(row.name, row.help);
    command->fallthrough();
    command->footer(fmt::format("Example: {} {}", name, row.example));
    if (!is_named) continue;
    row.setup(*command, args);
    take_last_values(*command);
  }
  app.footer(fmt::format("`{} COMMAND --help` tells more of a command.", name));
  try {
    auto words = as_parsed(app, {argv + 1, argv + argc});
    std::reverse(words.begin(), words.end());
    app.parse(std::move(words));
  } catch (const CLI::ParseError& problem) {
    if (dynamic_cast<const CLI::Success*>(&problem) != nullptr && !names_unknown_command(app)) {
      result.exit_code = app.exit(problem);
      return result;
    }
    std::fputs(base::render(explain(app, problem, command_names())).c_str(), stderr);
    result.exit_code = static_cast<int>(failure::usage);
    return result;
  }
  args.command = app.get_subcommands().front()->get_name();
  if (from_build) take_from_environment(args);
  return result;
}

}  // namespace retort::cli
