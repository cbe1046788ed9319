"""Write the reference pages of ``docs/`` from the code: ``python -m kg.reference docs``.

Commands, settings, routes, named queries, terms, shapes, and which field of which input format becomes what in RDF. A
test compares the files with what is written here, so that none of them can grow old. Knows how each of these describes
itself; describes nothing itself.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import click

from kg import assets
from kg.cli import main as commands
from kg.queries import load_all
from kg.rdf.field_map import ATTRIBUTES
from kg.settings import Settings
from kg.sources import FORMATS, Format
from kg.web.described import described
from kg.web.links import short
from kg.web.operation import documentation
from kg.web.pages import read_terms
from kg.web.shapes import read_targets

_MADE: Final = "<!-- Written by `python -m kg.reference docs`; a test holds it to the code. -->"


def page(title: str, about: str, parts: Iterable[str]) -> str:
    """Return one page of the reference."""
    return "\n\n".join([f"# {title}", _MADE, about, *parts]) + "\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; line ends and bars within cells are made harmless."""

    def cells(values: Sequence[str]) -> str:
        return "| " + " | ".join(" ".join(value.split()).replace("|", "\\|") for value in values) + " |"

    return "\n".join([cells(columns), "|" + "---|" * len(columns), *map(cells, rows)])


def cli() -> str:
    """Commands with their arguments, options and examples, as their ``--help`` says."""
    parts = [line for name, command, context in _commands() for line in _command(name, command, context)]
    codes = "Exit codes: 0 done; 1 an error, in one sentence; 2 wrong usage; 3 done, but findings or quarantine remain."
    dash = "`-` is stdin for what `build`, `check`, `validate` and `sparql` read, and stdout for `export -o`."
    return page("Commands", f"Data goes to stdout, talk to stderr; {dash} {codes}", parts)


def _commands() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yield each command under its full name, a group before the commands in it."""
    top = click.Context(commands, info_name="kg")
    for name, command in sorted(commands.commands.items()):
        context = click.Context(command, info_name=name, parent=top)
        yield f"kg {name}", command, context
        if isinstance(command, click.Group):
            for inner, below in sorted(command.commands.items()):
                yield f"kg {name} {inner}", below, click.Context(below, info_name=inner, parent=context)


def _command(name: str, command: click.Command, context: click.Context) -> Iterator[str]:
    about, _, example = inspect.cleandoc(command.help or "").partition("\n\n\b\nExample:\n")
    yield f"## {name}"
    yield f"```sh\n{' '.join([name, *command.collect_usage_pieces(context)])}\n```"
    yield about.replace("\b\n", "")
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    rows = [(f"`{', '.join([*one.opts, *one.secondary_opts])}`", one.help or "", _values(one)) for one in options]
    if rows:
        yield table(("option", "meaning", "values"), rows)
    if example:
        yield f"```sh\n{inspect.cleandoc(example)}\n```"


def _values(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return ", ".join(f"`{choice}`" for choice in option.type.choices)
    if isinstance(option.type, click.IntRange):
        low, high = option.type.min, option.type.max
        return f"{low} to {high}" if high is not None else f"from {low}"
    return ""


def settings() -> str:
    """Settings with defaults, as the comments beside them say."""
    about = documentation()
    rows = [
        (f"`KG_{one.name.upper()}`", f"`{one.default}`" if str(one.default) else "", about[one.name])
        for one in fields(Settings)
    ]
    return page(
        "Settings",
        "Environment variables. Options of the command line win over them; `/settings` shows what a server uses.",
        [table(("setting", "default", "meaning"), rows)],
    )


def routes() -> str:
    """Routes with their forms, parameters and statuses, as the OpenAPI document has them."""
    by_tag: dict[str, list[str]] = {}
    for (method, path), operation in sorted(described().items(), key=lambda item: (item[0][1], item[0][0])):
        lines = [f"### {method.upper()} {path}"]
        for status, (text, types) in operation.answers.items():
            forms = f" As {', '.join(f'`{one}`' for one in dict.fromkeys(types))}." if types else ""
            lines.append(f"{status}: {text}{forms}")
        if operation.errors:
            lines.append(f"Errors: {', '.join(map(str, operation.errors))}.")
        if operation.parameters:
            rows = [(f"`{one['name']}`", one["in"], one["description"]) for one in operation.parameters]
            lines.append(table(("parameter", "in", "meaning"), rows))
        by_tag.setdefault(operation.tag, []).append("\n\n".join(lines))
    parts = [part for tag in sorted(by_tag) for part in (f"## {tag}", *by_tag[tag])]
    about = "What the server answers. `/openapi.json` is the same for programs, with the values of this release."
    return page("Routes", about, parts)


def queries() -> str:
    """Named queries with parameters and columns, as their headers say."""
    parts = []
    for name, query in load_all("http://localhost:8000/").items():
        parts += [f"## {name}", f"{query.title}. {query.about}"]
        if query.parameters:
            rows = [
                (f"`{one.name}`", one.type, one.about, "required" if one.default is None else f"`{one.default}`")
                for one in query.parameters
            ]
            parts.append(table(("parameter", "type", "meaning", "default"), rows))
        parts.append(table(("column", "meaning"), [(f"`{column}`", about) for column, about in query.columns]))
        if query.limit:
            parts.append(f"At most {query.limit:,} rows.")
    about = "`kg query NAME key=value`, or `/queries/NAME?key=value` as page, CSV, JSON, TSV, XML and Atom."
    return page("Named queries", about, parts)


def ontology() -> str:
    """Own terms, as the ontology says."""
    titles = {"class": "Classes", "property": "Properties", "individual": "Measures and metrics"}
    parts = []
    terms = read_terms(assets.text("ontology", "kg.ttl"))
    for kind, title in titles.items():
        rows = [
            (f"`kg:{one.local}`", one.comment, "; ".join(
                f"{short(name).partition(':')[2]} {', '.join(f'`{short(value)}`' for value in values)}"
                for name, values in one.facts))
            for one in terms if one.kind == kind
        ]  # fmt: skip
        parts += [f"## {title}", table(("term", "meaning", "relations"), rows)]
    about = (
        "The terms of our own, namespace `https://w3id.org/kg/ns#`; the file is served at `/ontology.ttl`. They stand "
        "beside schema.org, FOAF, PROV-O, SKOS, DCAT, VoID and DQV, and are used only where none of these says it."
    )
    return page("Vocabulary", about, parts)


def shapes() -> str:
    """Rules of the validation, as the shapes say."""
    parts = []
    for target in read_targets():
        rows = [(f"`kgs:{one.local}`", one.severity, one.message, one.why) for one in target.rules]
        parts += [f"## {target.name}", target.about, table(("shape", "severity", "finding", "why"), rows)]
    return page("Shapes", "What every release is checked for; `/shapes.ttl` is the same in SHACL.", parts)


def inputs() -> str:
    """Input formats with the way of each field: to an attribute of a record, and on to RDF."""
    parts = []
    for format_ in FORMATS:
        parts += [f"## {format_.name}", *_format(format_)]
    rows = [(f"`{name}`", str(rdf)) for name, rdf in ATTRIBUTES.items()]
    about = (
        "What is read of each format, and where it goes. Formats are recognised by their content. In BibTeX, RIS and "
        "CSL-JSON, where everybody adds fields, `kg check` notes those that are neither mapped nor left aside on "
        "purpose; of the other formats the tables are complete for all examples that the tests read. Sources also keep "
        "their own words, in `graph/source/ID`; there the properties are the same, with what this one source says."
    )
    return page("Input formats", about, ["## Attributes of records", table(("attribute", "RDF"), rows), *parts])


def _format(format_: Format) -> Iterable[str]:
    made = f" Specification: {format_.specification}." if format_.specification else ""
    yield f"{format_.about}.{made}"
    if format_.fields:
        rows = [
            (f"`{name}`", f"`{attribute}`", ATTRIBUTES[attribute].short) for name, attribute in format_.fields.items()
        ]
        yield table(("field", "attribute", "RDF"), rows)
    else:
        # A captured page has no fields; its module says what its lines become.
        module = inspect.getmodule(format_.recognise)
        yield "```text\n" + inspect.cleandoc((module.__doc__ if module else "") or "") + "\n```"
    if format_.aside:
        yield f"Left aside: {', '.join(f'`{name}`' for name in format_.aside)}."


PAGES: Final[dict[str, Callable[[], str]]] = {
    "reference-commands.md": cli,
    "reference-settings.md": settings,
    "reference-routes.md": routes,
    "reference-queries.md": queries,
    "reference-vocabulary.md": ontology,
    "reference-shapes.md": shapes,
    "reference-inputs.md": inputs,
}
"""File -> the function that writes it."""


def write(folder: Path) -> None:
    """Write every page that is not as it should be."""
    for name, make in PAGES.items():
        path, text = folder / name, make()
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            click.echo(path)


def run(arguments: Sequence[Any]) -> None:
    """Take the folder from the command line."""
    write(Path(arguments[0]) if arguments else Path("docs"))


if __name__ == "__main__":
    run(sys.argv[1:])
