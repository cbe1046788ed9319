"""The commands of ``kg identity``: who is who, why, and what was decided by hand.

Thin, as ``kg.cli``: options in, one door of the package, rows out.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.console import say, tabulate
from kg.cli.options import home_of, home_option, json_option, release_of
from kg.errors import NotFoundError
from kg.settings import Settings, from_environment

if TYPE_CHECKING:
    from pyoxigraph import NamedNode

    from kg.attribution import Attribution


_file_option = click.option(
    "--file", type=click.Path(path_type=Path, dir_okay=False), help="The file of decisions [HOME/decisions.toml]."
)


def _decision_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option(
            "--file", type=click.Path(path_type=Path, dir_okay=False), help="Where to write [HOME/decisions.toml]."
        ),
        click.option("--at", type=click.DateTime(["%Y-%m-%d"]), help="The day of the decision [today]."),
        click.option("--why", required=True, help="The reason, one sentence."),
        click.option("--by", required=True, envvar="KG_CURATOR", help="Who decides [KG_CURATOR]."),
        home_option,
    ):
        command = option(command)
    return command


@click.group()
def identity() -> None:
    """Who is who: printed names and their persons, why, and decisions made by hand.

    Where a person is asked for, or a group, an IRI, person/ID or a name will do; a single printed name is meant by the
    IRI of its mention (.../source/ID#...-m1). Decisions are written to a file and hold from the next build on.

    \b
    Example:
      kg identity why "Thomas Wang" "Thomas Wolf"
    """


@identity.command()
@home_option
def mentions(home: Path | None) -> None:
    """Print every printed name with its person, as TSV: record, position, name, person.

    The record is its id within its source, the position counts from 0, the person is an IRI. Names without a place on
    a byline (the subject of a page that stops at "et al.", editors) are left out and counted.

    \b
    Example:
      kg identity mentions > mentions.tsv
    """
    from kg.attribution import mentions as rows

    out = sys.stdout
    out.write("record\tposition\tname\tperson\n")
    left_out = 0
    for row in rows(release_of(from_environment(home=home))):
        if row.position is None:
            left_out += 1
        else:
            values = (row.record, str(row.position), row.name, row.person)
            out.write("\t".join(" ".join(value.split()) for value in values) + "\n")
    out.flush()
    if left_out:
        say(f"{left_out:,} names without a place on a byline are left out")


@identity.command()
@click.argument("a")
@click.argument("b")
@home_option
@json_option
def why(a: str, b: str, home: Path | None, as_json: bool) -> None:
    """Say why A and B (persons or mentions) are one person, or two: what joined them or kept them apart.

    \b
    Example:
      kg identity why "Thomas Wang" "Thomas Wolf"
    """
    attribution, find = _asked(from_environment(home=home))
    one, reasons = attribution.why(find(a), find(b))
    say("One: they are the same." if one else "Two: they are not the same.")
    if not reasons:
        nothing = "it is one printed name" if one else "their names do not fit, or nothing speaks for it"
        say(f"Nothing was weighed: {nothing}.")
    if reasons or as_json:
        tabulate(("what", "rule", "weight", "evidence", "reason"), [list(r) for r in reasons], as_json=as_json)


@identity.command()
@click.argument("who", nargs=-1, required=True, metavar="A B [C]...")
@_decision_options
def same(who: tuple[str, ...], **options: Any) -> None:
    """Decide that A and B (persons or mentions) are one person, whatever the evidence.

    \b
    Example:
      kg identity same "Teven Scao" "Teven Le Scao" --by "A. Curator" --why "his own page says so"
    """
    _decide("same", who, "", options)


@identity.command()
@click.argument("a")
@click.argument("b")
@_decision_options
def different(a: str, b: str, **options: Any) -> None:
    """Decide that A and B (mentions, or persons) are two persons, whatever the evidence.

    \b
    Example:
      kg identity different person/8h2k9x4m person/0b8h7yq9 --by "A. Curator" --why "two universities at one time"
    """
    _decide("different", (a, b), "", options)


@identity.command()
@click.argument("mention")
@click.argument("person")
@_decision_options
def move(mention: str, person: str, **options: Any) -> None:
    """Decide that one printed name (MENTION, an IRI) belongs to PERSON.

    \b
    Example:
      kg identity move http://localhost:8000/source/5yw4j3ph#r0ebbc4ab914941af-m1 "Ann Lee" --by Me --why "her list"
    """
    _decide("move", (mention, person), "", options)


@identity.command("wrong-id")
@click.argument("mention")
@click.argument("identifier")
@_decision_options
def wrong_id(mention: str, identifier: str, **options: Any) -> None:
    """Decide that IDENTIFIER, which a source gives with MENTION, is not that person's.

    \b
    Example:
      kg identity wrong-id http://localhost:8000/source/5yw4j3ph#r0ebbc4ab914941af-m1 \\
        https://orcid.org/0000-0002-1825-0097 --by Me --why "it is her co-author's"
    """
    _decide("wrong-id", (mention,), identifier, options)


@identity.command("retire-name")
@click.argument("person")
@click.argument("name")
@_decision_options
def retire_name(person: str, name: str, **options: Any) -> None:
    """Decide that NAME of PERSON is neither shown nor searched; the works stay with the person.

    \b
    Example:
      kg identity retire-name "Ann Lee" "A. Former" --by Me --why "she asked for it"
    """
    _decide("retire-name", (person,), name, options)


@identity.command()
@click.argument("decision")
@_file_option
@home_option
def undo(decision: str, file: Path | None, home: Path | None) -> None:
    """Take back DECISION, named by its id as `kg identity list` shows it; the id may be shortened.

    \b
    Example:
      kg identity undo 3f2a91bc
    """
    from kg.handmade import home_file, read_decisions, write_decisions
    from kg.identity.decisions import undone

    file = file or home_file(from_environment(home=home).home)
    kept, gone = undone(read_decisions(file), decision)
    write_decisions(file, kept)
    say(f"Decision {gone.id} is taken back; build again to apply it")


@identity.command("list")
@_file_option
@home_option
@json_option
def list_decisions(file: Path | None, home: Path | None, as_json: bool) -> None:
    """List the decisions in a file, with what the published release says of those that do not apply.

    \b
    Example:
      kg identity list --json
    """
    from kg.handmade import home_file, read_decisions

    settings = from_environment(home=home)
    file, faults = file or home_file(settings.home), _faults(settings)
    rows = [
        [d.id, d.kind, "; ".join(map(str, d.mentions)), d.value, d.by, d.at, d.why, faults.get(d.id, "")]
        for d in read_decisions(file)
    ]
    if not rows:
        say(f"No decision is written in {file}.")
    if rows or as_json:
        tabulate(("id", "kind", "mentions", "value", "by", "at", "why", "does not apply"), rows, as_json=as_json)


def _faults(settings: Settings) -> dict[str, str]:
    release = home_of(settings).current()
    return {d["id"]: d["fault"] for d in release.manifest["decisions"]["unapplied"]} if release else {}


def _asked(settings: Settings) -> tuple[Attribution, Callable[[str], NamedNode]]:
    """Return the published release's attribution, and how a reader's words for a person or mention are understood."""
    from pyoxigraph import NamedNode

    from kg.attribution import Attribution
    from kg.export import find_thing
    from kg.rdf.iris import Iris
    from kg.search import Index

    release = release_of(settings)
    store, iris, index = release.open_store(), Iris(release.manifest["base_iri"]), Index(release.search_path)
    attribution = Attribution(store, iris)

    def find(text: str) -> NamedNode:
        if text.startswith(f"{iris.base}source/") and attribution.is_mention(NamedNode(text)):
            return NamedNode(text)
        if "/" in text:
            return find_thing(store, index, iris, text)
        try:
            return find_thing(store, index, iris, text, "person")
        except NotFoundError as error:
            try:
                return find_thing(store, index, iris, text, "group")
            except NotFoundError:
                raise error from None

    return attribution, find


def _decide(kind: str, who: tuple[str, ...], value: str, options: dict[str, Any]) -> None:
    from kg.handmade import home_file, read_decisions, write_decisions
    from kg.identity.decisions import Decision, parse_decisions, printed_decisions

    settings = from_environment(home=options["home"])
    attribution, find = _asked(settings)
    anchors = tuple(attribution.anchor(find(text)) for text in who)
    at = (options["at"] or date.today()).strftime("%Y-%m-%d")  # the curator's day
    made = Decision(kind, anchors, options["by"], at, options["why"], value)
    parse_decisions(printed_decisions([made]), f"kg identity {kind}")  # what cannot be read is not written
    file = options["file"] or home_file(settings.home)
    write_decisions(file, [*read_decisions(file), made])
    say(f"Decision {made.id} is written to {file}; build again to apply it")
    for anchor in anchors:
        say(f"  {anchor}")
