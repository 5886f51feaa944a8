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


def id_and_marks(line):
    """What Alembic prints of a revision in `current`: of all marks, only whether it is a head."""
    return " ".join([line.split(" ")[0], *re.findall(r"\((?:effective )?head\)", line)])


def listing(verb, text):
    """The lines of a listing, as far as both programs print the same."""
    lines = text.splitlines()
    if verb == "current":
        return [id_and_marks(line) for line in lines]
    if verb == "heads":
        return [sorted_names(line.replace(" (mergepoint)", "")) for line in lines]
    if verb == "branches":
        pattern = r"\s+\S* ?(-> \S+)|(?:\S.* -> )?(\S+) .*\(branchpoint\)"
        found = (re.match(pattern, line) for line in lines)
        return [m[1] or m[2] for m in found if m]
    if verb == "show":
        found = (re.match(r"(Rev: \S+)|(?:Parent|Merges)(: .*)", line) for line in lines)
        return [m[1] or m[2] for m in found if m]
    return [sorted_names(line.rstrip()) for line in lines]


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
