"""What a command did, of either program."""
import re
import sqlite3
from dataclasses import dataclass, field


@dataclass
class Outcome:
    kind: str = "ok"  # ok, no (exit code 3), error, undefined (Alembic fell over an assertion), crash
    message: str = ""
    steps: list = field(default_factory=list)  # (direction, id), only what ran
    rows: frozenset = frozenset()
    lines: list = field(default_factory=list)


def sorted_names(line):
    """Names in parentheses are sets: Alembic prints labels in no fixed order."""
    return re.sub(r"\(([^()]*)\)", lambda found: f"({', '.join(sorted(found[1].split(', ')))})", line)


def listing(verb, text):
    """The lines of a listing, as far as both programs print the same."""
    lines = text.splitlines()
    if verb == "show":
        found = (re.match(r"Rev: \S+|(?:Parent|Merges): .*|Branches into: (.*)", line) for line in lines)
        return [sorted_names(f"({m[1]})") if m[1] else m[0] for m in found if m]
    # Alembic parts branch points by blank lines, and keeps their children in a set.
    lines = [sorted_names(line.rstrip()) for line in lines if line]
    return sorted(lines) if verb == "branches" else lines


def run_script(script, table, start):
    """The rows after an offline script, or None where it fails; as sqlite3 runs it, but for .bail."""
    script = "\n".join(line for line in script.splitlines() if not line.startswith("."))
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        if start:
            write_rows(database, table, start)
        database.executescript(script)
        return read_rows(database, table)
    except sqlite3.Error:
        return None
    finally:
        database.close()


def read_rows(database, table):
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
        return frozenset()
    return frozenset(row[0] for row in database.execute(f"SELECT version_num FROM {table}"))


def write_rows(database, table, rows):
    database.execute(f"CREATE TABLE IF NOT EXISTS {table} "
                     "(version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    database.execute(f"DELETE FROM {table}")
    database.executemany(f"INSERT INTO {table} VALUES (?)", [(row,) for row in sorted(rows)])
    database.commit()
