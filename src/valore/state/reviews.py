"""What people judged, one post at a time."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from valore.errors import UnknownName
from valore.state import models
from valore.state.shapes import Review

if TYPE_CHECKING:
    from valore.state.desk import Desk


class Reviews:
    """The judgements of one workspace."""

    def __init__(self, desk: "Desk") -> None:
        """Sit at a desk."""
        self._desk = desk

    def add(self, slug: str, reviews: Iterable[Review]) -> None:
        """Add judgements for one subject; nothing earlier is changed.

        Raises:
            UnknownName: nobody is called so.
        """
        with self._desk.writing():
            subject = self._desk.rows(models.Subject).filter(slug=slug).first()
            if subject is None:
                raise UnknownName("subject", slug, self._desk.rows(models.Subject).values_list("slug", flat=True))
            for review in reviews:
                self._desk.add(models.Review, subject=subject, **review._asdict())

    def latest(self, slug: str) -> tuple[Review, ...]:
        """Return the last judgement on each post for one subject, by post."""
        rows = self._desk.rows(models.Review).filter(subject__slug=slug).order_by("pk")
        latest = {r.post: r for r in rows}
        return tuple(Review(r.post, r.author, r.label, r.probability, r.by, r.at) for _, r in sorted(latest.items()))
