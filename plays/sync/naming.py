"""Which Play a name names, wherever it stands: events, files, pages, addresses. The one place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Q

from plays.models import Play, PlayAlias
from plays.models.play import PlayQuerySet
from plays.rules.play_names import PlayNames, new_play_id
from plays.rules.problems import Code, FieldProblem
from plays.sync.chunks import in_chunks


class NotOnePlay(FieldProblem):
    """No Play is called so; or several, whose ids begin so."""

    def __init__(self, name: str, beginning: tuple[str, ...] = ()) -> None:
        if beginning:
            super().__init__(Code.SEVERAL_PLAYS, name=name, plays=beginning)
        else:
            super().__init__(Code.UNKNOWN_PLAY, name=name)


class AliasTaken(FieldProblem):
    """`name` is another Play's id or alias; nothing was changed."""

    def __init__(self, name: str, owner: str) -> None:
        super().__init__(Code.NAME_TAKEN, name=name, play=owner)


def play_names() -> PlayNames:
    """All names, for many look-ups at once; two queries."""
    return PlayNames(
        ids=frozenset(Play.objects.order_by().values_list("play_id", flat=True)),
        aliases=dict(PlayAlias.objects.order_by().values_list("name", "play__play_id")),
    )


def play_called(name: str, *, among: PlayQuerySet | None = None) -> Play:
    """The Play of that id, of that alias, or the only one whose id begins so up to an underscore.

    One query for an id; `among` may lock what it finds. Raises `NotOnePlay`.
    """
    plays = Play.objects.all() if among is None else among
    if play := plays.filter(play_id=name).first():
        return play
    if play := plays.filter(pk__in=PlayAlias.objects.filter(name=name).values("play")).first():
        return play
    found = sorted(_beginning_with(name))
    if len(found) != 1:
        raise NotOnePlay(name, tuple(found))
    return plays.get(play_id=found[0])


def plays_called(names: Iterable[str]) -> dict[str, Play | NotOnePlay]:
    """The Play of each name, or why it names none; one query for each 500 ids, and a few for each
    name that is not an id.
    """
    names = set(names)
    found: dict[str, Play] = {}
    for chunk in in_chunks(sorted(names)):
        found |= {play.play_id: play for play in Play.objects.filter(play_id__in=chunk)}
    return {name: found.get(name) or _play_or_not(name) for name in names}


def _play_or_not(name: str) -> Play | NotOnePlay:
    try:
        return play_called(name)
    except NotOnePlay as error:
        return error


def free_play_id(text: str) -> str:
    """The id that a new Play may have: no other's name in other capital letters either, as both
    would be one row on the page. Raises `FieldProblem`.
    """
    name = new_play_id(text)
    taken = Q(play_id__iexact=name) | Q(aliases__name__iexact=name)
    if owner := Play.objects.filter(taken).order_by("pk").first():
        raise AliasTaken(name, owner.play_id)
    return name


def write_aliases(wanted: Mapping[Play, Iterable[str]]) -> None:
    """Make these each Play's aliases, without its own id. A handful of queries however many.

    The caller's transaction holds the Plays' locks. Raises `AliasTaken`.
    """
    had = set(PlayAlias.objects.filter(play__in=wanted).values_list("play", "name"))
    want = {(p.pk, name) for p, names in wanted.items() for name in names if name != p.play_id}
    gone = {name for _, name in had - want}
    PlayAlias.objects.filter(play__in=wanted, name__in=gone).delete()
    new = {name: pk for pk, name in sorted(want - had)}
    for name, owner in _owners(new):
        raise AliasTaken(name, owner)
    PlayAlias.objects.bulk_create(
        [PlayAlias(play_id=pk, name=name) for name, pk in new.items()], batch_size=500
    )


def _owners(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Those of `names` that are a Play's id or alias, each with that Play's id."""
    names = list(names)
    plays = Play.objects.filter(play_id__in=names).order_by().values_list("play_id", flat=True)
    yield from ((play_id, play_id) for play_id in plays)
    aliases = PlayAlias.objects.filter(name__in=names).order_by()
    yield from aliases.values_list("name", "play__play_id")


def _beginning_with(name: str) -> list[str]:
    """Asked of the database and again here: SQLite's LIKE does not look at case."""
    front = f"{name}_"
    rows = Play.objects.filter(play_id__startswith=front).values_list("play_id", flat=True)
    return [play_id for play_id in rows if play_id.startswith(front)]
