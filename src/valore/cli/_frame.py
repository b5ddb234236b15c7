"""What all commands share: where the data is, in which language to speak, how to end."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from valore.errors import N_, Interrupted, ValoreError
from valore.model.plugins import found
from valore.present.language import Words

if TYPE_CHECKING:
    from valore.flows.space import Space
    from valore.model.reading import Reading
    from valore.present.page import Page

Tick = Callable[[int, int | None, str], None]
"""Progress: done, total (None when unknown), of what."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its name on the line, its function, its help in English (translated when shown)."""

    name: str
    run: Callable[..., None]
    help: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The options before the command, and the two outputs."""

    home: Path
    workspace: str | None
    words: Words
    out: Console
    err: Console

    def space(self) -> "Space":
        """Open the workspace asked for (the only one when none is named)."""
        from valore.flows.space import open_space

        return open_space(self.home, self.workspace)

    def reading(
        self,
        subject: str,
        *,
        as_of: datetime | None = None,
        lens: str | None = None,
        space: "Space | None" = None,
    ) -> "Reading":
        """Measure a subject; a moment without a zone is UTC."""
        from valore.flows.measuring import measure

        moment = as_of.replace(tzinfo=UTC) if as_of and as_of.tzinfo is None else as_of
        return measure(space or self.space(), subject, as_of=moment, lenses=[lens] if lens else None)

    def json(self, value: object) -> None:
        """Write one JSON document to standard output."""
        data = orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY, default=_plain)
        sys.stdout.buffer.write(data + b"\n")
        sys.stdout.buffer.flush()

    def show(self, page: "Page", *, json: bool) -> None:
        """Show a page as text, or its tables as JSON."""
        from valore.present.render import json as documents
        from valore.present.render import text

        if json:
            self.json(documents.page(page))
        else:
            text.show(page, self.out)

    def say(self, message: str, /, **facts: object) -> None:
        """Tell people something on standard output."""
        self.out.print(self.words.say(message, **facts), markup=False, highlight=False)

    @contextmanager
    def progress(self) -> Iterator[Tick]:
        """Show long work on standard error when somebody watches."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.err, transient=True, disable=not self.err.is_terminal) as shown:
            tasks: dict[str, Any] = {}

            def tick(done: int, total: int | None, what: str) -> None:
                task = tasks.setdefault(what, None)
                if task is None:
                    task = tasks[what] = shown.add_task(what, total=total)
                shown.update(task, completed=done, total=total)

            yield tick


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


def run(arguments: Sequence[str], language: str) -> int:
    """Build the application in one language, run it, and return the exit code."""
    words = Words(language)
    try:
        _application(words)(args=list(arguments), prog_name="valore")
    except ValoreError as error:
        told = Console(stderr=True, soft_wrap=True)
        told.print(f"valore: {words.error(error)}", style="bold red", markup=False, highlight=False)
        return error.exit_code
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    return 0


def _application(words: Words) -> Callable[..., object]:
    app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback(help=N_("Measures, explains and grows the social value of a person or a brand."))(_options(words))
    for command in found("valore.cli").values():
        app.command(command.name, help=command.help)(_interruptible(command.run))
    built = typer.main.get_command(app)
    _translate(built, words)
    return built


def _interruptible(work: Callable[..., None]) -> Callable[..., None]:
    """Say plainly that an interrupted command loses nothing that it had acknowledged."""

    @wraps(work)
    def guarded(*given: object, **named: object) -> None:
        try:
            work(*given, **named)
        except KeyboardInterrupt:
            raise Interrupted("interrupted; what was acknowledged is kept") from None

    return guarded


def _options(words: Words) -> Callable[..., None]:
    def options(
        context: typer.Context,
        home: Annotated[
            Path, typer.Option(envvar="VALORE_HOME", help=N_("Folder that holds everything Valore keeps."))
        ] = Path("valore-data"),
        workspace: Annotated[
            str,
            typer.Option(
                "--workspace", "-w", envvar="VALORE_WORKSPACE", help=N_("Workspace; the only one when not given.")
            ),
        ] = "",
        lang: Annotated[str, typer.Option(help=N_("Language: it or en; otherwise that of the system."))] = "",
        version: Annotated[bool, typer.Option("--version", help=N_("Show the version and end."))] = False,
    ) -> None:
        if lang and lang not in ("it", "en"):
            raise typer.BadParameter(words.say(N_("languages are it and en")), param_hint="--lang")
        if version:
            _show_version()
        context.obj = Frame(home, workspace or None, words, Console(), Console(stderr=True))

    return options


def _show_version() -> None:
    from importlib.metadata import version

    typer.echo(version("valore"))
    raise typer.Exit


def _translate(command: Any, words: Words) -> None:
    """Put the help of a command, its options and the commands below it into the reader's language."""
    command.help = words.say(command.help or "")
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = words.say(parameter.help)
    for below in getattr(command, "commands", {}).values():
        _translate(below, words)
