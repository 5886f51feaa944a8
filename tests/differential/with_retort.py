"""Runs commands through the program, a process each."""
import json
import pathlib
import re
import sqlite3
import subprocess

from outcome import Outcome, listing, read_rows, run_script, write_rows

TABLE = "retort_version"
KINDS = {0: "ok", 1: "error", 2: "error", 3: "no"}


class Retort:
    def __init__(self, program, folder, graph):
        self.program = program
        self.folder = pathlib.Path(folder)
        self.file = self.folder / "test.db"
        for i, revision in enumerate(graph.revisions):
            (self.folder / f"{i:02}.sql").write_text(migration(revision), encoding="utf-8")
        self.connection = sqlite3.connect(self.file)

    def close(self):
        self.connection.close()

    def rows(self):
        return read_rows(self.connection, TABLE)

    def set_rows(self, rows):
        write_rows(self.connection, TABLE, rows)

    def run(self, command, start=()):
        """`start`: the rows where an offline script begins."""
        mutates = command[0] in ("upgrade", "downgrade", "stamp") and "--sql" not in command
        line = [self.program, "--script-location", self.folder, "--url", f"sqlite:///{self.file}",
                *["--json"] * mutates, *command]
        done = subprocess.run(line, capture_output=True, text=True, timeout=60)
        result = Outcome(KINDS.get(done.returncode, "crash"), done.stderr.strip(), rows=self.rows())
        if result.kind == "error" and not re.match(r"FAILED: .+\n", done.stderr):
            result.kind = "crash"
        if "--sql" in command:
            read_script(done.stdout, start, result)
        elif not mutates:
            result.lines = [] if "--check-heads" in command else listing(command[0], done.stdout)
        elif result.kind == "ok":
            report = json.loads(done.stdout)
            result.steps = [(s["direction"], s["revision"]) for s in report["steps"]
                            if s["direction"] != "stamp"]
        return result


def migration(revision):
    return (f"-- m {revision.id}\n--\n-- revision: {revision.id}\n"
            f"-- down_revision: {', '.join(revision.parents)}\n"
            f"-- branch_labels: {', '.join(revision.labels)}\n"
            f"-- depends_on: {', '.join(revision.depends)}\n\n-- migrate:up\n\n-- migrate:down\n")


def read_script(script, start, result):
    for direction, before, after in re.findall(r"-- Running (\w+) (.*) -> (.*)", script):
        result.steps.append((direction, after if direction == "upgrade" else before))
    if result.kind == "ok":
        result.rows = run_script(script, TABLE, start)
