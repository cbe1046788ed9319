"""What a reader takes along from a page: references, a printable list of publications, a feed, a linkset.

Each is an address of the thing with an extension of its own. Knows which kinds of things have which; gathers the works
by the questions of the pages, in portions. Does not know how references or feeds are written.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from kg.panels import AGENTS, LINK
from kg.rdf import vocab
from kg.web import feeds, history, questions, signposting, styles
from kg.web.citing import FORMS
from kg.web.links import KINDS, Links, short
from kg.web.listing import Line, read_lines
from kg.web.references import Reference, references
from kg.web.thing_page import entry_triples

if TYPE_CHECKING:
    from kg.rdf.describe import Description
    from kg.web.render import Site

MOST: Final = 2_000
"""Works in one file; of more, the newest."""
_PORTION: Final = 200
NAMES: Final = {
    **{extension: (form.name, form.media_type.partition(";")[0]) for extension, form in FORMS.items()},
    "cv": ("Publications to print", "text/html"),
    "atom": ("Atom feed", feeds.MEDIA_TYPE),
    "linkset": ("Links for machines", signposting.MEDIA_TYPE),
}
"""Extension -> name and media type."""


def offered(kind: str) -> tuple[str, ...]:
    """Return the extensions that things of a kind have beside their documents."""
    listed = tuple(FORMS) if kind in {*LINK, "work"} else ()
    return (*listed, *(("cv",) if kind in AGENTS else ()), *(("atom",) if kind in LINK else ()), "linkset")


async def take(request: Request, site: Site, kind: str, extension: str, description: Description) -> Response:
    """Answer with one of the takeaways of a thing."""
    iri = description.iri.value
    links = site.links(request)
    stem = iri.rpartition("/")[2]
    headers = {"Content-Disposition": f'inline; filename="{kind}-{stem}.{extension}"'}
    if extension == "linkset":
        found = signposting.links_of(kind, description, {})
        body = signposting.linkset(f"{iri}.html", found)
        return Response(body, headers=headers, media_type=signposting.MEDIA_TYPE)
    works, total = await works_of(site, kind, iri)
    if total > len(works):
        headers["KG-Truncated"] = f"works={len(works)}"
    if extension == "atom":
        return await _feed(site, kind, description, works, headers)
    found_ = await references_of(site, works, links)
    if extension == "cv":
        return _printable(request, site, description, found_, total)
    form = FORMS[extension]
    body = await run_in_threadpool(form.write, found_)
    return Response(body, headers={**headers, "Content-Type": form.media_type})


async def works_of(site: Site, kind: str, iri: str) -> tuple[list[str], int]:
    """Return the works of a thing, newest first, and how many there are; a work is its own only one."""
    if kind == "work":
        return [iri], 1
    rows = await questions.ask_texts(
        site.world.pool, site.questions["listed"], {"thing": iri, "link": LINK[kind].value}
    )
    lines = sorted(read_lines(rows), key=lambda line: (line.title.casefold(), line.iri))
    newest = sorted(lines, key=_date, reverse=True)
    return [line.iri for line in newest[:MOST]], len(newest)


def _date(line: Line) -> str:
    return line.date


async def references_of(site: Site, works: Sequence[str], links: Links) -> list[Reference]:
    """Return works as references, in their order."""
    found: list[Reference] = []
    for start in range(0, len(works), _PORTION):
        portion = works[start : start + _PORTION]
        triples = await entry_triples(site, portion)
        found += await run_in_threadpool(references, portion, triples, links)
    return found


def _printable(request: Request, site: Site, description: Description, found: list[Reference], total: int) -> Response:
    style = request.query_params.get("style", "")
    name = next((known for known in styles.STYLES if known.lower() == style.lower()), "APA")
    by_year = sorted(found, key=lambda reference: reference.year, reverse=True)
    years = [
        (year, [styles.STYLES[name](one) for one in group]) for year, group in groupby(by_year, lambda one: one.year)
    ]
    said = {predicate: [] for predicate in (vocab.NAME, vocab.DESCRIPTION, vocab.SAME_AS)}  # type: dict[object, list[str]]
    for triple in description.triples:
        if triple.subject == description.iri and triple.predicate in said:
            said[triple.predicate].append(getattr(triple.object, "value", ""))
    return site.page(
        request,
        "cv.html",
        iri=description.iri.value,
        stem=description.iri.value.rpartition("/")[2],
        name=next(iter(said[vocab.NAME]), "") or short(description.iri.value),
        descriptions=said[vocab.DESCRIPTION],
        same=said[vocab.SAME_AS],
        years=years,
        shown=len(found),
        total=total,
        cut=sum(reference.cut for reference in found),
        style=name,
        styles=tuple(styles.STYLES),
    )


async def _feed(
    site: Site, kind: str, description: Description, works: Sequence[str], headers: dict[str, str]
) -> Response:
    iri = description.iri.value
    found = await references_of(site, works[: feeds.ENTRIES], Links(site.world.base_iri, site.world.base_iri))
    changed = await run_in_threadpool(history.changes, site.world.release, iri)
    updated = feeds.utc(str(site.world.release.manifest.get("built", "")))
    name = next(
        (
            getattr(triple.object, "value", "")
            for triple in description.triples
            if triple.subject == description.iri and triple.predicate == vocab.NAME
        ),
        iri,
    )
    entries = [
        feeds.Entry(
            f"{iri}#change-{change.release}",
            f"Release {change.release}: {len(change.added):,} statements added, {len(change.removed):,} removed",
            f"{iri}.html",
            feeds.utc(change.at),
            "\n".join(
                f"{sign} {_words(statement)}"
                for sign, said in (("+", change.added), ("-", change.removed))
                for statement in said[:20]
            ),
        )
        for change in changed
    ]
    entries += [
        feeds.Entry(
            one.iri,
            one.title or "Untitled work",
            f"{one.iri}.html",
            feeds.moment(one.date.iso()) if one.date and one.year else "",
            one.abstract[:1000],
            tuple(author.name for author in one.authors[:50]),
            feeds.moment(one.date.iso()) if one.date and one.year else "",
        )
        for one in found
    ]
    body = await run_in_threadpool(
        lambda: feeds.write(
            id_=f"{iri}.atom",
            title=f"{name} · {KINDS[kind][0]}",
            subtitle="Newest works, and what the last releases changed.",
            own=f"{iri}.atom",
            page=f"{iri}.html",
            updated=updated,
            entries=entries,
        )
    )
    return Response(body, headers={**headers, "Content-Type": f"{feeds.MEDIA_TYPE}; charset=utf-8"})


def _words(statement: tuple[str, str]) -> str:
    predicate, value = statement
    return f"{short(predicate[1:-1])} {value}"
