"""Writes a world as the files that its places would hand over."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from valore.world import elsewhere, tables
from valore.world.exports import Writer, feed, googleplus, mastodon, meta, workspace, x
from valore.world.exports.listening import LINES, Ear
from valore.world.exports.own import profile, written
from valore.world.laws import Bools
from valore.world.lines import Lines, joined
from valore.world.past import TWEETS
from valore.world.people import PLACES
from valore.world.simulation import Stage, Tally, blocks, planned, stage
from valore.world.truth import truth

Tick = Callable[[int, int | None, str], None]

_ARCHIVES: tuple[tuple[str, str, Writer], ...] = (
    ("anna", "x", x.modern),
    ("anna", "instagram", meta.instagram),
    ("anna", "mastodon", mastodon.archive),
    ("anna", "googleplus", googleplus.takeout),
    ("anna", "feed", feed.atom),
    ("lume", "facebook", meta.page),
    ("lume", "x", x.modern),
    ("lume", "instagram", meta.instagram),
    ("bruno", "x", x.modern),
    ("carla", "mastodon", mastodon.archive),
    ("dario", "facebook", meta.profile),
)
"""Whose archives there are; what other accounts say comes from listening tools."""
_SMALL = 200_000
"""Posts up to which archives hold the answers too, and tables what profiles say."""
_META = (PLACES.index("facebook"), PLACES.index("instagram"))
_README = """\
A simulated world: {size} posts, seed {seed}, {first} to {last}, and Anna's older past.
All people, brands and places are invented.

exports      archives as X, Instagram, Facebook, Mastodon, Google+ and a blog hand them to their owners
             (x-*, <number>_*, instagram-*, facebook-*, mastodon-*, takeout-*, blog-*), and tables as
             listening tools do (conversazioni.jsonl, facebook_ascolto.csv, instagram_ascolto.xlsx)
workspace    workspace.toml: subjects, consents, faces, plan, and how the tables are read
truth        truth.parquet: the parameters that produced it all; .labels/: of every post and account

valore init NAME --from workspace.toml, then valore import of this folder.
"""
_ELSEWHERE = """
elsewhere    Anna's posts once more, as every other place and listening tool that Valore reads would hand them over
"""


def write(
    seed: int, size: int, folder: Path, tick: Tick | None = None, *, everywhere: bool = False
) -> tuple[Path, ...]:
    """Write the world of this seed and size; where it already stands, do nothing.

    Args:
        seed: The same seed and size give the same bytes.
        size: Posts, 2,000 to 10,000,000; memory stays bounded.
        folder: Made if needed.
        tick: Told of progress: posts, size, file.
        everywhere: Write Anna's posts also in the format of every other place and tool, below `elsewhere`.

    Returns:
        All files, the workspace file first.

    Raises:
        SettingsError: `size` is too small.
    """
    seal = folder / "README.txt"
    readme = _README.format(size=size, seed=seed, first="2025-01-01", last="2026-06-30")
    readme += _ELSEWHERE if everywhere else ""
    if seal.is_file() and seal.read_text(encoding="utf-8") == readme:
        return tuple(sorted(p for p in folder.rglob("*") if p.is_file()))
    made = stage(seed, size)
    folder.mkdir(parents=True, exist_ok=True)
    seal.unlink(missing_ok=True)
    plan = folder / "workspace.toml"
    plan.write_text(workspace.text(planned(made)), encoding="utf-8")
    tally, own, heard = _hear(made, folder, tick or (lambda *_: None))
    archives = _archives(made, folder, tally, own, everywhere=everywhere)
    known = _truth(made, folder)
    seal.write_text(readme, encoding="utf-8")
    return (plan, *archives, *heard, *known, seal)


def _archived(made: Stage) -> Bools:
    """Say of each account whether its archive is there."""
    found = np.zeros(len(made.people.key), dtype=bool)
    found[[made.people.home[made.laws.index(s), PLACES.index(p)] for s, p, _ in _ARCHIVES]] = True
    return found


def _hear(made: Stage, folder: Path, tick: Tick) -> tuple[Tally, list[Lines], tuple[Path, ...]]:
    """Stream all posts into the tables; keep aside those that archives hold."""
    archived, tally, own = _archived(made), Tally(made), [joined(made.fixed)]
    (folder / ".labels").mkdir(exist_ok=True)
    path, labels = folder / LINES, folder / ".labels" / "posts.parquet"
    count, kept = 0, None
    with path.open("wb") as out:
        ear = Ear(made.laws, made.people, made.wall, _profiles(made), out)
        for number, said in enumerate(blocks(made)):
            tally.add(said)
            told = tables.labels(made.people, made.laws, said)
            kept = kept or pq.ParquetWriter(labels, told.schema, compression="zstd")
            kept.write_table(told)
            mine = archived[said.author] & ~_elsewhere(made, said, first=number == 0)
            if number:
                own.append(said.take(np.flatnonzero(mine)))
            ear.hear(said.take(np.flatnonzero(~mine)))
            count += len(said)
            tick(count, made.size, LINES)
        ear.repeat(made.acts, count)
    if kept is not None:
        kept.close()
    return tally, own, (path, *ear.close(folder), labels)


def _elsewhere(made: Stage, said: Lines, *, first: bool) -> Bools:
    """Say which posts of archived accounts only listening tools hold.

    Meta's archives do not say what an answer answers; in large worlds archives stay small.
    """
    if first:
        return np.zeros(len(said), dtype=bool)
    return np.isin(made.people.place[said.author], _META) | (made.size > _SMALL)


def _profiles(made: Stage) -> pa.Table | None:
    if made.size > _SMALL:
        return None
    return tables.accounts(np.random.default_rng([made.seed, 6]), made.laws, made.people)


def _archives(made: Stage, folder: Path, tally: Tally, own: list[Lines], *, everywhere: bool) -> list[Path]:
    """Write every archive, and the old one of Anna."""
    people, said = made.people, joined(own)
    replies = _answered(made, said)
    bios = pa.array([role.subject.statement for role in made.laws.roles]).take(
        pa.array(made.people.subject, mask=made.people.subject < 0)
    )
    paths = []
    for slug, place, writer in _ARCHIVES:
        account = int(people.home[made.laws.index(slug), PLACES.index(place)])
        posts = list(written(people, said, account, tally.counts, replies))
        owner, first = profile(people, account, bios), (slug, place) == ("anna", "x")
        old = posts[:TWEETS] if first else []
        paths.append(writer(folder, owner, iter(posts[len(old) :])))
        if old:
            paths.append(x.old(folder, owner, iter(old)))
        if first and everywhere:
            paths += elsewhere.write(folder / "elsewhere", owner, posts)
    return paths


def _answered(made: Stage, said: Lines) -> dict[int, str]:
    """Return the native ids of the posts that archived accounts answer."""
    wanted = said.reply[said.reply >= 0]
    if not len(wanted):
        return {}
    found: dict[int, str] = {}
    for block in blocks(made):
        rows = np.flatnonzero(np.isin(block.key, wanted))
        found |= dict(zip(block.key[rows].tolist(), block.id.take(pa.array(rows)).to_pylist(), strict=True))
    return found


def _truth(made: Stage, folder: Path) -> tuple[Path, Path]:
    paths = folder / "truth.parquet", folder / ".labels" / "accounts.parquet"
    facts = truth(made.laws, made.crowd, made.crisis, made.audience), tables.actors(made.people, made.laws)
    for path, table in zip(paths, facts, strict=True):
        pq.write_table(table, path, compression="zstd")
    return paths
