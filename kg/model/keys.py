"""What two records are compared by: folded titles, name keys, identifiers, a sketch of the abstract.

A pure function of one record, so it is made once, when the record is read, and kept with it: a build of a hundred
thousand works compares keys and looks into a record only where they meet. Does not know other records.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Final

import msgspec

from kg.model.links import find_links
from kg.model.name_forms import name_form
from kg.model.names import name_key
from kg.model.records import Mention, MentionKey, SourceReading, WorkKeys, WorkRecord
from kg.model.text import fold, sketch, squeeze, words
from kg.model.topics import find_topic

SKETCH: Final = 12
"""Hashes kept of an abstract (the smallest ones, a bottom-k sketch). Texts with a resemblance of 0.6 share at least one
of twelve with a chance above 0.9999."""

BEGINNING_WORDS: Final = 25
"""Two abstracts that begin with the same so many words are likely one work's."""

_OPENING_WORDS: Final = 16
_encoder = msgspec.msgpack.Encoder()


def agent_key(name: str, kind: str) -> str:
    """Return the form under which two printed names of a kind are the same name."""
    return fold(name) if kind == "group" else name_key(name)


def all_mentions(record: WorkRecord) -> tuple[Mention, ...]:
    """Return everybody named on a record: the byline, then the contributors in other roles."""
    return (*(record.byline.mentions if record.byline else ()), *record.contributors)


def work_keys(record: WorkRecord) -> WorkKeys:
    """Return the keys of a record."""
    title = fold(record.title)
    folded = words(record.abstract)
    hashes, runs = sketch(folded, SKETCH)
    text = folded[:BEGINNING_WORDS]
    opening = title or " ".join(text[:_OPENING_WORDS]) or fold(record.snippet) or record.place.item
    return WorkKeys(
        digest=blake2b(_encoder.encode(record), digest_size=16).digest(),
        opening=_short_hash(opening),
        title=title,
        identifiers=record.identifiers,
        beginning=_short_hash(" ".join(text)) if len(text) == BEGINNING_WORDS else "",
        sketch=hashes,
        shingles=runs,
        year=record.date.year if record.date else 0,
        mentions=tuple(
            MentionKey(
                *(m.name, agent_key(m.name, m.kind), m.kind, m.position, m.role, m.orcid or "", m.identifiers),
                *(m.variants, _family(m)),
            )
            for m in all_mentions(record)
        ),
        organizations=tuple(dict.fromkeys(map(squeeze, _organizations(record)))),
        venue=squeeze(record.venue),
        venue_identifiers=record.venue_identifiers if record.venue else (),
        repositories=tuple(sorted({link.url for link in find_links(_linked(record)) if link.repository})),
        cites=tuple(r.iri for r in record.related if r.kind == "cites" and r.iri),
        topics=tuple(dict.fromkeys(topic.notation for code in record.topics if (topic := find_topic(code)))),
        called=_called(record),
    )  # fmt: skip


def _called(record: WorkRecord) -> str:
    """Return what its source calls a record: its name there, or its first identifier where that is a mere number."""
    item = record.place.item
    numbered = not item or item.startswith("/") or item.rpartition("/")[2].isdecimal()
    return next(iter(record.identifiers), "") if numbered else item


def keys_of(reading: SourceReading) -> Sequence[WorkKeys]:
    """Return the keys of a reading's works: those made when they were read, or made now."""
    return reading.keys if len(reading.keys) == len(reading.works) else [work_keys(work) for work in reading.works]


def _family(mention: Mention) -> str:
    """Return the family name where the name as printed would be cut elsewhere."""
    family = mention.family
    if not family or mention.kind == "group" or not mention.name.endswith(family):
        return ""
    given = mention.name.removesuffix(family).strip()
    return family if name_form("", given, family) != name_form(mention.name) else ""


def _short_hash(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _organizations(record: WorkRecord) -> Iterator[str]:
    yield from record.organizations
    for mention in all_mentions(record):
        yield from mention.affiliations
    yield from filter(None, (funding.funder for funding in record.funding))
    if record.publisher:
        yield record.publisher


def _linked(record: WorkRecord) -> str:
    return "\n".join((record.abstract, *record.urls))
