# ruff: noqa: DJ008, D106 - rows never leave this room, so nobody reads their names; Meta is Django's own word
"""Tables of the state. Every row belongs to one workspace.

Links, consents, reviews and audit are append-only: what was said stays said, and a later row
speaks over an earlier one.
"""

from typing import Any, ClassVar, NoReturn

from django.db import models

from valore.errors import StateError


class Workspace(models.Model):
    """One client, strictly apart from the others."""

    name = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=8)
    timezone = models.CharField(max_length=64)
    created = models.DateTimeField()


class _Belongs(models.Model):
    """A row of one workspace."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class _Kept(models.QuerySet[Any]):
    """Rows that are only ever added."""

    def update(self, **_fields: object) -> NoReturn:
        """Refuse."""
        _refuse(self.model)

    def delete(self) -> NoReturn:
        """Refuse."""
        _refuse(self.model)


class _AppendOnly(_Belongs):
    """A row that is written once."""

    objects: ClassVar[models.Manager[Any]] = _Kept.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; an existing row is refused."""
        if not self._state.adding:
            _refuse(type(self))
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_args: object, **_kwargs: object) -> NoReturn:
        """Refuse."""
        _refuse(type(self))


def _refuse(kind: type[models.Model]) -> NoReturn:
    raise StateError("{kind} is append-only: add a new row instead", kind=kind.__name__)


class Subject(_Belongs):
    """The person or brand that is measured. `names`, `queries` and `pillars` are lists of texts."""

    slug = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    names = models.JSONField(default=list)
    queries = models.JSONField(default=list)
    pillars = models.JSONField(default=list)
    statement = models.TextField(default="", blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "slug"], name="subject_once"),)


class AccountLink(_AppendOnly):
    """An account is a subject's own, or (`linked` False) no longer; the latest row decides."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="links")
    account = models.CharField(max_length=500)
    linked = models.BooleanField()
    evidence = models.CharField(max_length=200)
    at = models.DateTimeField()


class LinkWord(_AppendOnly):
    """A person's word on whether two accounts, an account and a subject, or two posts are one.

    They are written `place:id`, `subject:slug` and `post:key`; `said` is same, different or back.
    """

    first = models.CharField(max_length=500)
    second = models.CharField(max_length=500)
    said = models.CharField(max_length=16)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()
    evidence = models.JSONField(default=list)
    confidence = models.FloatField(null=True)


class Peer(_Belongs):
    """A subject's reference set, in its order."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="peers")
    other = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["subject", "other"], name="peer_once"),)


class Face(_Belongs):
    """A person linked to a brand, with dates."""

    brand = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="faces")
    person = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="brands")
    role = models.CharField(max_length=200, default="", blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    visible = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["brand", "person"], name="face_once"),)


class Consent(_AppendOnly):
    """A person's word; the latest by `at` decides."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="consents")
    given = models.BooleanField()
    at = models.DateTimeField()
    method = models.CharField(max_length=32)
    by = models.CharField(max_length=200)
    purposes = models.JSONField(default=list)
    proof = models.TextField(default="", blank=True)
    recorded = models.DateTimeField()


class PlanItem(_Belongs):
    """Something that a subject means to publish."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="plan")
    at = models.DateTimeField()
    pillar = models.CharField(max_length=200, default="", blank=True)
    title = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["subject", "at", "title"], name="plan_item_once"),)


class Import(_Belongs):
    """One file or folder that was read. `source` names its rows in the lake."""

    source = models.CharField(max_length=16)
    name = models.CharField(max_length=500)
    sha256 = models.CharField(max_length=64)
    place = models.CharField(max_length=64)
    variant = models.CharField(max_length=100)
    finished = models.DateTimeField(null=True)
    started = models.DateTimeField()
    read = models.BigIntegerField(default=0)
    stored = models.JSONField(default=dict)
    refused = models.JSONField(default=dict)
    skipped = models.JSONField(default=dict)
    owners = models.JSONField(default=dict)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    erased = models.JSONField(default=dict)
    """Rows left out because they are about somebody who was erased, by table."""
    again = models.BooleanField(default=False)
    """It may be read again although it was finished: an import that was erased held some of its rows."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "source"], name="import_once"),)


class Original(_Belongs):
    """A file that was kept for an import, by its content."""

    belongs = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="originals")
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["belongs", "sha256"], name="original_once"),)


class Cursor(_Belongs):
    """How far an import has come: everything before the place's `position` is in the lake."""

    belongs = models.OneToOneField(Import, on_delete=models.CASCADE, related_name="cursor")
    number = models.BigIntegerField()
    position = models.TextField()


class MappingProfile(_Belongs):
    """How tables with these columns are read."""

    name = models.CharField(max_length=500)
    columns = models.CharField(max_length=64)
    mapping = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "columns"], name="profile_once"),)


class Review(_AppendOnly):
    """A person's judgement on one post for one subject."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="reviews")
    post = models.BigIntegerField()
    author = models.BigIntegerField()
    label = models.CharField(max_length=32)
    probability = models.FloatField()
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["subject", "post"], name="review_post"),)


class AuditEvent(_AppendOnly):
    """What was done, about whom, when."""

    what = models.CharField(max_length=64)
    about = models.CharField(max_length=500)
    by = models.CharField(max_length=200, default="", blank=True)
    at = models.DateTimeField()


class Setting(_Belongs):
    """A named value of a workspace."""

    key = models.CharField(max_length=100)
    value = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "key"], name="setting_once"),)


class Erasure(_Belongs):
    """That something was erased, when and how much: nothing says whose it was.

    `work` holds what is to be erased until it is; it is empty from then on, whatever interrupts it.
    """

    what = models.CharField(max_length=16)
    begun = models.DateTimeField()
    finished = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    work = models.JSONField(default=dict)


class Suppressed(_Belongs):
    """Somebody who must not come back: a keyed digest; its key is a file beside the database, never in it."""

    mac = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "mac"], name="suppressed_once"),)
