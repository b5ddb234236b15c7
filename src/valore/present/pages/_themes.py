"""Who one says to be and who one seems: themes, and a post behind each."""

from collections.abc import Iterator

from valore.model.reading import Reading
from valore.present.charts.bars import Bar
from valore.present.charts.multiples import Multiples, Panel
from valore.present.language import Words
from valore.present.page import Block, Cell, Column, Figure, Section, Table
from valore.present.pages._shown import Shelf
from valore.present.terms import term

THEMES = 6
"""Themes shown: those that weigh most anywhere."""
_KNOWN = ("declared", "practised", "perceived")


def themes(reading: Reading, words: Words, shelf: Shelf) -> tuple[Block, ...]:
    """Return declared, practised and perceived themes side by side."""
    kinds, names = _kinds(reading), _names(reading)
    if not names:
        return ()
    panels = tuple(Panel(term(k, words), tuple(_theme(reading, k, t, words) for t in names)) for k in kinds)
    about = "; ".join(f"{p.title}: " + ", ".join(f"{b.label} {b.text}" for b in p.items) for p in panels)
    chart = Multiples(words.say("Themes: declared, practised, perceived"), about, panels)
    caption = words.say(
        "What is declared, what is written about, and what others speak of when they speak of the subject."
    )
    title = words.say("Who one says to be, and who one seems")
    return (Section("themes", title, (Figure(chart, caption, _theme_table(reading, kinds, names, words, shelf)),)),)


def _theme(reading: Reading, kind: str, theme: str, words: Words) -> Bar:
    share = reading.themes[kind].get(theme, 0.0)
    return Bar(theme, share, words.percent(share))


def _theme_table(reading: Reading, kinds: list[str], names: list[str], words: Words, shelf: Shelf) -> Table:
    columns = (Column("theme", words.say("Theme")), *(Column(k, term(k, words), number=True) for k in kinds))
    rows = ((Cell(t, t), *(_share(reading, k, t, words, shelf) for k in kinds)) for t in names)
    return Table(words.say("Themes: declared, practised, perceived"), columns, tuple(rows), "themes")


def shown(reading: Reading) -> Iterator[int]:
    """Yield the posts behind the shares that are shown."""
    for kind in _kinds(reading):
        posts = reading.theme_posts.get(kind, {})
        yield from (posts[theme] for theme in _names(reading) if theme in posts)


def _kinds(reading: Reading) -> list[str]:
    return [k for k in _KNOWN if reading.themes.get(k)] + [k for k in reading.themes if k not in _KNOWN]


def _names(reading: Reading) -> list[str]:
    weight: dict[str, float] = {}
    for kind in _kinds(reading):
        for theme, share in reading.themes[kind].items():
            weight[theme] = max(weight.get(theme, 0.0), share)
    return sorted(weight, key=lambda t: (-weight[t], t))[:THEMES]


def _share(reading: Reading, kind: str, theme: str, words: Words, shelf: Shelf) -> Cell:
    """Return a share that leads to a post which speaks of the theme."""
    share, post = reading.themes[kind].get(theme, 0.0), reading.theme_posts.get(kind, {}).get(theme)
    return Cell(words.percent(share), share, "" if post is None or not share else shelf.id(post))
