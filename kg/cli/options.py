"""What the commands of the command line have in common: options, the home they mean, and how an error is told.

Knows settings and click. Does not know any command.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kg.errors import KgError, ReleaseError, SettingsError
from kg.settings import Settings

if TYPE_CHECKING:
    from kg.store.finished import Release
    from kg.store.releases import Home


FINDINGS: Final = 3
"""Exit code of a command that did its work and found something that its policy does not let pass."""


RDF_FORMATS: Final = ("turtle", "ntriples", "nquads", "trig", "rdfxml", "jsonld")
SUFFIXES: Final = {
    ".ttl": "turtle",
    ".trig": "trig",
    ".nt": "ntriples",
    ".nq": "nquads",
    ".rdf": "rdfxml",
    ".owl": "rdfxml",
    ".xml": "rdfxml",
    ".jsonld": "jsonld",
    ".json": "jsonld",
}
"""How files end -> the formats they hold."""


class RdfFormat(click.Choice[str]):
    """One of the formats of RDF, or of ``others``; the usual suffixes of files are other names for them."""

    def __init__(self, *others: str) -> None:
        super().__init__([*others, *RDF_FORMATS])

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the format's own name."""
        return super().convert(_SHORT.get(value, value), param, ctx)


_SHORT: Final = {"ttl": "turtle", "nt": "ntriples", "nq": "nquads"}


class Group(click.Group):
    """A group that turns an expected error, of the package or of the system, into one sentence."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Refuse an empty text, whatever command it is for: a shell leaves one for a variable that is not set."""
        for before, text in pairwise(args):
            option, equals, value = text.partition("=")
            if not text.strip() or (option.startswith("--") and equals and not value.strip()):
                where = f"after {before}" if not text.strip() else f"of {option}"
                raise SettingsError(f"the text {where} is empty", advice="check the variables of the shell")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an expected error ends it with exit code 1."""
        try:
            return super().invoke(ctx)
        except KgError as error:
            click.echo(f"kg: {error}", err=True)
            ctx.exit(1)
        except BrokenPipeError:
            # The reader of a pipe has gone: nothing more to say, and nothing to flush at exit.
            sys.stderr.close()
            ctx.exit(1)

    def main(self, *args: Any, **options: Any) -> Any:
        """Run the program; an error of the system, such as a full disk behind stdout, ends it with exit code 1."""
        if "stdout" in _reopened():
            click.echo("kg: stdout is closed, and what is written to it is lost", err=True)
        try:
            return super().main(*args, **options)
        except OSError as error:
            if error.errno is None:
                raise
            where = os.fsdecode(error.filename) if error.filename else "the output cannot be written"
            click.echo(f"kg: {where}: {error.strerror}; check the path, the rights and the space", err=True)
            with suppress(OSError):  # what stdout did not take is not tried again at exit
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)


def _reopened() -> list[str]:
    """Lead streams that the caller closed nowhere, and return their names.

    The next file to be opened would have the number of one of them, and take what is meant for it.
    """
    names = [name for name in ("stdin", "stdout", "stderr") if getattr(sys, name) is None]
    for name in names:
        number = ("stdin", "stdout", "stderr").index(name)
        nowhere = os.open(os.devnull, os.O_RDWR)
        if nowhere != number:
            os.dup2(nowhere, number)
            os.close(nowhere)
        setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8"))
    return names


def home_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option that says where the home is."""
    return click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        help="Where ledger and releases are kept [KG_HOME; kg-data].",
    )(command)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")


def home_of(settings: Settings) -> Home:
    """Return the home that the settings name."""
    from kg.store.releases import Home

    return Home(settings.home)


def release_of(settings: Settings) -> Release:
    """Return the published release. Raises ReleaseError, with the next step, when there is none."""
    release = home_of(settings).current()
    if release is None:
        raise without_release(settings)
    return release


def without_release(settings: Settings) -> ReleaseError:
    """Return the error that there is no release, with the next step."""
    return ReleaseError(f"{settings.home} holds no release", advice="make one with `kg build`")
