"""What search engines and reference managers read from a page: a short JSON-LD block, and ``citation_*`` tags.

Beside the whole graph, which a page embeds too, because those readers know a few properties of schema.org in fixed
places: Google's ProfilePage and Article, Bioschemas' Person and ScholarlyArticle, the tags of Google Scholar. Knows
these places. Says nothing that the graph does not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from kg.web.profile import ThingPage
from kg.web.references import Reference
from kg.web.summary import Summary

CONTEXT: Final = "https://schema.org"
_HEADLINE: Final = 110
"""Characters of a headline that are shown; longer ones are cut there anyhow."""
_AUTHORS: Final = 200


def profile_page(page: ThingPage, summary: Summary, address: str, same: Iterable[str], built: str) -> dict[str, Any]:
    """Return a ProfilePage about a person or group. ``built`` is the moment of the release, ISO 8601."""
    person = page.kind == "person"
    entity: dict[str, Any] = {
        "@type": "Person" if person else "Organization",
        "@id": page.ref.iri,
        "name": page.title,
        "alternateName": list(page.names[1:]),
        "description": next((value.text for fact in page.descriptions for value in fact.values), ""),
        "sameAs": list(same),
        "url": page.ref.iri,
        "identifier": page.ref.iri,
        "affiliation": [
            {"@type": "Organization", "name": value.text}
            for fact in page.facts
            if person and fact.iri.endswith("schema.org/affiliation")
            for value in fact.values
        ],
        "knowsAbout": [ref.text for ref, _ in summary.topics[:10]],
    }
    return {
        "@context": CONTEXT,
        "@type": "ProfilePage",
        "@id": address,
        "url": address,
        "name": page.title,
        **({"dateModified": built} if built else {}),
        "mainEntity": _filled(entity),
    }


def scholarly_article(reference: Reference, address: str) -> dict[str, Any]:
    """Return a ScholarlyArticle as search engines read it."""
    title = reference.title or "Untitled work"
    author = [
        _filled({"@type": "Organization" if one.literal else "Person", "name": one.name, "url": one.iri, "@id": one.iri,
                 "givenName": one.given, "familyName": one.family})
        for one in reference.authors[:_AUTHORS]
    ]  # fmt: skip
    article: dict[str, Any] = {
        "@type": "ScholarlyArticle",
        "@id": reference.iri,
        "headline": title if len(title) <= _HEADLINE else f"{title[: _HEADLINE - 1]}…",
        "name": title,
        "author": author,
        "datePublished": reference.date.iso() if reference.year and reference.date else "",
        "isPartOf": {"@type": "CreativeWork", "name": reference.venue} if reference.venue else "",
        "identifier": [f"https://doi.org/{reference.doi}"] if reference.doi else [reference.iri],
        "sameAs": [f"https://doi.org/{reference.doi}"] if reference.doi else [],
        "abstract": reference.abstract,
        "keywords": list(reference.topics),
        "license": next(iter(reference.licences), ""),
        "inLanguage": list(reference.languages),
        "url": address,
        "mainEntityOfPage": address,
    }
    return {"@context": CONTEXT, **_filled(article)}


def _filled(node: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if value not in ("", [], None)}


def citation_tags(reference: Reference) -> Sequence[tuple[str, str]]:
    """Return the tags by which Google Scholar and reference managers read a page; none without title or author."""
    if not reference.title or not reference.authors:
        return ()
    date = reference.date.iso().replace("-", "/") if reference.year and reference.date else ""
    container = "citation_conference_title" if reference.genre == "conference paper" else "citation_journal_title"
    first, _, last = (part.strip() for part in reference.pages.replace("–", "-").partition("-"))
    pairs = [
        ("citation_title", reference.title),
        *(("citation_author", one.name) for one in reference.authors[:_AUTHORS]),
        ("citation_publication_date", date),
        # A preprint's archive is no journal.
        (container, "" if reference.genre == "preprint" else reference.venue),
        ("citation_volume", reference.volume),
        ("citation_issue", reference.issue),
        ("citation_firstpage", first),
        ("citation_lastpage", last),
        ("citation_publisher", reference.publisher),
        ("citation_doi", reference.doi),
        ("citation_arxiv_id", reference.arxiv),
        *(("citation_language", language) for language in reference.languages),
        *(("citation_keywords", topic) for topic in reference.topics),
        ("citation_abstract_html_url", reference.iri),
    ]
    return [(name, value) for name, value in pairs if value]
