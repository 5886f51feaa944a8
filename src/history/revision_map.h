#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <retort/error.h>

namespace retort::history {

/// The lines of a file's fields that can be wrong; 0: the field has no line of its own.
struct field_lines {
  unsigned down_revision = 0;
  unsigned branch_labels = 0;
  unsigned depends_on = 0;
};

/// A revision as its file declares it: views of what the file's reader keeps, which outlives every
/// `revision_map` of it.
struct revision {
  std::string_view id;
  std::vector<std::string_view> down_revision;
  /// Labels that this revision itself declares.
  std::vector<std::string_view> branch_labels;
  /// Full ids or branch labels.
  std::vector<std::string_view> depends_on;
  std::string_view message;
  /// Where it is declared, for errors.
  std::string_view file;
  unsigned line = 0;
  field_lines lines = {};
};

/// The set of rows in the version table, sorted by bytes.
using rows = std::vector<std::string>;

/// What a step does to the version table: `from` empty inserts `to`, `to` empty deletes `from`,
/// both update one row.
struct row_change {
  std::string from;
  std::string to;

  bool operator==(const row_change&) const = default;
};

enum class step_kind { upgrade, downgrade, stamp };

/// One step of a plan. Its row changes are made in order, each must match exactly one row.
struct step {
  step_kind kind = step_kind::upgrade;
  /// Index into `revision_map::revisions()`; for a stamp to base: none.
  std::optional<std::size_t> revision;
  std::vector<row_change> changes;
};

/// The rows that `s` leaves where it finds `table`. A change from a row that is not there only
/// adds.
rows rows_after(rows table, const step& s);

/// Steps in running order, and the rows that the first of them finds. The rows between them are not
/// kept: a history of many heads would have most of them in each step (`rows_after`).
struct plan {
  rows before;
  std::vector<step> steps;

  bool empty() const { return steps.empty(); }
  /// The rows that the last step leaves.
  rows after() const;
};

/// A revision as an index into `revision_map::revisions()`.
using node = std::uint32_t;

struct graph;

/// The revisions of an environment with their graph. Immutable; every function is pure, and linear
/// in the size of the graph but for a factor that counts its branches.
///
/// What fails, fails with retort::error and one precise message. Three kinds: the graph is broken
/// (at the file and line of a declaration), a symbol is unknown, ambiguous or impossible here, or
/// the version table names a revision that is not in the graph.
///
/// The grammar of symbols is Alembic's ("Symbol grammar"): an id, the beginning of an id, a branch
/// label, `head`, `heads`, `base`, `current`; each may be qualified, `BRANCH@SYMBOL`, where BRANCH
/// is a label, an id or the beginning of one; and relative, `[BRANCH@][SYMBOL]±N`.
class revision_map {
 public:
  /// Takes revisions in load order. Throws `first_of` its `problems`.
  explicit revision_map(std::vector<revision> revisions);
  revision_map(revision_map&&) noexcept;
  revision_map& operator=(revision_map&&) noexcept;
  ~revision_map();

  /// Every problem of a graph, by file and line: empty, illegal, reserved, overlong or duplicate
  /// ids; unknown parents and dependencies; self-loops and cycles; clashes of labels.
  static std::vector<error> problems(const std::vector<revision>& revisions);
  /// The first of some problems, with a note of how many more there are.
  static error first_of(std::vector<error> problems);

  /// In load order.
  const std::vector<revision>& revisions() const;
  std::size_t size() const { return revisions().size(); }
  std::string_view id(std::size_t i) const { return revisions()[i].id; }
  /// By the whole id.
  std::optional<std::size_t> find(std::string_view exact_id) const;

  /// As declared in down_revision.
  std::span<const node> parents(std::size_t i) const;
  /// Those that name it in down_revision, in load order.
  std::span<const node> children(std::size_t i) const;
  /// As declared in depends_on, labels resolved.
  std::span<const node> dependencies(std::size_t i) const;
  /// Own and inherited ones, sorted ("Branch label").
  std::vector<std::string_view> labels(std::size_t i) const;

  /// These three count down_revision only.
  bool is_head(std::size_t i) const;
  bool is_branch_point(std::size_t i) const;
  bool is_merge_point(std::size_t i) const;
  /// No revision has it as parent or dependency. A head that is not real is an effective head.
  bool is_real_head(std::size_t i) const;
  bool is_effective_head(std::size_t i) const { return is_head(i) && !is_real_head(i); }

  /// In load order.
  std::vector<std::size_t> heads() const;
  std::vector<std::size_t> real_heads() const;
  std::vector<std::size_t> bases() const;
  /// As `history` lists them: newest first.
  std::vector<std::size_t> branch_points() const;

  /// Each revision after its parents and dependencies: the order in which `upgrade heads` runs
  /// them.
  std::vector<std::size_t> topological_order() const;
  /// A revision and everything that it needs, in the order of an upgrade.
  std::vector<std::size_t> ancestors_and_self(std::size_t i) const;

  /// What `history -r RANGE` lists, newest first, both ends included. `range` is `[START]:[END]`,
  /// or empty for everything. A relative START counts from the heads and stops at the base, a
  /// relative END counts from START.
  std::vector<std::size_t> history(std::string_view range, const rows& current) const;

  /// What a symbol means where no upgrade or downgrade is asked for: show, edit, merge, --head.
  /// `base` gives nothing, `-N` counts from every head.
  std::vector<std::size_t> resolve(std::string_view symbol, const rows& current) const;
  /// The same for a symbol that must name at most one; none for the base.
  std::optional<std::size_t> resolve_one(std::string_view symbol, const rows& current) const;
  /// The rows of a database that is at `start`: where an offline script begins.
  rows rows_at(std::string_view start) const;

  /// No step where the database is there already.
  plan plan_upgrade(const rows& current, std::string_view target) const;
  plan plan_downgrade(const rows& current, std::string_view target) const;
  /// `purge` deletes every row first, also rows that name unknown revisions.
  plan plan_stamp(const rows& current, std::span<const std::string> targets, bool purge) const;

  /// The rows, and the heads that they imply through depends_on: what `current` lists. Load order.
  std::vector<std::size_t> effective_current(const rows& current) const;
  /// Throws for a row that is not in the graph.
  void require_known(const rows& current) const;
  /// Every revision that is applied when the version table holds these rows, in the order of an
  /// upgrade.
  std::vector<std::size_t> applied(const rows& current) const;
  /// Whether nothing is left to upgrade. Unknown rows mean no.
  bool at_heads(const rows& current) const;

 private:
  std::unique_ptr<const graph> graph_;
};

/// Whether a symbol or range asks for `current`, so that the database has to be read.
bool names_current(std::string_view symbol_or_range);

}  // namespace retort::history
