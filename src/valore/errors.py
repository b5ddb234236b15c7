"""Every error of Valore, drawn as one tree.

One class for one cause. A message names the thing and offers the next step.
`exit_code` is what the command line ends with; the table stands in the documentation.

    ValoreError
    ├── UnknownName            3   a subject, lens, place, workspace… that is not there
    ├── BadInput               4   what was given cannot be read or understood
    │   ├── SourceError            nothing more will come from this file or account
    │   │   ├── UnrecognisedSource no place knows this shape
    │   │   ├── AmbiguousSource    two places claim it
    │   │   └── RefusedArchive     broken, too large, or built to hurt
    │   │       └── ReaderStopped  the process that read it took too much, or died
    │   ├── MappingError           a table's columns do not fit
    │   └── SettingsError          a setting or a workspace file is wrong
    ├── ConsentMissing         5   a person has not agreed to be measured
    ├── TooLittleEvidence      6   too little is known to say a number
    ├── Interrupted          130   a person stopped it
    └── StoreError             7   lake or state
        ├── LeaseTaken             somebody else is writing; try again
        ├── ForeignTable           a table that another program changed in a way we cannot read
        ├── Rewritten              data went while it was read: somebody was erased
        └── StateError             the state database
"""

from collections.abc import Iterable


def N_(text: str) -> str:  # noqa: N802 - the name that gettext tools know
    """Mark a text for translation and return it as it is; translating is `present`'s work."""
    return text


class ValoreError(Exception):
    """Base of all errors that a person can do something about.

    The message is a template with named places, translated where it is shown:
    `raise MappingError("{file} has no column for the date", file=name)`. No f-strings.
    """

    exit_code = 1

    def __init__(self, message: str, /, **facts: object) -> None:
        """Keep the `message` (also the id of its translation) and the `facts` that fill its places."""
        self.message, self.facts = message, facts
        super().__init__(message)

    def __reduce__(self) -> tuple[object, ...]:
        """Cross a process border whole, whatever the constructor of a branch asks for."""
        return _restore, (type(self), self.__dict__)

    def __str__(self) -> str:
        """Return the message in English."""
        return self.message.format_map(self.facts)


def _restore(kind: type[ValoreError], state: dict[str, object]) -> ValoreError:
    error = kind.__new__(kind)
    error.__dict__.update(state)
    return error


class UnknownName(ValoreError):
    """Something was asked for by a name that is not there."""

    exit_code = 3

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        """Say which `name` of which kind (`what`) is missing and which ones are `known`."""
        listed = ", ".join(sorted(known)) or "-"
        super().__init__(N_("no {what} called '{name}'; there are: {known}"), what=what, name=name, known=listed)


class BadInput(ValoreError):
    """What was given cannot be read or understood."""

    exit_code = 4


class SourceError(BadInput):
    """Nothing more will come from a source.

    `retry` says whether the same call may go through later.
    """

    def __init__(self, message: str, /, *, retry: bool = False, **facts: object) -> None:
        """Keep the message and whether to try again."""
        self.retry = retry
        super().__init__(message, **facts)


class UnrecognisedSource(SourceError):
    """No place knows the shape of these files."""


class AmbiguousSource(SourceError):
    """Two places claim the same files with the same certainty."""


class RefusedArchive(SourceError):
    """An archive or document that is broken, too large, or built to hurt."""


class ReaderStopped(RefusedArchive):
    """The process that read an archive took too much, or died; what it had told before is kept."""


class MappingError(BadInput):
    """A table's columns do not fit what is asked of them."""


class SettingsError(BadInput):
    """A setting or a workspace file is wrong."""


class ConsentMissing(ValoreError):
    """A natural person has not agreed to be measured by this version of the method."""

    exit_code = 5


class TooLittleEvidence(ValoreError):
    """Too little is known to say a number.

    `reason` is a code of `valore.model.estimate.Reason`.
    """

    exit_code = 6

    def __init__(self, reason: str, detail: str = "") -> None:
        """Keep the `reason` code; `detail` names what is missing."""
        self.reason, self.detail = reason, detail
        super().__init__(N_("too little evidence ({reason}) {detail}"), reason=reason, detail=detail)


class Interrupted(ValoreError):
    """A person stopped a command."""

    exit_code = 130


class StoreError(ValoreError):
    """The lake or the state cannot do what was asked."""

    exit_code = 7


class LeaseTaken(StoreError):
    """Somebody else is writing to this workspace; try again in a moment."""


class ForeignTable(StoreError):
    """A table that another program changed in a way Valore cannot read."""


class Rewritten(StoreError):
    """Files of the lake are gone that a reader had begun with: somebody was erased meanwhile, and they go at once."""

    def __init__(self) -> None:
        """Say what to do; which file it was helps nobody."""
        super().__init__(N_("the data was rewritten while it was read, as after an erasure; give the command again"))


class StateError(StoreError):
    """The state database cannot be opened, migrated or written."""
