#pragma once

#include <initializer_list>

#include <retort/migration.h>
#include <retort/schema.h>

// What the build generates is written against this header: a registry for each migration set, and
// the main program of a runner. Nobody writes these by hand.

namespace retort {
inline namespace abi_1 {

class backend;
struct environment;

namespace bundle {

/// One file of a migration set. Exactly one of `code` and `sql` is there, or neither where
/// `problem` says why the build could not take the file; the checker then reports it at
/// `path:line`.
struct entry {
  /// The id that the file declares, as CMake read it.
  text revision = {};
  /// Relative to the set's source folder, with `/`.
  text path = {};
  const migration* code = nullptr;
  const declaration* declared = nullptr;
  /// Of C++: the SHA-256 of the file, its line ends normalised, in hexadecimal digits.
  text source_hash = {};
  /// The SQL file's bytes in order, in pieces that every compiler takes.
  std::initializer_list<text> sql = {};
  /// What CMake found wrong with the file, and the line (0: none).
  text problem = {};
  unsigned line = 0;
};

/// One definition of the desired schema, or one SQL file of it: exactly one of `code` and `sql` is
/// there.
struct model {
  /// The file, relative to the set's source folder, with `/`.
  text path = {};
  const models* code = nullptr;
  /// The SQL file's bytes in order, as in `entry`.
  std::initializer_list<text> sql = {};
};

/// A migration set: what `retort_add_migrations(NAME …)` made.
struct set {
  text name = {};
  /// The folder that new revisions go to, absolute; it need not exist on the machine that runs
  /// this.
  text directory = {};
  std::initializer_list<entry> entries = {};
  /// Whether released migrations stand in the folder's retort.sum, and its text.
  bool has_sum = false;
  std::initializer_list<text> sum = {};
  /// The schema that the migrations lead to, in the order of `retort_add_models`; empty: not said.
  std::initializer_list<model> models = {};
};

/// A file that was compiled into the program.
struct file {
  text name = {};
  std::initializer_list<text> content = {};
};

/// What a generated main passes on.
struct program {
  /// The name that `--help` shows.
  text name = {};
  std::initializer_list<const set*> sets = {};
  std::initializer_list<const backend*> backends = {};
  /// The retort.toml that was compiled in; its name is empty where there is none.
  file configuration = {};
  /// The templates that were compiled in.
  std::initializer_list<file> templates = {};
  /// The variable that holds the URL; empty: RETORT_URL alone.
  text url_variable = {};
  /// The URL where neither the command line, nor the environment, nor the configuration has one.
  text default_url = {};
  /// The build promised that there is one head.
  bool single_head = false;
  /// The hooks of `retort/environment.h`; null: none.
  const environment* hooks = nullptr;
};

}  // namespace bundle

/// Runs the command line and returns the exit code of `src/cli/README.md`. Never throws.
int run_main(int argc, char** argv, const bundle::program& program);

/// Checks the graph of migration sets, prints what is wrong as `file:line: error: …` to standard
/// error, each path behind `source_root` (as given; may be empty), and returns 0 or 1. This is what
/// the build runs for a set that belongs to no runner: `argv[1]` is the source root.
int check_main(int argc, char** argv, const bundle::program& program);

}  // namespace abi_1
}  // namespace retort
