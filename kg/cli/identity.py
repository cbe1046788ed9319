"""The commands of ``kg identity``: who is who, why, and what was decided by hand.

Thin, as ``kg.cli``: options in, one door of the package, rows out.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.console import say
from kg.cli.options import home_option, release_of
from kg.settings import from_environment


@click.group()
def identity() -> None:
    """Who is who: printed names and their persons, why, and decisions made by hand."""


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
