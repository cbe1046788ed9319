"""The command line: data on stdout, talk on stderr, ``-`` for stdin.

Thin: each command reads its options, calls one door of the package and prints. Heavy libraries are imported where they
are used, so that ``kg --help`` answers at once. Exit codes: 0 done; 1 an error, said in one sentence; 2 wrong usage;
3 done, but findings or quarantined records remain by the stated policy.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from kg import __version__
from kg.cli.checking import COUNTED, apart_from_pipes, check, inputs_of, show_inputs
from kg.cli.console import progress, read, say, table, tabulate
from kg.cli.differing import diff
from kg.cli.exporting import export
from kg.cli.identifying import identity
from kg.cli.options import FINDINGS, Group, RdfFormat, home_of, home_option, json_option, release_of, without_release
from kg.cli.validating import validate
from kg.errors import GateError, InputError
from kg.settings import from_environment

if TYPE_CHECKING:
    from kg.quality.gates import Gate

SHOWN_PROBLEMS = 20
"""Problems of the inputs that a build names one by one; the release keeps all of them."""


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kg")
def main() -> None:
    """A knowledge graph of scholarly authorship.

    \b
    Start here:
      kg serve                                        build from the seeds, serve http://localhost:8000/
      kg export person "Teven Le Scao" --format jsonld
      kg query person-coauthors person="Teven Le Scao"
    """


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@home_option
@click.option("--base-iri", help="Base of all IRIs, fixed by the first build [KG_BASE_IRI; http://localhost:8000/].")
@click.option("--validate/--no-validate", "check", default=True, help="Run the SHACL shapes on the new release.")
@click.option(
    "--gate",
    type=click.Choice(["violation", "warning", "info"]),
    help="Publish nothing that is worse than the last release in findings of this severity or a graver one.",
)
@json_option
def build(
    paths: tuple[Path, ...], home: Path | None, base_iri: str | None, check: bool, gate: str | None, as_json: bool
) -> None:
    """Build a release from PATHS (the shipped seeds when none are given) and publish it.

    PATHS are files, folders and pipes; - is stdin.

    Exit code 3 when records or files had to be left in quarantine; the rest is built and published. Also when --gate
    stopped the release; then nothing is published.

    \b
    Example:
      kg build seeds/ my-pages/ --home graph
    """
    from kg.build import STAGES
    from kg.build import build as run
    from kg.handmade import decisions_beside, organizations_beside

    settings = from_environment(home=home, base_iri=base_iri)
    inputs, beside = inputs_of(paths), apart_from_pipes(paths)
    if gate and not check:
        raise click.UsageError("--gate needs the validation: leave --no-validate out")
    try:
        with progress(STAGES) as watch:
            built = run(
                *(inputs, home_of(settings)),
                base_iri=settings.base_iri,
                check=check,
                decisions=decisions_beside(beside) if beside or not paths else [],
                organizations=organizations_beside(beside),
                gate=cast("Gate | None", gate),
                watch=watch,
            )
    except GateError as error:
        say(f"kg: {error}")
        sys.exit(FINDINGS)
    manifest = built.release.manifest
    if as_json:
        files = [{name: row[name] for name in ("file", *COUNTED, "layout", "source")} for row in manifest["inputs"]]
        body = {"release": built.release.id, "files": files, "unchanged": built.unchanged}
        body |= {name: manifest[name] for name in ("counts", "quads", "quality", "problems")}
        click.echo(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        show_inputs(manifest["inputs"], built.reading, built.seconds["read"])
        table(("kind", "things"), list(manifest["counts"].items()))
        table(("stage", "seconds"), [*built.seconds.items(), ("together", round(sum(built.seconds.values()), 3))])
    shown = manifest["problems"][:SHOWN_PROBLEMS]
    for problem in shown:
        say(f"{problem['place']}: {problem['cause']}" + (f"; {problem['advice']}" if problem["advice"] else ""))
    if (more := sum(manifest["problem_counts"].values()) - len(shown)) > 0:
        say(f"and {more:,} more, in {built.release.path / 'quarantine'}; kg check shows them all")
    for lost in manifest["journal"]["unapplied"]:
        say(f"edit {lost['entry']} ({lost['by']}, {lost['at']}) no longer applies: it removed {lost['statement']}")
    for d in manifest["decisions"]["unapplied"]:
        say(f"decision {d['id']} ({d['kind']}, {d['by']}, {d['at']}) does not apply: {d['fault']}")
    state = "unchanged, already published" if built.unchanged else "published"
    say(f"Release {built.release.id} {state}: {manifest['quads']:,} quads in {settings.home}")
    if any(row["quarantined"] for row in manifest["inputs"]):
        sys.exit(FINDINGS)


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="TCP port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), help="Server processes that share the port [KG_PROCESSES; 1].")
@home_option
def serve(port: int, host: str, workers: int | None, home: Path | None) -> None:
    """Serve pages, data and SPARQL; build from the shipped seeds first when the home holds no release.

    What is published later, by a build or a rollback, is served within about a second, without a restart.

    \b
    Example:
      kg serve --port 8080
    """
    from kg.web.serve import check, run

    settings = from_environment(home=home, processes=workers)
    check(settings, host, port)
    home_ = home_of(settings)
    if home_.current() is None:
        from kg.build import STAGES
        from kg.build import build as run_build
        from kg.handmade import decisions_beside

        say("This home holds no release yet: building one from the shipped seeds.")
        with progress(STAGES) as watch:
            run_build(*(inputs_of(()), home_), base_iri=settings.base_iri, decisions=decisions_beside(()), watch=watch)
    run(home_, settings, host, port)


@main.command()
@click.argument("name", required=False)
@click.argument("values", nargs=-1, metavar="[KEY=VALUE]...")
@home_option
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "tsv", "json", "xml"]), default="table", show_default=True
)
@json_option
def query(name: str | None, values: tuple[str, ...], home: Path | None, form: str, as_json: bool) -> None:
    """Run the named query NAME; without a name, list the queries and their parameters.

    Where a parameter is an IRI, the name of the thing will do.

    \b
    Example:
      kg query person-coauthors person="Teven Le Scao" --format csv
    """
    from kg.cli.answer import ask_named, list_named, read_pairs

    settings = from_environment(home=home)
    form = "json" if as_json else form
    release = release_of(settings)
    if name is None:
        columns, rows = list_named(release)
        tabulate(columns, rows, as_json=form == "json")
        return
    ask_named(release, name, read_pairs(values), form, settings)


@main.command()
@click.argument("text", metavar="QUERY")
@home_option
@click.option(
    "--format",
    "form",
    type=RdfFormat("table", "csv", "tsv", "json", "xml"),
    help="[default: table for SELECT and ASK, turtle for CONSTRUCT and DESCRIBE]",
)
@json_option
def sparql(text: str, home: Path | None, form: str | None, as_json: bool) -> None:
    """Run a SPARQL query on the published release. QUERY may be a file that holds it, and - for stdin.

    Common prefixes need not be declared.

    A table ends after 10,000 rows, or KG_MAX_ROWS, and says so; the other formats are printed as they are found. A
    query may use the memory that KG_WORKER_MEMORY allows, and any time: Ctrl+C stops it.

    \b
    Example:
      kg sparql "SELECT (COUNT(*) AS ?n) {?w a schema:ScholarlyArticle}" --format csv
    """
    from kg.cli.answer import ask

    try:
        named = text == "-" or os.path.isfile(text)  # noqa: PTH113 - a Path raises where a query is too long for a name
        question = read(text).decode("utf-8-sig") if named else text
    except UnicodeDecodeError as error:
        raise InputError(
            "the query is not UTF-8", where="stdin" if text == "-" else text, advice="convert it"
        ) from error
    settings = from_environment(home=home)
    ask(release_of(settings), question, "json" if as_json else form or "table", settings)


@main.command()
@home_option
@json_option
def releases(home: Path | None, as_json: bool) -> None:
    """List the releases of a home, the oldest first; the published one is marked.

    \b
    Example:
      kg releases --json
    """
    settings = from_environment(home=home)
    place = home_of(settings)
    current, faults = place.current(), place.damaged()
    rows = [
        [
            r.id,
            r.manifest["built"],
            r.manifest["quads"],
            r.manifest["counts"]["work"],
            current is not None and r.id == current.id,
        ]
        for r in place.releases()
    ]
    if not (rows or faults or as_json):
        raise without_release(settings)
    tabulate(("release", "built", "quads", "works", "published"), rows, as_json=as_json)
    for fault in faults:
        say(f"kg: {fault}")


@main.command()
@click.argument("release", required=False)
@home_option
def rollback(release: str | None, home: Path | None) -> None:
    """Serve an earlier release again: RELEASE, or the one that was published before the current one.

    \b
    Example:
      kg rollback
    """
    from kg.store.catchup import say_left_out
    from kg.store.journal import Journal

    home_ = home_of(from_environment(home=home))
    with Journal(home_.path).lock():
        served = home_.rollback(release)
    say(f"Release {served.id} is published again")
    for line in say_left_out(home_):
        say(line)


for command in (check, diff, export, identity, validate):
    main.add_command(command)
