"""The deliberate differences: a function each, with the sentence of src/history/README.md that it
stands for. A case in which the programs disagree is excused by the first function that is true."""
import re
from dataclasses import dataclass
from typing import Callable

ALEMBIC_RELATIVE = re.compile(r"(?:(.+?)@)?(\w+)?((?:\+|-)\d+)")
RELATIVE = re.compile(r"(?:([^@]*)@)?(.*?)([+-]\d+)$")


@dataclass
class Case:
    graph: object
    before: frozenset
    command: tuple
    alembic: object
    retort: object
    resolve: Callable  # a symbol's revisions, as Alembic reads it

    def __post_init__(self):
        self.verb = self.command[0]
        self.offline = "--sql" in self.command
        named = [a[2:] if a.startswith("-r") else a for a in self.command[1:]
                 if a != "-i" and not a.startswith("--")]
        self.symbols = [s for a in named for s in a.split(":")]
        self.first = self.symbols[0] if self.symbols else ""
        self.both_ok = self.alembic.kind == self.retort.kind == "ok"
        self.only_retort = self.retort.kind == "ok" and self.alembic.kind == "error"
        self.only_alembic = self.retort.kind == "error" and self.alembic.kind == "ok"

    def refused(self, words):
        return self.only_alembic and re.search(words, self.retort.message) is not None

    def applied(self, outcome):
        return self.graph.ancestors(outcome.rows or ())

    def missing(self):
        """What is applied after Retort's command, not after Alembic's; None where more differs."""
        ours, theirs = self.applied(self.retort), self.applied(self.alembic)
        same = self.both_ok and self.alembic.rows is not None and (
            self.verb == "stamp" or sorted(self.alembic.steps) == sorted(self.retort.steps))
        return ours - theirs if same and theirs <= ours else None

    def asked(self):
        """The ends of a stamp."""
        return self.graph.ancestors(r for s in self.symbols for r in self.resolve(s) or ())

    def elsewhere(self):
        """What was applied of other lines than those that a stamp names."""
        names = [n for s in self.symbols for n in {s, s.split("@")[0]}]
        lines = [self.graph.lineage(r) for n in names for r in self.resolve(n) or ()]
        return self.graph.ancestors(self.before) - set().union(*lines)


# Symbols

def malformed_relative(case):
    """A relative symbol ends with its number."""
    return any(not RELATIVE.match(s) and ALEMBIC_RELATIVE.match(s) for s in case.symbols) and \
        case.retort.kind == "error"


def any_character_before_a_number(case):
    """The name before it may hold any character (`a.b+1`)."""
    return any((m := RELATIVE.match(s)) and re.search(r"\W", m[2]) for s in case.symbols) and \
        not case.both_ok


def empty_branch(case):
    """`@-1` and `@+1` are `-1` and `+1`."""
    return not case.both_ok and any(RELATIVE.match(s) and s[0] == "@" for s in case.symbols)


def branch_must_exist(case):
    """A branch must exist."""
    return case.refused("no branch '") or (
        case.refused("is ambiguous: it begins") and any("@" in s for s in case.symbols))


def nothing_from_the_base(case):
    """`base+0` and `base-0` are the base."""
    return case.only_retort and case.alembic.message == "Walked too far" and \
        any(re.search(r"base[+-]0$", s) for s in case.symbols)


def relative_to_a_branch_of_ids(case):
    """`show`, `stamp` and so on with `ID@-N`, the branch being a revision: counts from the heads in
    its lineage."""
    labels = {label for r in case.graph.revisions for label in r.labels}
    return case.verb in ("show", "stamp", "history") and any(
        (m := RELATIVE.match(s)) and m[1] and m[1] not in labels and not m[2] and m[3][0] == "-"
        for s in case.symbols)


def abbreviated_branch(case):
    """A branch may be abbreviated wherever it is written."""
    return case.verb == "history" and not case.alembic.lines and case.retort.kind == "ok" and \
        "@" in case.first and case.first.split("@")[0] not in case.graph.named


def abbreviated_in_a_branch(case):
    """`stamp BRANCH@ABC`: ABC need be unique in the branch alone."""
    return case.verb == "stamp" and case.only_retort and any(
        "@" in s and s.split("@")[1] not in case.graph.named and case.resolve(s) for s in case.symbols)


# Rows

def several_rows_to_leave(case):
    """`downgrade -N` with several rows is refused unless a branch is named."""
    return case.verb == "downgrade" and re.match(r"@?-\d", case.first) and \
        case.refused("is ambiguous: the database is at")


def no_row_below_a_row(case):
    """No row is ever the ancestor of another. Alembic stores such rows when a merge names a parent
    together with that parent's ancestor."""
    below = {b for a in case.alembic.rows or () for b in case.graph.ancestors([a]) - {a}}
    return case.missing() == set() and bool(below & case.alembic.rows)


def rows_below_rows_are_refused(case):
    """A database that has such rows all the same can be downgraded and stamped, not upgraded."""
    return case.refused("the version table holds .* which includes it")


def unknown_row(case):
    """A row that is unknown has an error of its own."""
    return case.alembic.kind in ("ok", "no") and case.retort.kind == "error" and \
        "which this program does not have" in case.retort.message and \
        any(row not in case.graph.named for row in case.before)


# stamp

def stamp_of_several_stores_the_heads(case):
    """Of several revisions the heads are stored."""
    return case.verb == "stamp" and no_row_below_a_row(case)


def stamp_keeps_other_lines(case):
    """What was applied only because a dependency needed it stays."""
    return case.verb == "stamp" and bool(missing := case.missing()) and missing <= case.elsewhere()


def stamp_keeps_what_was_asked_for(case):
    """Each that is asked for stays."""
    return case.verb == "stamp" and bool(missing := case.missing()) and missing <= case.asked()


def stamp_keeps_both(case):
    """The two before at once."""
    missing = case.missing() if case.verb == "stamp" else None
    return bool(missing) and missing <= case.asked() | case.elsewhere()


def relative_stamp(case):
    """Relative revisions are errors, but for `-N` without any row."""
    return case.verb == "stamp" and any(map(RELATIVE.match, case.symbols)) and \
        case.refused("takes none|didn't produce")


# Listings

def at_heads_with_a_head_that_is_needed(case):
    """`current --check-heads` holds exactly when nothing is left to upgrade."""
    everything = {r.id for r in case.graph.revisions}
    return case.verb == "current" and case.alembic.kind == "no" and case.retort.kind == "ok" and \
        case.graph.ancestors(case.before) == everything and \
        set(case.graph.heads()) != set(case.graph.heads(dependencies=True))


def history_from_a_count(case):
    """`history -r A:B`: `-N` as A stops at the base."""
    return case.verb == "history" and case.only_retort and re.match(r"@?-\d", case.first)


def history_from_a_relative(case):
    """A may be relative to a symbol."""
    return case.verb == "history" and case.only_retort and \
        (m := RELATIVE.match(case.first)) and m[2]


def history_from_current_to_current(case):
    """`current` may be both ends."""
    return case.verb == "history" and case.only_retort and case.symbols == ["current", "current"]


# Offline

def script_upwards(case):
    """`upgrade A:B --sql` with B not above A is an error; Alembic writes an empty script."""
    return case.offline and case.verb == "upgrade" and not case.alembic.steps and \
        case.refused("there is no upgrade from|goes nowhere|cannot start at")


def script_from_several(case):
    """A script may start at several rows (`heads:`)."""
    return case.offline and case.only_retort and "Multiple head" in case.alembic.message and \
        "heads" in case.first


ALL = [malformed_relative, any_character_before_a_number, empty_branch, branch_must_exist,
       nothing_from_the_base, abbreviated_branch, abbreviated_in_a_branch,
       relative_to_a_branch_of_ids, several_rows_to_leave, unknown_row,
       stamp_of_several_stores_the_heads, no_row_below_a_row, rows_below_rows_are_refused,
       stamp_keeps_other_lines, stamp_keeps_what_was_asked_for, stamp_keeps_both, relative_stamp,
       at_heads_with_a_head_that_is_needed, history_from_a_count,
       history_from_a_relative, history_from_current_to_current, script_upwards,
       script_from_several]
