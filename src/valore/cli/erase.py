"""`valore erase`: a person, an account or an import goes, byte for byte, and does not come back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_, SettingsError
from valore.present.language import Words

if TYPE_CHECKING:
    from valore.flows.erase import Erased
    from valore.present.page import Page
    from valore.state import Proof

_TOLD = {
    "posts": N_("posts"),
    "accounts": N_("profiles"),
    "interactions": N_("likes, reposts, follows"),
    "observations": N_("counts of posts"),
    "annotations": N_("labels"),
    "faults": N_("records that could not be read"),
    "posts masked": N_("posts of others, where the handle gives way to … or the address goes"),
    "accounts masked": N_("profiles of others, where the handle gives way to … or the name to a pseudonym"),
    "interactions masked": N_("acts of others, from a file called after the person"),
    "observations masked": N_("counts of others, from a file called after the person"),
    "originals": N_("kept files that hold nothing else"),
    "mixed originals": N_("kept files that hold others, too"),
    "files": N_("reports and lists"),
    "imports": N_("imports"),
}
_WHAT = {
    "subject": N_("a subject"),
    "account": N_("an account"),
    "import": N_("an import"),
    "retention": N_("what was past its date"),
    "return": N_("somebody who came back"),
}


def erase(
    context: typer.Context,
    who: Annotated[
        str, typer.Argument(help=N_("Short name of a subject, or an account as place:id or place:@handle."))
    ] = "",
    source: Annotated[
        str, typer.Option("--import", help=N_("An import, by the id that `valore import --json` shows as source."))
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=N_("Only count what would go; change nothing."))] = False,
    proofs: Annotated[
        bool, typer.Option("--proofs", help=N_("List what was erased, and when: numbers, and nobody's name."))
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help=N_("Do it without asking."))] = False,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Say what goes, ask, and erase it; it cannot be taken back. Without a name, finish what was interrupted."""
    from valore.flows import erase as flow

    frame: Frame = context.obj
    space = frame.space()
    if proofs:
        _show_proofs(frame, flow.proofs(space), json=json)
        return
    if bool(who) == bool(source):
        if who:
            raise SettingsError("say whom to erase, or which import: not both")
        _resumed(frame, flow.resume(space), json=json)
        return
    told = flow.erase(space, who, source=source, dry_run=True)
    if not dry_run and (yes or _sure(frame, told)):
        told = flow.erase(space, who, source=source)
    if json:
        frame.json({"what": told.what, "done": not told.dry_run, "again": told.again, "counts": told.counts()})
    else:
        frame.show(page(told, frame.words), json=False)


def page(told: "Erased", words: Words) -> "Page":
    """Return what went, or would go, as a page."""
    from valore.present.pages.listing import page as listing

    title = words.say("What would be erased") if told.dry_run else words.say("What was erased")
    columns = (("what", words.say("what")), ("count", words.say("how many")))
    rows = [(words.say(_TOLD.get(name, name)), count) for name, count in told.counts().items()]
    return listing("erased", title, columns, rows, words, tuple(_notes(told, words)))


def _notes(told: "Erased", words: Words) -> list[str]:
    notes = []
    if told.mixed:
        notes.append(words.say("of kept files that hold others, too, the facts of others stay"))
    if told.again:
        notes.append(
            words.many(
                "{count} other import may hold some of the same records: give its file again to have them back",
                "{count} other imports may hold some of the same records: give their files again to have them back",
                told.again,
            )
        )
    if not told.dry_run and told.rows:
        notes.append(words.say("run `valore enrich` so that what rested on it is computed again"))
    return notes


def _show_proofs(frame: Frame, told: Sequence["Proof"], *, json: bool) -> None:
    from valore.present.pages.listing import page as listing

    if json:
        frame.json({"proofs": [proof._asdict() for proof in told]})
        return
    words = frame.words
    columns = (("at", words.say("when")), ("what", words.say("what")), ("counts", words.say("how many")))
    rows = [
        (p.finished or words.say("interrupted"), words.say(_WHAT.get(p.what, p.what)), _counts(p, words)) for p in told
    ]
    frame.show(listing("proofs", words.say("What was erased"), columns, rows, words), json=False)


def _counts(proof: "Proof", words: Words) -> str:
    return ", ".join(f"{words.number(n)} {words.say(_TOLD.get(name, name))}" for name, n in proof.counts.items())


def _sure(frame: Frame, told: "Erased") -> bool:
    """Show what would go on standard error and ask; whoever cannot be asked has not agreed."""
    from valore.present.render import text

    text.show(page(told, frame.words), frame.err)
    return typer.confirm(frame.words.say("Erase this? It cannot be taken back"), default=False, err=True)


def _resumed(frame: Frame, count: int, *, json: bool) -> None:
    if json:
        frame.json({"finished": count})
        return
    told = frame.words.many(
        "{count} interrupted erasure is finished", "{count} interrupted erasures are finished", count
    )
    frame.out.print(told, markup=False, highlight=False)


PLUGIN = Command("erase", erase, N_("Erase a person, an account or an import, for good."))
