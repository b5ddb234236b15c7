"""A workspace in which Carla is everywhere: by name, handle, id and words that stand nowhere else."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from valore.flows._suppressed import suppression
from valore.flows.space import Space, create
from valore.flows.subjects import consent, declare
from valore.model.batch import Gather
from valore.model.keys import key
from valore.model.records import Account, Fault, Interaction, Observation, Post, Record, Where
from valore.state import Outcome, Review

DAY = 86_400_000_000
START = 1_735_689_600_000_000
ID, HANDLE, NAME = "7700112233", "carlakanari", "Carla Kanarini"
WORDS = "kanariwords"
CANARIES = tuple(word.encode() for word in (ID, HANDLE, NAME, WORDS))


def post(number: int, author: str, text: str, **more: Any) -> Post:
    told = Post("x", f"p{number}", author, START + number % 300 * DAY + number, f"/{number}", text=text)
    return told._replace(**more)


def carla(first: int = 0, count: int = 20) -> list[Record]:
    """Return Carla's own archive: her posts, her likes, her profile; she answers Lume, and names Zoe."""
    posts = [post(first + n, ID, f"{WORDS} {n} su Lume", mentions=("@zoe",)) for n in range(count)]
    posts += [post(first + 90 + n, ID, f"{WORDS} a @lume {n}", reply_to_author="500") for n in range(count)]
    likes: list[Record] = [Interaction("x", "like", ID, f"/l{n}", target=f"p{2000 + 3 * n}") for n in range(5)]
    counts = [Observation("x", p.id, p.pointer, seen=START, likes=3) for p in posts]
    seen = START + 300 * DAY
    known = Account(
        "x", ID, "/me", handle=HANDLE, name=NAME, bio=f"{WORDS}, sono io", url=f"https://x.com/{HANDLE}", seen=seen
    )
    return [*posts, *likes, *counts, known]


def others() -> list[Record]:
    """Return what Bruno, Dario and Lume wrote: some of it to Carla and about her."""
    said = ("bella, la adoro", "pessima, che delusione", "arrivata ieri", "perfetta, grazie", "scalda troppo, non va")
    posts = [
        post(
            2000 + 3 * n,
            f"{600 + n % 43}",
            f"Lume è {said[n % 5]}, davvero {n}",
            reply_to="p3000",
            reply_to_author="500",
        )
        for n in range(160)
    ]
    posts += [post(3000 + 5 * n, "500", f"Una lampada nuova per leggere la sera, {n}") for n in range(50)]
    posts += [
        post(400, "601", f"@{HANDLE} hai visto Lume? ciao @{HANDLE}", mentions=(ID,)),
        post(401, "602", f"come dice @{HANDLE.upper()}, Lume scalda", links=(f"https://x.com/{HANDLE}/status/7",)),
        post(402, "603", f"letto su https://x.com/{HANDLE} di Lume"),
        post(403, "604", "@carlakana non c'entra, Lume sì"),
    ]
    likes: list[Record] = [
        Interaction("x", "like", "601", f"/o{n}", target=f"p{n}", target_author=ID) for n in range(3)
    ]
    likes += [
        Interaction("x", "repost", f"{600 + n}", f"/r{n}", at=START + n * DAY, target="p3000", target_author="500")
        for n in range(43)
    ]
    known = [Account("x", f"{600 + n}", f"/{n}", handle=f"amico{n}", name=f"Amico {n}") for n in range(43)]
    hers = f"https://x.com/{HANDLE}"
    page = "https://amico7.example"
    known[7] = known[7]._replace(links=(page, f"{hers}?s=20"), aliases=(f"https://x.com/i/user/{ID}", hers))
    known[8] = known[8]._replace(links=("https://x.com/carlakana", f"acct:{HANDLE}@altrove.example"))
    return [*posts, *likes, *known, Account("x", "500", "/lume", handle="lume", name="Lume")]


def take(
    space: Space,
    name: str,
    records: Iterable[Record | Fault],
    given: bytes,
    *,
    place: str = "x",
    at: datetime | None = None,
) -> Mapping[str, int]:
    """Import records as the flow does: kept, begun, left out, stored, acknowledged; return what was left out."""
    folder = space.home.parent / "given"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(given)
    sha = space.lake.keep(folder / name)
    source, gather = sha[:16], Gather(sha[:16])
    space.desk.imports.begin(source, name=name, sha256=sha, place=place, variant="1", skipped={})
    space.desk.imports.holds(source, [sha])
    for record in records:
        gather.add(record, "" if isinstance(record, Fault) else "data.js")
    last = space.lake.last(source)
    tables, left = gather.take(), dict[str, int]()
    known = suppression(space)
    if known is not None:
        tables, counted = known(tables)
        left = dict(counted)
    stored = space.lake.commit(tables, source=source, number=0 if last is None else last + 1)
    times = [datetime.fromtimestamp(r.published / 1e6, UTC) for r in records if isinstance(r, Post)]
    outcome = Outcome(
        read=len(times),
        stored=stored,
        owners={f"x:{ID}": 20},
        since=min(times, default=None),
        until=max(times, default=None),
        erased=left,
    )
    space.desk.imports.finish(source, outcome)
    if at is not None:
        collected(space, source, at)
    return left


def collected(space: Space, source: str, at: datetime) -> None:
    """Say that an import began at another time."""
    from valore.state import models

    space.desk.rows(models.Import).filter(source=source).update(started=at)


def archive() -> bytes:
    """Return a zip whose members, once unpacked, tell of Carla."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("data/account.js", json.dumps({"username": HANDLE, "accountId": ID, "name": NAME}))
        file.writestr("data/tweets.js", json.dumps([f"{WORDS} {n}" for n in range(50)]))
    return whole.getvalue()


def table(rows: Sequence[Post]) -> bytes:
    """Return a listening table."""
    whole = io.StringIO()
    lines = csv.writer(whole)
    lines.writerow(["id", "author", "text"])
    lines.writerows([(r.id, r.author, r.text) for r in rows])
    return whole.getvalue().encode()


def home(folder: Path) -> Space:
    """Return a workspace with Lume and Carla declared, nothing imported."""
    space = create(folder / "home", "lume")
    declare(space, "lume", kind="brand", name="Lume", accounts=("x:500",), statement="Lampade per leggere la sera")
    declare(space, "carla", name=NAME, accounts=(f"x:{ID}",), aliases=(f"@{HANDLE}",), statement=WORDS)
    consent(space, "carla", given=True, by=NAME, proof=f"{HANDLE}.pdf")
    return space


def filled(folder: Path) -> Space:
    """Return a workspace with Carla's archive, a table with everybody, Bruno's table, reviews and reports."""
    space = home(folder)
    take(space, f"{HANDLE}-2025.zip", carla(), archive())
    mixed = [*others(), *carla(40, 3), Fault(Where(f"{HANDLE}.js", "/1"), "no_date")]
    take(space, "mentions.csv", mixed, table([r for r in mixed if isinstance(r, Post)]))
    bruno = [post(500 + n, "601", f"Lume, ancora {n}") for n in range(5)]
    take(space, "bruno.csv", bruno, table(bruno))
    when = datetime(2025, 3, 1, tzinfo=UTC)
    for number, author in ((1, ID), (2000, "600")):
        space.desk.reviews.add(
            "lume", [Review(key("x", f"p{number}"), key("x", author), "positive", 0.5, "Anna", when)]
        )
    space.desk.reviews.add("carla", [Review(key("x", "p2000"), key("x", "600"), "positive", 0.5, NAME, when)])
    space.desk.set("mappings", [{"file": f"{HANDLE}*.csv"}, {"file": "mentions.csv"}])
    space.desk.note("exported", f"posts: {HANDLE}.csv (20)")
    reports(space)
    return space


def reports(space: Space) -> None:
    """Write reports: hers, Lume's with her words, and one in which she is not."""
    for name, text in (("carla", NAME), ("lume", f"<p>@{HANDLE}: {WORDS}</p>"), ("nitida", "<p>nessuno</p>")):
        folder = space.folder / "reports" / name
        folder.mkdir(parents=True)
        (folder / "report.html").write_text(text)
        (folder / "report.pdf").write_bytes(b"%PDF compressed")
    (space.folder / "rejects.csv").write_text(f"file,pointer\n{HANDLE}.js,/1\n")


def canaries(folder: Path, needles: Sequence[bytes] = CANARIES) -> dict[str, list[bytes]]:
    """Return the files below a folder that hold one of the needles, packed or unpacked."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            whole = path.read_bytes() + _unpacked(path)
            seen = [n for n in needles if n.lower() in whole.lower()]
            if seen:
                found[str(path.relative_to(folder))] = seen
    return found


def _unpacked(path: Path) -> bytes:
    if path.suffix == ".parquet":
        return repr(pq.read_table(path).to_pydict()).encode()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as file:
            return b"".join(file.read(name) for name in file.namelist())
    return b""
