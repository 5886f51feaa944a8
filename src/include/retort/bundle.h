#pragma once

#include <cstdint>
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

/// A borrowed array.
template <class T>
class table {
 public:
  constexpr table() = default;
  constexpr table(const T* first, std::size_t size) : first_(first), size_(size) {}
  template <std::size_t N>
  constexpr table(const T (&rows)[N]) : first_(rows), size_(N) {}

  constexpr const T* begin() const { return first_; }
  constexpr const T* end() const { return first_ + size_; }
  constexpr std::size_t size() const { return size_; }
  constexpr const T& operator[](std::size_t i) const { return first_[i]; }

 private:
  const T* first_ = nullptr;
  std::size_t size_ = 0;
};

/// One C++ file of a migration set, with its `code`; or a file of either kind without, where
/// `problem` says why the build could not take it: the checker then reports it at `path:line`.
struct entry {
  /// The id that the file declares, as CMake read it.
  text revision = {};
  /// Relative to the set's source folder, with `/`.
  text path = {};
  const migration* code = nullptr;
  const declaration* declared = nullptr;
  /// The SHA-256 of the file, its line ends normalised, in hexadecimal digits.
  text source_hash = {};
  /// What CMake found wrong with the file, and the line (0: none).
  text problem = {};
  unsigned line = 0;
};

/// Bytes that were compiled in, in pieces that every compiler takes. All rows but the last of a
/// shard are full; the NUL that ends a literal belongs to none of them.
inline constexpr std::size_t row_length = 4000;
using row = char[row_length + 1];

/// One SQL file of a migration set, in numbers alone. Pointers would be relocated at each start of
/// the program, for every file that the history has ever got.
struct sql_file {
  /// Which of the set's shards, and where in its bytes: the path, the id, the ids of parents and
  /// the content stand behind one another.
  std::uint32_t shard = 0;
  std::uint32_t start = 0;
  /// Relative to the set's source folder, with `/`.
  std::uint32_t path_size = 0;
  /// The id that the file declares, as CMake read it.
  std::uint32_t revision_size = 0;
  std::uint32_t parents_size = 0;
  std::uint32_t content_size = 0;
};

/// A file that seems to name a parent: which, and where that id stands among the ids of its
/// parents.
struct child {
  std::uint32_t file = 0;
  std::uint32_t start = 0;
  std::uint32_t size = 0;
};

/// The SQL files of a migration set, in the order of their paths.
struct sql_files {
  table<const row*> shards = {};
  table<sql_file> files = {};
  /// Where `has_index`, what finds the neighbours of a revision without a look at all files: the
  /// files in the order of their ids, and the children in the order of their parents' ids. CMake
  /// may take a comment for a parent that is none, but misses none. There is no index where a file
  /// declares labels or dependencies, which reach further than neighbours.
  bool has_index = false;
  table<std::uint32_t> by_revision = {};
  table<child> by_parent = {};
};

/// One definition of the desired schema, or one SQL file of it: exactly one of `code` and `sql` is
/// there.
struct model {
  /// The file, relative to the set's source folder, with `/`.
  text path = {};
  const models* code = nullptr;
  /// The SQL file's bytes in order, in pieces that every compiler takes.
  std::initializer_list<text> sql = {};
};

/// A migration set: what `retort_add_migrations(NAME …)` made.
struct set {
  text name = {};
  /// The folder that new revisions go to, absolute; it need not exist on the machine that runs
  /// this.
  text directory = {};
  /// What is not SQL, in the order of their paths.
  table<entry> entries = {};
  sql_files sql = {};
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
