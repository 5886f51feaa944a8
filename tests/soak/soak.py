#!/usr/bin/env python3
"""Kills runners at random, round after round, and counts what is lost, doubled or stuck.

    soak.py RETORT URL [--rounds N] [--runners N] [--seed N]

A round empties the database, starts three runners on it at once, and kills each with SIGKILL after a
random time, twenty times over or until the history is done; then one run that nobody disturbs has to
end where it should within ten seconds. URL is a SQLite file or a PostgreSQL database that may be
emptied. Prints one line of figures, and exits with 1 where one of them is not 0.
"""
import argparse
import os
import random
import signal
import subprocess
import tempfile
import time

parser = argparse.ArgumentParser()
parser.add_argument("retort")
parser.add_argument("url")
parser.add_argument("--rounds", type=int, default=200)
parser.add_argument("--runners", type=int, default=3)
parser.add_argument("--seed", type=int, default=int(time.time()))
options = parser.parse_args()
is_sqlite = options.url.startswith("sqlite")
random.seed(options.seed)

OUTSIDE = {
    2: ["VACUUM"] if is_sqlite else ["CREATE INDEX CONCURRENTLY ran_n ON ran (n)"],
    5: ["VACUUM", "BEGIN", "INSERT INTO ran VALUES (105)", "COMMIT"],
}
COUNT = 8


def write_history(folder):
    for n in range(1, COUNT + 1):
        outside = OUTSIDE.get(n, [])
        statements = [f"INSERT INTO ran VALUES ({n})"] + outside
        if n == 1:
            statements.insert(0, "CREATE TABLE ran (n INTEGER)")
        statements.append(f"CREATE TABLE t{n} (id INTEGER)")
        with open(os.path.join(folder, f"r{n:04}.sql"), "w") as file:
            file.write(f"-- Step {n}\n-- revision: r{n:04}\n")
            if n > 1:
                file.write(f"-- down_revision: r{n - 1:04}\n")
            file.write("-- migrate:up" + (" transaction:false" if outside else "") + "\n")
            file.write("".join(f"{one};\n" for one in statements))


def shell(sql):
    if is_sqlite:
        path = options.url.removeprefix("sqlite:///")
        command = ["sqlite3", path, sql]
    else:
        command = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", options.url, "-c", sql]
    return subprocess.run(command, capture_output=True, text=True).stdout.split()


def empty():
    if is_sqlite:
        path = options.url.removeprefix("sqlite:///")
        for suffix in ("", "-journal", "-wal", "-shm"):
            if os.path.exists(path + suffix):
                os.remove(path + suffix)
    else:
        shell("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def runner(folder):
    return subprocess.Popen(
        [options.retort, "--quiet", "--url", options.url, "--script-location", folder, "upgrade", "head"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    kills = lost = doubled = stuck = 0
    expected = sorted([str(n) for n in range(1, COUNT + 1)] + ["105"])
    with tempfile.TemporaryDirectory() as folder:
        write_history(folder)
        for _ in range(options.rounds):
            empty()
            for _ in range(20):
                runners = [runner(folder) for _ in range(options.runners)]
                for one in runners:
                    time.sleep(random.uniform(0, 0.008 if is_sqlite else 0.04))
                    if one.poll() is None:
                        one.send_signal(signal.SIGKILL)
                        kills += 1
                ended = [one.wait() for one in runners]
                if 0 in ended:
                    break
            try:
                last = runner(folder)
                if last.wait(timeout=10) != 0:
                    stuck += 1
            except subprocess.TimeoutExpired:
                last.kill()
                stuck += 1
            ran = shell("SELECT n FROM ran")
            lost += len(set(expected) - set(ran))
            doubled += len(ran) - len(set(ran))
            if shell("SELECT version_num FROM retort_version") != [f"r{COUNT:04}"]:
                lost += 1
    name = "SQLite" if is_sqlite else "PostgreSQL"
    print(f"{name}: {options.rounds} rounds, {options.runners} runners, {kills} kills: {lost} lost, "
          f"{doubled} doubled, {stuck} stuck (seed {options.seed})")
    return 1 if lost or doubled or stuck else 0


raise SystemExit(main())
