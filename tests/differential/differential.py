#!/usr/bin/env python3
"""Compares Retort with Alembic on random graphs and commands. See README.md."""
import argparse
import collections
import os
import random
import re
import sys
import tempfile

try:
    import with_alembic
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

import cases
import differences
from with_retort import Retort


def steps_are_valid(graph, steps):
    """Whether nothing runs before what it needs."""
    ids = [name for direction, name in steps]
    if steps and steps[0][0] == "downgrade":
        ids.reverse()
    place = {name: i for i, name in enumerate(ids)}
    return len(place) == len(ids) and all(
        place.get(needed, -1) < place[name]
        for name in ids for needed in graph.needs(graph.named[name]))


def is_antichain(graph, rows):
    return not any(a != b and a in graph.ancestors([b]) for a in rows for b in rows)


def order_is_defined(graph):
    return all(len(r.depends) < 2 for r in graph.revisions)


def own_faults(graph, before, command, retort):
    """What Retort must never do, whatever Alembic does."""
    if retort.kind == "crash":
        yield "crash: " + retort.message
    if retort.rows is None:
        yield "the script fails"
    elif is_antichain(graph, before) and not is_antichain(graph, retort.rows):
        yield "a row below a row"
    if not steps_are_valid(graph, retort.steps):
        yield "a step before what it needs"
    if retort.kind == "error" and "--sql" not in command and retort.rows != before:
        yield "an error that changes rows"


def described(outcome):
    """The outcome's kind, and its message without the names in it."""
    words = re.findall(r"^(?:FAILED: )?((?:[A-Za-z]+ ?){,3})", outcome.message)
    return " ".join([outcome.kind, *words]).strip()


def disagreements(graph, command, alembic, retort):
    if alembic.kind != retort.kind:
        yield f"Alembic: {described(alembic)}, Retort: {described(retort)}"
        return
    if alembic.kind != "ok":
        return
    defined = order_is_defined(graph)
    ordered = defined and command[0] not in ("heads", "current", "branches", "show")
    arrange = list if ordered else sorted
    for what in ("steps", "lines"):
        ours, theirs = getattr(retort, what), getattr(alembic, what)
        if arrange(ours) != arrange(theirs):
            yield f"{what} differ"
    if alembic.rows != retort.rows:
        yield "rows differ"


def compare(graph, before, command, alembic, retort, resolve):
    """The verdict: `equal`, `undefined`, `excused: …` or `mismatch: …`."""
    faults = list(own_faults(graph, before, command, retort))
    if faults:
        return "mismatch: " + ", ".join(faults)
    if alembic.kind == "undefined":
        return "undefined"
    found = list(disagreements(graph, command, alembic, retort))
    if not found:
        return "equal"
    case = differences.Case(graph, before, command, alembic, retort, resolve)
    for excuse in differences.ALL:
        if excuse(case):
            return "excused: " + excuse.__name__
    return "mismatch: " + ", ".join(found)


def run_case(program, graph, commands, visit):
    """Runs commands on one database; calls visit(index, before, alembic, retort, verdict)."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        alembic, retort = with_alembic.Alembic(graph), Retort(program, folder, graph)
        for i, command in enumerate(commands):
            if command[0] == "rows":
                alembic.set_rows(command[1:])
                retort.set_rows(command[1:])
                continue
            before = retort.rows()
            theirs = alembic.run(command)
            start = alembic.offline_start(command) if "--sql" in command else None
            ours = retort.run(command, start or ())
            visit(i, before, theirs, ours,
                  compare(graph, before, command, theirs, ours, alembic.resolve))
            if alembic.rows() != retort.rows():
                alembic.set_rows(retort.rows())
        alembic.close()
        retort.close()


def last_verdict(program, graph, commands):
    seen = []
    try:
        run_case(program, graph, commands, lambda *result: seen.append(result))
    except KeyError:  # nothing is left that the commands name
        return None
    return seen[-1] if seen else None


def smaller_cases(graph, commands):
    for i in range(len(commands) - 1):
        yield graph, commands[:i] + commands[i + 1:]
    for revision in graph.revisions:
        if len(graph.revisions) > 1:
            yield graph.without(revision), commands
        for part in ("labels", "depends"):
            if getattr(revision, part):
                less = cases.replace(revision, **{part: getattr(revision, part)[1:]})
                changed = tuple(less if r is revision else r for r in graph.revisions)
                yield cases.Graph(changed), commands


def shrink(program, graph, commands, verdict):
    """Drops revisions and commands as long as the last command's verdict stays."""
    for _ in range(40):
        for less_graph, less_commands in smaller_cases(graph, commands):
            last = last_verdict(program, less_graph, less_commands)
            if last and last[-1] == verdict and all(
                    d in less_graph.named for r in less_graph.revisions for d in r.depends):
                graph, commands = less_graph, less_commands
                break
        else:
            break
    return graph, commands


def describe(program, graph, commands):
    for r in graph.revisions:
        print(f"    {r.id}:", "parents", *r.parents, "depends", *r.depends, "labels", *r.labels)
    for command in commands[:-1]:
        print("    after:", *map(repr, command))
    _, before, alembic, retort, verdict = last_verdict(program, graph, commands)
    print("    rows:", sorted(before), "command:", *map(repr, commands[-1]))
    print("    Alembic:", alembic)
    print("    Retort: ", retort)


class Tally:
    def __init__(self, options):
        self.options = options
        self.counts = collections.Counter()
        self.shown = collections.Counter()

    def add(self, graph, commands, verdict):
        kind = verdict.partition(":")[0]
        self.counts[verdict if kind == "excused" else kind] += 1
        wanted = self.options.show if kind == "mismatch" else self.options.examples
        if kind == "equal" or self.shown[verdict] >= wanted:
            return
        self.shown[verdict] += 1
        print(verdict)
        describe(self.options.retort, *shrink(self.options.retort, graph, commands, verdict))
        sys.stdout.flush()

    def print(self):
        total = sum(self.counts.values())
        print(f"{total:8} compared")
        for name, count in sorted(self.counts.items()):
            print(f"{count:8} {name}  ({1000 * count / total:.2f} per 1,000)")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graphs", type=int, default=120)
    parser.add_argument("--commands", type=int, default=8, help="of each graph")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--retort", required=True, metavar="PATH", help="the program")
    parser.add_argument("--show", type=int, default=3, help="mismatches of a kind to print")
    parser.add_argument("--examples", type=int, default=0, help="the same for excused differences")
    options = parser.parse_args()
    if "PYTHONHASHSEED" not in os.environ:  # Alembic's sets follow it
        os.execve(sys.executable, [sys.executable, *sys.argv, f"--seed={options.seed}"],
                  {**os.environ, "PYTHONHASHSEED": "0"})
    print(f"seed {options.seed}")
    tally = Tally(options)
    for number in range(options.graphs):
        rng = random.Random(f"{options.seed} {number}")
        graph = cases.random_graph(rng)
        commands = [cases.random_command(rng, graph) for _ in range(options.commands)]
        run_case(options.retort, graph, commands, lambda i, before, alembic, retort, verdict:
                 tally.add(graph, commands[:i + 1], verdict))
    tally.print()
    return 1 if tally.counts["mismatch"] else 0


if __name__ == "__main__":
    sys.exit(main())
