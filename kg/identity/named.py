"""Organisations, venues and repositories: things known by their name, keyword or address alone.

One name after folding is one thing. A keyword from the table stands for its organisation, so that "huggingface" on one
page and "Hugging Face" on another are one. Knows nothing of people and works.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg.identity.ledger import Ledger
from kg.model.entities import Organization, Software, Venue
from kg.model.links import find_links
from kg.model.records import SourceReading
from kg.model.text import fold, squeeze

OrganizationTable = Mapping[str, tuple[str, str]]
"""Keyword, folded -> (name, ROR IRI or an empty string)."""


@dataclass
class _Seen:
    printed: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class NamedThings:
    """The organisations, venues and repositories of a build, and how printed words lead to their ids."""

    organizations: tuple[Organization, ...]
    venues: tuple[Venue, ...]
    software: tuple[Software, ...]
    organization_ids: Mapping[str, str]
    venue_ids: Mapping[str, str]
    software_ids: Mapping[str, str]

    def organization(self, printed: str) -> str:
        """Return the id for a keyword or affiliation as printed."""
        return self.organization_ids[squeeze(printed)]

    def venue(self, printed: str) -> str:
        """Return the id for a venue as printed; an empty string for none."""
        return self.venue_ids[fold(printed)] if printed else ""

    def repositories(self, text: str) -> list[str]:
        """Return the ids of the repositories that a text links to, sorted."""
        return sorted({self.software_ids[link.url.casefold()] for link in find_links(text) if link.repository})


def named_things(sources: Sequence[tuple[str, SourceReading]], ledger: Ledger, table: OrganizationTable) -> NamedThings:
    """Collect what all sources name by words alone, with ids from the ledger."""
    organizations: dict[str, _Seen] = defaultdict(_Seen)
    venues: dict[str, _Seen] = defaultdict(_Seen)
    software: dict[str, _Seen] = defaultdict(_Seen)
    for source_id, reading in sources:
        words = [o for work in reading.works for o in work.organizations]
        words += [a for work in reading.works if work.byline for m in work.byline.mentions for a in m.affiliations]
        words += reading.profile.affiliations if reading.profile else ()
        for printed in map(squeeze, words):
            _see(organizations, fold(_known(printed, table)[0]), printed, source_id)
        for work in reading.works:
            if work.venue:
                _see(venues, fold(work.venue), squeeze(work.venue), source_id)
            for link in find_links(work.abstract):
                if link.repository:
                    _see(software, link.url.casefold(), link.url, source_id)
    organization_ids = _ids("organization", organizations, ledger)
    venue_ids = _ids("venue", venues, ledger)
    software_ids = _ids("software", software, ledger)
    return NamedThings(
        organizations=tuple(
            Organization(organization_ids[key], name, tuple(sorted(seen.printed)), ror, tuple(sorted(seen.sources)))
            for key, seen in _by_id(organizations, organization_ids)
            for name, ror in [_known(min(seen.printed, key=lambda p: (fold(p) not in table, p)), table)]
        ),
        venues=tuple(
            Venue(venue_ids[key], min(seen.printed), tuple(sorted(seen.sources)))
            for key, seen in _by_id(venues, venue_ids)
        ),
        software=tuple(
            Software(software_ids[key], "/".join(url.split("/")[-2:]), url, tuple(sorted(seen.sources)))
            for key, seen in _by_id(software, software_ids)
            for url in [min(seen.printed)]
        ),
        organization_ids={p: organization_ids[key] for key, seen in organizations.items() for p in seen.printed},
        venue_ids=venue_ids,
        software_ids=software_ids,
    )


def _known(printed: str, table: OrganizationTable) -> tuple[str, str]:
    """Return the name and ROR IRI that a keyword stands for; words that are no keyword stand for themselves."""
    return table.get(fold(printed), (printed, ""))


def _ids(kind: str, things: Mapping[str, _Seen], ledger: Ledger) -> dict[str, str]:
    keys = sorted(things)
    return dict(zip(keys, ledger.assign(kind, [[key] for key in keys]), strict=True))


def _by_id(things: Mapping[str, _Seen], ids: Mapping[str, str]) -> list[tuple[str, _Seen]]:
    return sorted(things.items(), key=lambda item: ids[item[0]])


def _see(seen: dict[str, _Seen], key: str, printed: str, source_id: str) -> None:
    seen[key].printed.add(printed)
    seen[key].sources.add(source_id)
