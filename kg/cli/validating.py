"""The command ``kg validate``: what is validated, against which shapes, in which form, and the exit code.

Knows its options and where data comes from: the published release, a file, stdin. Knows no shape and no form.
"""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final, cast

import click

from kg.cli.console import opened, stdout, write
from kg.cli.options import FINDINGS, SUFFIXES, RdfFormat, home_of, home_option, json_option, release_of
from kg.errors import InputError, ShapesError
from kg.settings import Settings, from_environment

if TYPE_CHECKING:
    from kg.quality import Background, FailOn, Report
    from kg.quality.data import Graphs
    from kg.quality.shacl.processor import Level
    from kg.quality.shapes import Shapes

FORMATS: Final = ("table", "turtle", "jsonld", "json", "csv", "html", "sarif", "junit")
PROFILES: Final = ("core", "google", "bioschemas")
_SPOOLED: Final = 64 * 2**20
"""Bytes of a pipe that are kept in memory; more goes to a temporary file."""
LISTED: Final = 2_000
"""Findings of one shape that are listed unless the reader asks for more; all are counted."""


@click.command()
@click.argument("data", required=False)
@home_option
@click.option(
    "--shapes", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Your own shapes, in Turtle."
)
@click.option("--profile", type=click.Choice(PROFILES), help="Which of the shipped shapes.  [default: core]")
@click.option(
    "--level",
    type=click.Choice(["fast", "full"]),
    default="fast",
    show_default=True,
    help="full adds what is wrong inside a finding (sh:detail), asked of pySHACL.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(["violation", "warning", "info", "never"]),
    default="violation",
    show_default=True,
    help="The mildest severity that makes the exit code 3.",
)
@click.option(
    "--graphs",
    type=click.Choice(["view", "default", "all"]),
    help="Which graphs are data: the merged view with the records, the default graph, or all as one."
    "  [default: view of a release, all of a file]",
)
@click.option("--graph", "named", multiple=True, metavar="IRI", help="Only this named graph; may be repeated.")
@click.option("--data-format", type=RdfFormat(), help="Format of DATA.  [default: by suffix, or turtle]")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=LISTED,
    show_default=True,
    help="Findings of one shape that are listed, 0 for all; all are counted.",
)
@json_option
def validate(
    data: str | None,
    home: Path | None,
    shapes: Path | None,
    profile: str | None,
    level: str,
    form: str,
    fail_on: str,
    graphs: str | None,
    named: tuple[str, ...],
    data_format: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Validate the published release, or DATA (an RDF file, - for stdin), against the shapes.

    Exit codes: 0 nothing found that --fail-on stops for; 3 something found; 1 data or shapes cannot be read; 2 wrong
    usage. The report goes to stdout in either case.

    \b
    Example:
      kg validate --format html > report.html
      kg validate mine.ttl --profile google --format sarif --fail-on warning > findings.sarif
    """
    from kg.quality import fails, forms
    from kg.quality.history import NOTHING

    if shapes and profile:
        raise click.UsageError("--shapes and --profile exclude each other")
    if graphs and named:
        raise click.UsageError("--graphs and --graph exclude each other")
    chosen, depth = _shapes(shapes, profile), cast("Level", level)
    background = NOTHING
    if data is None:
        # Earlier releases were held against the shapes of this package, as a whole: anything else compares with none.
        usual = not shapes and profile in (None, "core") and graphs in (None, "view") and not named
        told = usual and (form in ("json", "html") or as_json)
        settings = from_environment(home=home)
        report, background = _of_release(settings, chosen, _graphs(graphs, named, "view"), depth, limit, told)
    else:
        report = _of_data(data, data_format, chosen, _graphs(graphs, named, "all"), depth, limit)
    if form == "table" and not as_json:
        stdout().print(forms.table(report))
        if report.findings:
            stdout().print(forms.examples(report))
    else:
        write(forms.write(report, "json" if as_json else form, background))
    sys.exit(FINDINGS if fails(report, cast("FailOn", fail_on)) else 0)


def _shapes(path: Path | None, profile: str | None) -> Shapes:
    from kg.quality.shapes import parse_shapes, shipped_shapes

    if path is None:
        return shipped_shapes(profile or "core")
    try:
        shapes = parse_shapes(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8", advice="shapes are Turtle in UTF-8") from error
    except ShapesError as error:
        where = f"{path}{error.where.removeprefix('shapes')}"
        raise ShapesError(error.message, where=where, advice=error.advice) from error
    if not shapes.processor.roots:
        # A file without any would pass whatever the data are.
        raise ShapesError("no shape in this file has a target", where=str(path), advice="add sh:targetClass or another")
    return shapes


def _graphs(choice: str | None, named: tuple[str, ...], otherwise: str) -> Graphs:
    from pyoxigraph import NamedNode

    try:
        names = tuple(NamedNode(name) for name in named)
    except ValueError as error:
        raise click.UsageError(f"--graph takes an IRI: {error}") from error
    return names or cast("Graphs", choice or otherwise)


def _of_release(
    settings: Settings, shapes: Shapes, graphs: Graphs, level: Level, limit: int, told: bool
) -> tuple[Report, Background]:
    """Validate the published release; where it is ``told``, look at the releases before it too."""
    from kg.quality import validate as run
    from kg.quality.history import NOTHING, background

    release = release_of(settings)
    report = run(
        release.open_store(),
        shapes,
        base_iri=release.manifest["base_iri"],
        graphs=graphs,
        level=level,
        limit=limit,
        artefact=release.artefact_path,
    )
    return report, background(home_of(settings).releases(), release, report) if told else NOTHING


def _of_data(name: str, form: str | None, shapes: Shapes, graphs: Graphs, level: Level, limit: int) -> Report:
    from kg.quality.foreign import validate_data

    form = form or SUFFIXES.get(Path(name).suffix.lower(), "turtle")
    with opened(name) as given, SpooledTemporaryFile(_SPOOLED) as kept:
        data: IO[bytes] = given
        if not given.seekable():
            # What comes through a pipe is read twice: for its statements, and for the lines they stand on.
            copyfileobj(given, kept)
            kept.seek(0)
            data = kept
        called = "stdin" if name == "-" else name
        return validate_data(data, format=form, shapes=shapes, graphs=graphs, level=level, limit=limit, name=called)
