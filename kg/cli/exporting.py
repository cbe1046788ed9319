"""The command ``kg export``: what is exported, in which format, and where to.

Knows its options. What can be taken out of a release, `kg.export` knows.
"""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.console import written
from kg.cli.options import SUFFIXES, RdfFormat, home_option, release_of
from kg.settings import from_environment


@click.command()
@click.argument("kind", required=False)
@click.argument("thing", required=False, metavar="[NAME-OR-IRI]")
@home_option
@click.option(
    "--format",
    "form",
    type=RdfFormat(),
    help="ttl, nt and nq will do for three of them.  [default: by the suffix of the file, or turtle]",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Write to a file, which is replaced when all of it is written, and not to stdout (-).",
)
def export(kind: str | None, thing: str | None, home: Path | None, form: str | None, output: Path | None) -> None:
    """Export one thing (KIND and its name or IRI), one kind (KIND alone) or everything (no arguments).

    KIND is person, group, work, organization, topic, venue, source or software.

    Of everything, nquads, trig and jsonld hold all graphs; turtle, ntriples and rdfxml hold one, the merged view.

    \b
    Example:
      kg export person "Teven Le Scao" --format jsonld
      kg export -o everything.nq
    """
    from kg.export import FORMATS, export_everything, export_kind, export_thing, find_thing
    from kg.rdf.iris import Iris
    from kg.search import Index

    release = release_of(from_environment(home=home))
    extension = FORMATS[form or SUFFIXES.get(output.suffix.lower() if output else "", "turtle")]
    iris = Iris(release.manifest["base_iri"])
    document = b""
    if kind and (thing or iris.parse(kind)):
        store = release.open_store()
        wanted = find_thing(store, Index(release.search_path), iris, thing or kind, kind if thing else None)
        document = export_thing(store, wanted, extension)
    with written(output) as out:
        if document:
            out.write(document)
        elif kind:
            export_kind(release, kind, extension, out)
        else:
            export_everything(release, extension, out)
