"""What all commands share: where the data is, in which language to speak, how to end."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from valore.errors import N_, ValoreError
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
    err = Console(stderr=True)
    try:
        done = _application(words)(args=list(arguments), prog_name="valore", standalone_mode=False)
    except ValoreError as error:
        err.print(f"valore: {words.error(error)}", style="bold red", markup=False, highlight=False, soft_wrap=True)
        return error.exit_code
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except (KeyboardInterrupt, click.Abort):
        err.print(words.say(N_("interrupted; what was acknowledged is kept")))
        return 130
    return done if isinstance(done, int) else 0


def _application(words: Words) -> click.Command:
    app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback(help=N_("Measures, explains and grows the social value of a person or a brand."))(_options(words))
    for command in found("valore.cli").values():
        app.command(command.name, help=command.help)(command.run)
    return _translated(typer.main.get_command(app), words)


def _options(words: Words) -> Callable[..., None]:
    def options(
        context: typer.Context,
        home: Path = typer.Option(
            Path("valore-data"), envvar="VALORE_HOME", help=N_("Folder that holds everything Valore keeps.")
        ),
        workspace: str = typer.Option(
            "",
            "--workspace",
            "-w",
            envvar="VALORE_WORKSPACE",
            help=N_("Workspace; the only one when not given."),
        ),
        lang: str = typer.Option("", help=N_("Language: it or en; otherwise that of the system.")),
        version: bool = typer.Option(False, "--version", help=N_("Show the version and end.")),
    ) -> None:
        if lang and lang not in ("it", "en"):
            raise click.BadParameter(words.say(N_("languages are it and en")), param_hint="--lang")
        if version:
            _show_version()
        context.obj = Frame(home, workspace or None, words, Console(), Console(stderr=True))

    return options


def _show_version() -> None:
    from importlib.metadata import version

    typer.echo(version("valore"))
    raise typer.Exit


def _translated(command: click.Command, words: Words) -> click.Command:
    """Put the help of a command, its options and its subcommands into the reader's language."""
    command.help = words.say(command.help) if command.help else command.help
    for parameter in command.params:
        text = getattr(parameter, "help", None)
        if text:
            parameter.help = words.say(text)  # type: ignore[attr-defined]
    for below in getattr(command, "commands", {}).values():
        _translated(below, words)
    return command
