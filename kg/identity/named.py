"""Organisations, venues and repositories: things known by their name, keyword, registry id or address.

One name after folding is one thing. A ROR id, printed beside a name or known from the table of keywords, joins names
("huggingface", "Hugging Face"); an ISSN or ISBN joins venues whose names can stand for one another ("J. Mach. Learn.
Res."), for a series lends its ISSN to many books. Knows nothing of people and works.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kg.identity.clusters import Clusters
from kg.identity.ledger import Ledger
from kg.model.entities import Organization, Software, Venue
from kg.model.records import SourceReading, WorkKeys
from kg.model.text import fold, squeeze

OrganizationTable = Mapping[str, tuple[str, str]]
"""Keyword, folded -> (name, ROR IRI or an empty string)."""

_SMALL = frozenset("a an and at de des for in la of on the und".split())


@dataclass
class _Seen:
    printed: Counter[str] = field(default_factory=Counter)
    sources: set[str] = field(default_factory=set)
    identifiers: set[str] = field(default_factory=set)


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
        """Return the id for a keyword or affiliation as printed; an empty string for none."""
        return self.organization_ids[squeeze(printed)] if printed.strip() else ""

    def venue(self, printed: str) -> str:
        """Return the id for a venue as printed; an empty string for none."""
        return self.venue_ids[_key(squeeze(printed))] if printed.strip() else ""

    def repositories(self, keys: WorkKeys) -> list[str]:
        """Return the ids of the repositories that a record links to, sorted."""
        return sorted({self.software_ids[url.casefold()] for url in keys.repositories})


NOTHING_NAMED: Final = NamedThings((), (), (), {}, {}, {})
"""No organisation, venue or repository."""


def named_things(
    sources: Sequence[tuple[str, SourceReading, Sequence[WorkKeys]]], ledger: Ledger, table: OrganizationTable
) -> NamedThings:
    """Collect what all sources name by words alone, with ids from the ledger."""
    organizations: dict[str, _Seen] = defaultdict(_Seen)
    venues: dict[str, _Seen] = defaultdict(_Seen)
    software: dict[str, _Seen] = defaultdict(_Seen)
    folded: dict[str, str] = {}

    def see(things: dict[str, _Seen], key: str, printed: str, source_id: str) -> _Seen:
        seen = things[key]
        seen.printed[printed] += 1
        seen.sources.add(source_id)
        return seen

    def organization(words: str, source_id: str) -> _Seen:
        key = folded.get(words)
        if key is None:
            key = folded[words] = _key(_known(words, table)[0])
        return see(organizations, key, words, source_id)

    for source_id, reading, keys in sources:
        for name, iri in reading.organizations:
            organization(squeeze(name), source_id).identifiers.add(iri)
        for profile in (*([reading.profile] if reading.profile else []), *reading.people):
            for words in map(squeeze, (*profile.affiliations, *profile.alumni_of)):
                organization(words, source_id)
        for record in keys:
            for words in record.organizations:
                organization(words, source_id)
            if record.venue:
                see(venues, _key(record.venue), record.venue, source_id).identifiers.update(record.venue_identifiers)
            for url in record.repositories:
                see(software, url.casefold(), url, source_id)
    for seen in organizations.values():
        seen.identifiers.update(filter(None, (_known(words, table)[1] for words in seen.printed)))
    organization_groups = _joined(organizations)
    venue_groups = _joined(venues, abbreviates)
    organization_ids = _ids("organization", organization_groups, ledger)
    venue_ids = _ids("venue", venue_groups, ledger)
    software_ids = _ids("software", [[key] for key in software], ledger)
    return NamedThings(
        organizations=tuple(
            sorted(
                (_organization(organization_ids[group[0]], [organizations[k] for k in group], table))
                for group in organization_groups
            )
        ),
        venues=tuple(sorted(_venue(venue_ids[group[0]], [venues[key] for key in group]) for group in venue_groups)),
        software=tuple(
            sorted(
                Software(software_ids[key], "/".join(url.split("/")[-2:]), url, tuple(sorted(seen.sources)))
                for key, seen in software.items()
                for url in [min(seen.printed)]
            )
        ),
        organization_ids={words: organization_ids[key] for words, key in folded.items()},
        venue_ids=venue_ids,
        software_ids=software_ids,
    )


def abbreviates(a: str, b: str) -> bool:
    """Return whether one folded name can be short for the other: word for word, each begins like its counterpart.

    >>> abbreviates("j mach learn res", "journal of machine learning research"), abbreviates("lncs", "advances in ai")
    (True, False)
    """
    one, two = ([word for word in name.split() if word not in _SMALL] for name in (a, b))
    return len(one) == len(two) and all(
        x.startswith(y) or y.startswith(x) for x, y in zip(one, two, strict=True)
    )  # fmt: skip


def _joined(things: Mapping[str, _Seen], fit: Callable[[str, str], bool] | None = None) -> list[list[str]]:
    """Return the groups of names that share an identifier and fit one another, each sorted, in order.

    Without ``fit`` all names fit, but one beside which several identifiers were printed joins nothing: it would make
    one thing of all of them.
    """
    names = sorted(things)
    number = {name: i for i, name in enumerate(names)}
    clusters = Clusters(len(names))
    carriers: dict[str, list[str]] = defaultdict(list)
    for name in names:
        if fit or len(things[name].identifiers) == 1:
            for identifier in things[name].identifiers:
                carriers[identifier].append(name)
    for _, found in sorted(carriers.items()):
        for i, name in enumerate(found):
            if (other := next((n for n in found[:i] if not fit or fit(n, name)), None)) is not None:
                clusters.join(number[other], number[name])
    return [[names[i] for i in group] for group in clusters.groups()]


def _organization(identifier: str, seen: Sequence[_Seen], table: OrganizationTable) -> Organization:
    printed = sum((s.printed for s in seen), Counter[str]())
    shown = min(printed, key=lambda words: (fold(words) not in table, -printed[words], words))
    name, _ = _known(shown, table)
    registered = sorted(set().union(*(s.identifiers for s in seen)))
    return Organization(
        identifier, name, tuple(sorted(printed)), registered[0] if registered else "", _sources(seen)
    )  # fmt: skip


def _venue(identifier: str, seen: Sequence[_Seen]) -> Venue:
    printed = sum((s.printed for s in seen), Counter[str]())
    name = min(printed, key=lambda words: (-printed[words], -len(words), words))
    identifiers = tuple(sorted(set().union(*(s.identifiers for s in seen))))
    return Venue(identifier, name, _sources(seen), tuple(sorted(printed)), identifiers)


def _sources(seen: Iterable[_Seen]) -> tuple[str, ...]:
    return tuple(sorted(set().union(*(s.sources for s in seen))))


def _key(words: str) -> str:
    """Return the form under which two names are one; a name of signs alone stands for itself."""
    return fold(words) or words


def _known(printed: str, table: OrganizationTable) -> tuple[str, str]:
    return table.get(fold(printed), (printed, ""))


def _ids(kind: str, groups: Sequence[Sequence[str]], ledger: Ledger) -> dict[str, str]:
    ids = ledger.assign(kind, groups)
    return {key: identifier for group, identifier in zip(groups, ids, strict=True) for key in group}
