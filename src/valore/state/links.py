"""What people say of accounts and posts that may be one. Nothing earlier is changed."""

from typing import TYPE_CHECKING

from valore.model.links import Said, Word
from valore.state import models

if TYPE_CHECKING:
    from valore.state.desk import Desk


class Links:
    """The words on links of one workspace."""

    def __init__(self, desk: "Desk") -> None:
        """Sit at a desk."""
        self._desk = desk

    def all(self) -> tuple[Word, ...]:
        """Return every word, the oldest first."""
        rows = self._desk.rows(models.LinkWord).order_by("pk")
        return tuple(Word(r.first, r.second, Said(r.said), r.by, r.at, tuple(r.evidence), r.confidence) for r in rows)

    def say(self, word: Word) -> None:
        """Add a word."""
        fields = {**word._asdict(), "said": word.said.value, "evidence": list(word.evidence)}
        with self._desk.writing():
            self._desk.add(models.LinkWord, **fields)
            self._desk.note(f"link {word.said.value}", f"{word.first} {word.second}"[:500], word.by)
