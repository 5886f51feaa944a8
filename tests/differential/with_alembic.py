"""Runs commands through Alembic, in this process; migrations are objects without any body."""
import io
import re
import sqlite3
import types
import warnings

import sqlalchemy
from alembic import command as commands
from alembic import context
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.pool import StaticPool

from outcome import Outcome, listing, read_rows, run_script, write_rows

TABLE = "alembic_version"


def upgrade(**_):
    """Of every migration; Alembic prints the function's name."""


def downgrade(**_):
    pass


class Scripts(ScriptDirectory):
    """A graph in place of a folder of versions, `environment` in place of env.py."""

    def __init__(self, graph, environment):
        self.graph, self.environment = graph, environment
        super().__init__("/")

    def _load_revisions(self):
        for r in self.graph.revisions:
            module = types.ModuleType(r.id)
            module.__doc__ = "m " + r.id
            module.down_revision = r.parents if len(r.parents) > 1 else (r.parents or (None,))[0]
            module.branch_labels, module.depends_on = r.labels, r.depends
            module.upgrade, module.downgrade = upgrade, downgrade
            yield Script(module, r.id, r.id)

    def run_env(self):
        self.environment()


class Alembic:
    def __init__(self, graph):
        self.graph = graph
        self.connection = sqlite3.connect(":memory:", check_same_thread=False)
        self.engine = sqlalchemy.create_engine("sqlite://", creator=lambda: self.connection,
                                               poolclass=StaticPool)

    def close(self):
        self.engine.dispose()

    def rows(self):
        return read_rows(self.connection, TABLE)

    def set_rows(self, rows):
        write_rows(self.connection, TABLE, rows)

    def scripts(self, environment=None):
        return Scripts(self.graph, environment)

    def run(self, command):
        out, result = io.StringIO(), Outcome()
        config = Config(stdout=out, output_buffer=out)
        commands.ScriptDirectory = types.SimpleNamespace(
            from_config=lambda _: self.scripts(lambda: self.environment(out, result)))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.dispatch(config, command, result)
        except CommandError as e:
            result.kind, result.message = "error", str(e)
        except Exception as e:  # an assertion, a KeyError: no answer
            result.kind, result.message = "undefined", f"{type(e).__name__}: {e}"
        if "--sql" in command:
            self.read_script(command, out.getvalue(), result)
        else:
            result.rows = self.rows()
            result.lines = [] if command[0] == "stamp" else listing(command[0], out.getvalue())
        return result

    def dispatch(self, config, command, result):
        verb, *arguments = command
        names = [a for a in arguments if not a.startswith("--")]
        if verb in ("upgrade", "downgrade"):
            getattr(commands, verb)(config, names[0], sql="--sql" in arguments)
        elif verb == "stamp":
            commands.stamp(config, names, purge="--purge" in arguments)
        elif verb == "history":
            ranges = [a[2:] for a in arguments if a.startswith("-r")]
            commands.history(config, *ranges, indicate_current="-i" in arguments)
        elif verb == "show":
            commands.show(config, names[0])
        elif verb == "heads":
            commands.heads(config, resolve_dependencies=bool(arguments))
        elif verb == "current" and arguments:  # as Alembic 1.17.1 and later
            at_heads = self.rows() == set(self.scripts().get_heads())
            result.kind = "ok" if at_heads else "no"
        else:
            getattr(commands, verb)(config)

    def environment(self, out, result):
        def applied(step, **_):
            if not step.is_stamp:
                result.steps.append(("upgrade" if step.is_upgrade else "downgrade",
                                     step.up_revision_id))
        if context.is_offline_mode():
            context.configure(dialect_name="sqlite", output_buffer=out)
            with context.begin_transaction():
                context.run_migrations()
            return
        with self.engine.connect() as connection:
            context.configure(connection=connection, on_version_apply=applied)
            with context.begin_transaction():
                context.run_migrations()

    def read_script(self, command, script, result):
        for direction, before, after in re.findall(r"-- Running (\w+) (.*) -> (.*)", script):
            result.steps.append((direction, after if direction == "upgrade" else before))
        if result.kind == "ok":
            script = re.sub(r"DROP TABLE .*;", "", script)  # gone since Alembic 1.19
            result.rows = run_script(script, TABLE, self.offline_start(command) or ())

    def resolve(self, symbol):
        """The ids that an absolute symbol stands for, or None."""
        try:
            return [r.revision for r in self.scripts().get_revisions(symbol) if r is not None]
        except Exception:
            return None

    def offline_start(self, command):
        return self.resolve(command[1].split(":")[0] if ":" in command[1] else "base")
