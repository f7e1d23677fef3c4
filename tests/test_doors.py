"""One room alone writes a table: who else needs a change asks that room for it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
WRITES = {
    *("save", "create", "get_or_create", "update_or_create", "bulk_create"),
    *("update", "bulk_update", "delete"),
}
WRITES |= {f"a{name}" for name in WRITES}
# Model -> who may write its rows, and the names under which other models reach them.
DOORS = {
    "SyncJob": ("plays/sync/jobs/transitions.py", {"jobs", "syncjob_set"}),
    "Site": ("plays/sync/site/", set()),
}
MODELS = "plays/models/"


def writes_of(model, tree, *, returning=frozenset()):
    """The lines of a parsed file that write rows of `model`, as far as a reader can tell.

    Followed are names that were bound to something of the model in the same function, parameters
    and functions whose annotation names it, and other models' names for it (`play.jobs`).
    """
    returning = set(returning) | functions_returning(model, tree)
    return sorted({line for scope in _scopes(tree) for line in _in_scope(model, scope, returning)})


def functions_returning(model, tree):
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.returns and _names(node.returns, model)
    }


def _scopes(tree):
    """Functions and methods, with what lies in them, and the other statements."""
    for node in tree.body:
        yield from _scopes(node) if isinstance(node, ast.ClassDef) else [node]


def _in_scope(model, scope, returning):
    related = DOORS[model][1]
    known = {model, *returning}
    nodes = list(ast.walk(scope))

    def is_ours(node):
        while True:
            match node:
                case ast.Name(id=name):
                    return name in known
                case ast.Attribute(attr=name) if name in related or name in returning:
                    return True
                case ast.Attribute(value=value) | ast.Subscript(value=value):
                    node = value
                case ast.Call(func=ast.Name(id="list" | "iter" | "next" | "sorted"), args=[of, *_]):
                    node = of
                case ast.Call(func=func):
                    node = func
                case _:
                    return False

    before, bindings = -1, list(_bindings(nodes, model))
    while len(known) > before:  # until no further name is found
        before = len(known)
        for target, value in bindings:
            if value is True or is_ours(value):
                known |= {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
    for node in nodes:
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in WRITES
            and is_ours(node.func.value)
        ):
            yield node.lineno


def _bindings(nodes, model):
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from ((target, value) for target in targets)
            case ast.NamedExpr(target=target, value=value):
                yield target, value
            case ast.AnnAssign(target=target, annotation=annotation):
                yield target, _names(annotation, model) or node.value
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                yield target, value
            case ast.arg(arg=name, annotation=annotation) if annotation:
                yield ast.Name(id=name), _names(annotation, model)


def _names(annotation, model):
    """Whether an annotation names the model, its query sets and collections of it included."""
    wanted = (model, f"{model}QuerySet")
    return any(isinstance(n, ast.Name) and n.id in wanted for n in ast.walk(annotation))


@pytest.fixture(scope="module")
def product():
    """The product's files but models and migrations, parsed, by name."""
    paths = {p.relative_to(ROOT).as_posix(): p for p in (ROOT / "plays").rglob("*.py")}
    return {
        name: ast.parse(path.read_text(encoding="utf-8"))
        for name, path in paths.items()
        if not name.startswith(("plays/migrations/", MODELS))
    }


@pytest.mark.parametrize("model", DOORS)
def test_rows_are_written_in_one_room_only(model, product):
    room, _ = DOORS[model]
    returning = {name for tree in product.values() for name in functions_returning(model, tree)}
    writers = {
        f"{name}:{line}"
        for name, tree in product.items()
        for line in writes_of(model, tree, returning=returning)
    }

    assert any(place.startswith(room) for place in writers)
    assert {place for place in writers if not place.startswith(room)} == set()


@pytest.mark.parametrize(
    "body",
    [
        "SyncJob.objects.filter(pk=1).update(state='synced')",
        "SyncJob.objects.pending().on(page).delete()",
        "SyncJob.objects.bulk_create(rows)",
        "SyncJob(key='x').save()",
        "job = SyncJob(key='x')\n job.save()",
        "jobs = SyncJob.objects.all()\n late = jobs.filter(key='x')\n late.update(key='y')",
        "for job in play.jobs.all():\n  job.save()",
        "for job in list(SyncJob.objects.all()):\n  job.save()",
        "[job.delete() for job in SyncJob.objects.all()]",
        "if job := SyncJob.objects.first():\n  job.save()",
        "mapping.jobs.filter(key='x').update(key='y')",
        "due(page).update(key='y')",
        "rows: SyncJobQuerySet = elsewhere()\n rows.update(key='y')",
    ],
)
def test_a_write_past_the_door_is_seen(body):
    source = f"def due(page) -> SyncJobQuerySet: ...\ndef f(page, play, mapping, rows):\n {body}\n"

    assert writes_of("SyncJob", ast.parse(source))


@pytest.mark.parametrize("annotation", ["SyncJob", "QuerySet[SyncJob]", "Iterable[SyncJob] | None"])
def test_a_write_to_a_parameter_is_seen(annotation):
    source = f"def f(given: {annotation}):\n given.update(key='y')\n"

    assert writes_of("SyncJob", ast.parse(source)) == [2]


@pytest.mark.parametrize(
    "body",
    [
        "Page.objects.filter(mappings__jobs__in=jobs).update(body_size=0)",
        "words.update(SyncJob.objects.values_list('pk', 'key'))",
        "SyncJob.objects.filter(key='x').exists()",
        "attempt.jobs.add(*jobs)",
    ],
)
def test_other_writes_and_reads_are_not_taken_for_one(body):
    source = f"def f(jobs, words, attempt):\n {body}\n"

    assert writes_of("SyncJob", ast.parse(source)) == []
