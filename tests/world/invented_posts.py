"""Posts of invented people, with all that is awkward to write into a file."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from valore.model.records import Account, Fault, Interaction, Observation, Opinion, Post, Raw, Record, Rows
from valore.model.source import Match
from valore.places import Place, places
from valore.trust.archive import open_export
from valore.world.exports.own import Profile, Written

TEXTS = (
    "Perché la città è più bella, così. #carta",
    "Ha detto: \"carta, penna; 'sì'\" & <basta>\r\nA capo\n\nE ancora | fine\t.".replace("\r\n", "\n"),
    "@bruno 😀👩‍🎨 grazie!",
    "مرحبا بالورق",
    "Semplice",
)


def posts() -> tuple[Written, ...]:
    """Return five posts: with a tag, with quotes and line breaks, an answer with emoji, in Arabic, a plain one."""
    return tuple(_posts())


def _posts() -> Iterator[Written]:
    for number, text in enumerate(TEXTS):
        answers = text.startswith("@bruno")
        yield Written(
            id=str(1_611_077_073_803_841_500 + number),
            at=datetime(2022, 10, 3, 17, 57, number, tzinfo=UTC),
            text=text,
            tag="carta" if "#carta" in text else None,
            language="ar" if number == 3 else "it",
            reply="1611077073803840001" if answers else None,
            reply_author="1002" if answers else None,
            reply_handle="bruno" if answers else None,
            reply_name="Bruno" if answers else None,
            likes=number,
            reposts=2 * number,
        )


def profile(place: str = "x") -> Profile:
    """Return the account that wrote them."""
    return Profile(place=place, id="1001", handle="annaferri", name="Anna Ferri", bio="Carta & «libri», a Torino")


def read(path: Path) -> tuple[Place, Match, list[Record | Fault]]:
    """Read a file with the place that is surest of it, tables unrolled into records."""
    with open_export(path) as export:
        sure = {n: m for n, p in places().items() if (m := p.sniff(export)) is not None}
        place = places()[max(sure, key=lambda n: sure[n].certainty)]
        match = sure[place.name]
        found = [i for i in place.read(export, match) if isinstance(i, Raw | Fault)]
        said = [r for i in found for r in (place.normalise(i) if isinstance(i, Raw) else [i])]
    return place, match, [r for record in said for r in (_single(record) if isinstance(record, Rows) else [record])]


_RECORDS: dict[str, Callable[..., Record]] = {
    "posts": Post,
    "accounts": Account,
    "interactions": Interaction,
    "observations": Observation,
    "annotations": Opinion,
}


def _single(rows: Rows) -> Iterator[Record]:
    """Yield columns as records; instants are integers and lists are tuples again."""
    for row in rows.batch.to_pylist():
        yield _RECORDS[rows.table](**{name: _plain(value) for name, value in row.items() if value is not None})


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return round(value.timestamp() * 1_000_000)
    return tuple(value) if isinstance(value, list) else value


def instant(post: Written) -> int:
    """Return when a post was written, in microseconds since 1970."""
    return round(post.at.timestamp() * 1_000_000)
