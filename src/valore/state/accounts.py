"""Who is measured: subjects, their accounts, faces, consents and plans."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from valore.errors import SettingsError, UnknownName
from valore.model.subject import AccountRef, Consent, Face, Kind, PlanItem, Subject
from valore.state import models

if TYPE_CHECKING:
    from valore.state.desk import Desk


class Subjects:
    """The subjects of one workspace."""

    def __init__(self, desk: "Desk") -> None:
        """Sit at a desk."""
        self._desk = desk

    def all(self) -> tuple[Subject, ...]:
        """Return every subject, in the order in which they were declared."""
        rows = self._desk.rows(models.Subject).order_by("pk")
        accounts, peers = self._accounts(), self._peers()
        return tuple(_subject(r, accounts.get(r.pk, ()), peers.get(r.pk, ())) for r in rows)

    def get(self, slug: str) -> Subject:
        """Return one subject.

        Raises:
            UnknownName: nobody is called so.
        """
        known = {subject.slug: subject for subject in self.all()}
        if slug not in known:
            raise UnknownName("subject", slug, known)
        return known[slug]

    def put(self, subject: Subject, evidence: str = "declared") -> None:
        """Declare a subject as given. Its accounts are linked and unlinked; its peers wait for `compare`."""
        fields = {
            "kind": subject.kind.value,
            "name": subject.name,
            "names": list(subject.aliases),
            "queries": list(subject.queries),
            "pillars": list(subject.pillars),
            "statement": subject.statement,
        }
        known = {s.slug: s for s in self.all()}
        if known.get(subject.slug) == replace(subject, peers=known.get(subject.slug, subject).peers):
            return
        with self._desk.writing():
            row = self._desk.put(models.Subject, fields, slug=subject.slug)
            self._link(row, subject.accounts, evidence)
            self._desk.note("subject declared", subject.slug)

    def compare(self, slug: str, peers: Iterable[str]) -> None:
        """Set the reference set of a subject.

        Raises:
            UnknownName: a peer is not there.
        """
        row = self._row(slug)
        others = [self._row(peer) for peer in peers]
        with self._desk.writing():
            self._desk.rows(models.Peer).filter(subject=row).delete()
            for other in others:
                self._desk.add(models.Peer, subject=row, other=other)

    def consents(self, slug: str) -> tuple[Consent, ...]:
        """Return what a person said, the latest last."""
        rows = self._desk.rows(models.Consent).filter(subject=self._row(slug)).order_by("at", "pk")
        return tuple(_consent(slug, r) for r in rows)

    def agree(self, consent: Consent) -> bool:
        """Record a person's word; the same word again is not recorded twice. Return whether it was new."""
        if consent in self.consents(consent.subject):
            return False
        fields = {"given": consent.given, "at": consent.at, "method": consent.method, "by": consent.by}
        more = {"purposes": list(consent.purposes), "proof": consent.proof, "recorded": datetime.now(UTC)}
        with self._desk.writing():
            self._desk.add(models.Consent, subject=self._row(consent.subject), **fields, **more)
            what = "consent given" if consent.given else "consent withdrawn"
            self._desk.note(what, consent.subject, consent.by)
        return True

    def faces(self, brand: str) -> tuple[Face, ...]:
        """Return the people linked to a brand, in the order in which they were declared."""
        rows = self._desk.rows(models.Face).filter(brand=self._row(brand)).select_related("person")
        return tuple(_face(brand, r) for r in rows.order_by("pk"))

    def stand(self, face: Face) -> None:
        """Declare a face of a brand, or change its dates, role and visibility."""
        fields = {"role": face.role, "since": face.since, "until": face.until, "visible": face.visible}
        with self._desk.writing():
            brand, person = self._row(face.brand), self._row(face.person)
            self._desk.put(models.Face, fields, brand=brand, person=person)

    def plan(self, slug: str) -> tuple[PlanItem, ...]:
        """Return what a subject means to publish, in order of time."""
        rows = self._desk.rows(models.PlanItem).filter(subject=self._row(slug)).order_by("at", "pk")
        return tuple(PlanItem(subject=slug, at=r.at, pillar=r.pillar, title=r.title) for r in rows)

    def intend(self, item: PlanItem) -> None:
        """Add something to a plan; the same title at the same time is once."""
        with self._desk.writing():
            row = self._row(item.subject)
            self._desk.put(models.PlanItem, {"pillar": item.pillar}, subject=row, at=item.at, title=item.title)

    def _row(self, slug: str) -> models.Subject:
        row = self._desk.rows(models.Subject).filter(slug=slug).first()
        if row is None:
            slugs = self._desk.rows(models.Subject).values_list("slug", flat=True)
            raise UnknownName("subject", slug, slugs)
        return row

    def _accounts(self) -> dict[int, tuple[AccountRef, ...]]:
        """Return the accounts that are linked now, by subject."""
        latest: dict[tuple[int, str], bool] = {}
        rows = self._desk.rows(models.AccountLink).order_by("pk")
        for subject, account, linked in rows.values_list("subject_id", "account", "linked"):
            latest[subject, account] = linked
        found: dict[int, tuple[AccountRef, ...]] = {}
        for (subject, account), linked in latest.items():
            if linked:
                found[subject] = (*found.get(subject, ()), AccountRef(account))
        return found

    def _peers(self) -> dict[int, tuple[str, ...]]:
        found: dict[int, tuple[str, ...]] = {}
        rows = self._desk.rows(models.Peer).order_by("pk").values_list("subject_id", "other__slug")
        for subject, slug in rows:
            found[subject] = (*found.get(subject, ()), slug)
        return found

    def _link(self, row: models.Subject, accounts: tuple[AccountRef, ...], evidence: str) -> None:
        linked = self._accounts()
        mine = linked.pop(row.pk, ())
        taken = {account: owner for owner, theirs in linked.items() for account in theirs}
        for account in accounts:
            if account in taken:
                owner = self._desk.rows(models.Subject).get(pk=taken[account]).slug
                raise SettingsError("the account {account} already belongs to {owner}", account=account, owner=owner)
        changes = [(a, True) for a in accounts if a not in mine] + [(a, False) for a in mine if a not in accounts]
        for account, now in changes:
            facts = {"account": str(account), "linked": now, "evidence": evidence, "at": datetime.now(UTC)}
            self._desk.add(models.AccountLink, subject=row, **facts)


def _subject(row: models.Subject, accounts: tuple[AccountRef, ...], peers: tuple[str, ...]) -> Subject:
    return Subject(
        slug=row.slug,
        kind=Kind(row.kind),
        name=row.name,
        aliases=tuple(row.names),
        accounts=accounts,
        queries=tuple(row.queries),
        statement=row.statement,
        pillars=tuple(row.pillars),
        peers=peers,
    )


def _consent(slug: str, row: models.Consent) -> Consent:
    return Consent(
        subject=slug,
        given=row.given,
        at=row.at,
        method=row.method,
        by=row.by,
        purposes=tuple(row.purposes),
        proof=row.proof,
    )


def _face(brand: str, row: models.Face) -> Face:
    return Face(
        brand=brand,
        person=row.person.slug,
        role=row.role,
        since=row.since,
        until=row.until,
        visible=row.visible,
    )
