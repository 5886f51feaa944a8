"""Random revision graphs and random commands for them."""
from dataclasses import dataclass, field, replace

LABELS = ["lib", "libs", "core", "rel_1", "x.y", "abc", "feature", "a1b"]
UNKNOWN = ["zz", "nope1", "abcdefghijkl", "a"]


@dataclass(frozen=True)
class Revision:
    id: str
    parents: tuple = ()
    labels: tuple = ()
    depends: tuple = ()  # ids or labels


@dataclass(frozen=True)
class Graph:
    """Revisions in load order."""
    revisions: tuple
    named: dict = field(init=False, compare=False, repr=False)  # id or label -> revision

    def __post_init__(self):
        object.__setattr__(self, "named", {n: r for r in self.revisions for n in (r.id, *r.labels)})

    def needs(self, revision, dependencies=True):
        found = revision.parents + (revision.depends if dependencies else ())
        return [self.named[n].id for n in found if n in self.named]

    def ancestors(self, ids, dependencies=True):
        """The revisions of `ids` and everything below them."""
        seen, todo = set(), list(ids)
        while todo:
            revision = self.named.get(todo.pop())
            if revision is not None and revision.id not in seen:
                seen.add(revision.id)
                todo += self.needs(revision, dependencies)
        return seen

    def lineage(self, name, dependencies=False):
        """What lies below or above; empty where there is no such revision."""
        below = self.ancestors([name], dependencies)
        one = self.named[name].id if name in self.named else None
        return below | {r.id for r in self.revisions if one in self.ancestors([r.id], dependencies)}

    def heads(self, dependencies=False):
        needed = {n for r in self.revisions for n in self.needs(r, dependencies)}
        return [r.id for r in self.revisions if r.id not in needed]

    def without(self, gone):
        """The graph without a revision; its children get its parents."""
        def inherit(names, instead):
            return tuple(dict.fromkeys(m for n in names for m in (instead if n in lost else (n,))))
        lost = (gone.id, *gone.labels)
        return Graph(tuple(replace(r, parents=inherit(r.parents, gone.parents),
                                   depends=inherit(r.depends, ()))
                           for r in self.revisions if r is not gone))


def new_id(rng, taken):
    while True:
        stem = rng.choice(["", "", "abcd", "abcd1", "a1", "v1.", "20250"])
        made = stem + "".join(rng.choices("0123456789abcdef", k=rng.choice([1, 2, 4, 6])))
        if made not in taken and made not in LABELS:
            return made


def pick(rng, items, most):
    return tuple(rng.sample(items, min(len(items), rng.randint(1, most))))


def random_graph(rng):
    made, labels = [], rng.sample(LABELS, len(LABELS))
    with_depends, with_labels = rng.choice([0, 0.2, 0.5]), rng.choice([0, 0.3, 0.6])
    for _ in range(rng.randint(1, 12)):
        graph = Graph(tuple(made))
        ids = [r.id for r in made]
        parents, depends, own = (), (), ()
        if ids and rng.random() > 0.15:
            near = graph.heads() if rng.random() < 0.6 else ids
            parents = pick(rng, near, rng.choice([1, 1, 1, 2, 4]))
            if rng.random() > 0.05:  # a merge rarely names a parent's ancestor
                parents = tuple(p for p in parents
                                if not any(p in graph.ancestors([q]) for q in parents if q != p))
        if ids and rng.random() < with_depends:
            names = ids if rng.random() < 0.6 else list(graph.named)
            depends = pick(rng, names, rng.choice([1, 1, 1, 2, 3]))
        if labels and rng.random() < with_labels:
            own = tuple(labels.pop() for _ in range(min(len(labels), rng.choice([1, 1, 1, 2]))))
        made.append(Revision(new_id(rng, ids), parents, own, depends))
    if rng.random() < 0.5:
        rng.shuffle(made)
    return Graph(tuple(made))


def random_name(rng, graph):
    kind, name = rng.random(), rng.choice(list(graph.named))
    if kind < 0.5:
        return name
    if kind < 0.62:
        return name[:rng.randint(1, len(name))]
    if kind < 0.96:
        return rng.choice(["head", "heads", "heads", "base", "base", "current"])
    return rng.choice(UNKNOWN)


def random_symbol(rng, graph, relative=0.3):
    branch = ""
    if rng.random() < 0.25:
        names = [*graph.named] * 5 + UNKNOWN + ["", "base", rng.choice([*graph.named])[:3]]
        branch = rng.choice(names) + "@"
    if rng.random() > relative:
        return branch + random_name(rng, graph)
    name = "" if rng.random() < 0.6 else random_name(rng, graph)
    tail = rng.choice(["x", "+1"]) if rng.random() < 0.02 else ""
    return f"{branch}{name}{rng.choice('+-')}{rng.choice([0, 1, 1, 1, 2, 2, 3, 7])}{tail}"


def random_range(rng, graph, relative=0.3, empty=0.25):
    ends = [("" if rng.random() < empty else random_symbol(rng, graph, relative)) for _ in "ab"]
    return ":".join(ends + ["base"] * (rng.random() < 0.01)) if rng.random() > 0.01 else ends[0]


def random_command(rng, graph):
    """A tuple: the command's name, its arguments."""
    verb = rng.choices(["upgrade", "downgrade", "stamp", "history", "show", "current", "heads",
                        "branches", "offline", "rows"], [8, 7, 4, 4, 2, 1, 1, 1, 3, 0.2])[0]
    if verb == "upgrade":
        return verb, rng.choice(["heads", random_symbol(rng, graph), random_symbol(rng, graph)])
    if verb in ("downgrade", "show"):
        return verb, random_symbol(rng, graph, 0.5 if verb == "downgrade" else 0.15)
    if verb == "stamp":
        targets = [random_symbol(rng, graph, 0.1) for _ in range(rng.choice([1, 1, 2, 3]))]
        return (verb, *targets, *["--purge"] * (rng.random() < 0.2))
    if verb == "history":
        options = [f"-r{random_range(rng, graph)}"] * (rng.random() < 0.8)
        return (verb, *options, *["-i"] * (rng.random() < 0.4))
    if verb == "heads":
        return (verb, *["--resolve-dependencies"] * rng.randint(0, 1))
    if verb == "current":
        return (verb, *["--check-heads"] * rng.randint(0, 1))
    if verb == "offline":
        return rng.choice(["upgrade", "downgrade"]), random_range(rng, graph, 0.2, 0.02), "--sql"
    if verb == "rows":  # what another program may have left
        return (verb, *pick(rng, [r.id for r in graph.revisions] + ["gone"], 2))
    return (verb,)
