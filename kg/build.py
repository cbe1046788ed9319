"""The whole pipeline in one readable function: inputs in, a published release out.

Knows the order of the stages and the manifest. Every stage is another module's work.
"""

from __future__ import annotations

import ctypes
import dataclasses
import gc
import heapq
import shutil
import time
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from pyoxigraph import Quad, Triple

import kg
from kg import assets, panels, search, shares
from kg.counted import Printed
from kg.described import describe
from kg.errors import InputError, ReleaseError
from kg.handmade import home_file, read_decisions
from kg.identity import Ledger, resolve
from kg.identity.decisions import Decision
from kg.manifest import manifest_of, problems_of
from kg.model.entities import Resolved
from kg.panels import write_panels
from kg.quality import Report, validate
from kg.quality.gates import Gate, hold
from kg.quality.incremental import revalidate
from kg.quality.kept import keep, of_release
from kg.quality.triples import report_triples
from kg.rdf.cards import Card, cards_of
from kg.rdf.dataset import dataset_quads, ontology_fragment
from kg.rdf.fragments import count_fragments, fragments
from kg.rdf.iris import DEFAULT_BASE, Iris
from kg.rdf.signatures import signatures
from kg.sources import InputFile, read_all
from kg.sources.inputs import sha256
from kg.sources.organizations import Organization, keywords
from kg.store.catchup import catch_up
from kg.store.coauthors import write_coauthors
from kg.store.disk import translated
from kg.store.drafts import Draft
from kg.store.finished import Release, base_of
from kg.store.fragments import NOTHING, Before, Index, Written, cards_in, ignore, write_fragments
from kg.store.journal import Journal, Replayed, replay
from kg.store.nquads import diff, holds, mapped, patch_artefact, read_artefact, read_lines
from kg.store.quarantine import FOLDER, write_quarantine
from kg.store.releases import Home, release_id
from kg.store.survey import survey
from kg.store.workspace import Workspace

STAGES = ("read", "identify", "map", "load", "describe", "index", "validate", "publish")
"""The stages of a build, in order."""

GRAPH: Final = "graph.nq"
BASE: Final = "base.nq"
INDEX: Final = "base.index"
MANY: Final = 20_000
"""Fragments from which another process that writes the search index is worth its start."""

MOST_CHANGED: Final = 0.1
"""Share of the statements that may have changed for the store to be made from the last one: beyond it, loading all
anew is quicker, and leaves the store in reading order."""

Watcher = Callable[[str, int, int], None]
"""Told about progress: (stage, done, total). ``total`` is 0 where it is not known."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made, the seconds of each stage, and those of each input that was read and not kept from before.

    ``unchanged`` says that the inputs gave the release that was published already.
    """

    release: Release
    report: Report | None
    unchanged: bool
    seconds: dict[str, float] = field(default_factory=dict)
    reading: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class _Clock:
    """Seconds by stage."""

    watch: Watcher
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self.watch(name, 0, 0)
        started = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - started, 3)
        self.watch(name, 1, 1)


def build(
    inputs: Sequence[InputFile],
    home: Home,
    *,
    base_iri: str = "",
    check: bool = True,
    decisions: Sequence[Decision] = (),
    organizations: Mapping[str, Organization] | None = None,
    gate: Gate | None = None,
    watch: Watcher = lambda stage, done, total: None,
) -> Built:
    """Build a release from the inputs and publish it; readers see the last one until then.

    Inputs that did not change are not read again, things that did not change not mapped again, and where little
    changed the store is made from the last one: the release is the same as if it were built from nothing.

    ``decisions`` about who is who lie beside the inputs; those of the home come on top of them. ``organizations`` says
    what keywords stand for, beside the shipped table.

    With ``gate`` a release that is worse than the last is not published, and nothing changes (`kg.quality.gates`).

    ``base_iri`` is fixed by the first build of a home; empty means as recorded. ``check`` off leaves the validation
    out (the manifest says so). Raises HomeError or ReleaseError when the home cannot be used, InputError when there
    is nothing to read at all, GateError when the gate stops it; single bad records and files are reported in the
    manifest and the rest is built.
    """
    if not inputs:
        raise InputError("there is nothing to read", advice="name files, or folders that hold some")
    home.prepare()
    with home.lock(), _uncollected() as collected:
        before = _published(home)
        iris = Iris(base_of(before, base_iri) if before else base_iri or DEFAULT_BASE)
        ledger = Ledger.load(home.ledger_path)
        workspace = Workspace(home.path, assets.program("model", "sources", "identity", "rdf"))
        clock = _Clock(watch)
        with clock.stage("read"):
            reading: dict[str, float] = {}
            readings = read_all(
                inputs,
                kept=workspace.readings,
                progress=lambda done, total: watch("read", done, total),
                timed=reading.__setitem__,
            )
        with clock.stage("identify"):
            decided = [*decisions, *read_decisions(home_file(home.path))]
            resolved = resolve(readings, ledger, keywords(organizations or {}), workspace.people, decided)
            # A build that is killed from here on need not be asked again who is who.
            workspace.people.save()
        journal = Journal(home.path)
        with home.begin() as draft, ExitStack() as beside:
            with clock.stage("map"):
                last = workspace.before(str(before.manifest.get("base", ""))) if before else None
                graph = _write_graph(draft, last, resolved, iris, watch)
                edits = _lay_edits(draft, graph, journal)
                edited = bool(edits.removed or edits.added)
                built_before = _as_built(home, before)
                changed = _changed(draft, graph, edits, built_before)
                # Where little is to be loaded, there is room already for whoever writes the index.
                early = changed is not None and not edited
                indexed = beside.enter_context(_indexing(draft, graph.index)) if early else None
                _keep_sources(draft.path / "sources", inputs)
                write_quarantine(draft.path / FOLDER, problems_of(readings))
                manifest = manifest_of(readings, resolved, iris) | {"base": graph.artefact.sha256}
                dataset = list(dataset_quads(iris, resolved))
                printed = None if edited else _printed(resolved, iris)
            # From here on the graph is on disk; the loader needs the memory.
            del readings, resolved, last
            _give_back()
            with clock.stage("load"):
                if built_before is None or changed is None:
                    draft.fill(edits.removed, edits.added)
                else:
                    draft.load_changes(built_before, *changed)
                cards = cards_of(read_artefact(draft.graph.path)) if edited else list(graph.index.cards())
            # The engine puts the store in order, and the index is written, beside what only reads.
            indexed = indexed or beside.enter_context(_indexing(draft, graph.index, cards if edited else None))
            with ThreadPoolExecutor(1) as threads:
                settled = threads.submit(draft.settle)
                with clock.stage("describe"):
                    signed = signatures(cards)
                    write_coauthors(draft.path / "coauthors.bin", signed)
                    found = survey(draft.graph.path, iris.base) if edited else graph.tally.survey()
                    description = describe(draft, found, iris, cards, signed, dataset, printed=printed)
                    path, store = draft.path / panels.FILE, draft.open_store()
                    write_panels(path, store, cards, iris.base, draft.graph.sha256, counted=not edited)
                    settled.result()
                    del cards, signed, store, printed
                with clock.stage("index"):
                    indexed()
                    beside.close()
                    # What the next build needs lies in the draft until there is a release; then the memory is free.
                    ledger.save(draft.path / home.ledger_path.name)
                    workspace.save_index(draft.path / INDEX, graph)
            graph.index = NOTHING
            del ledger, indexed
            collected()
            report = None
            if check:
                with clock.stage("validate"):
                    report = _validate(draft, iris.base, built_before, changed)
                    if gate:
                        hold(_last_report(before, report), report, gate)
                    keep(report, draft.path)
                    in_quality = iris.graph("quality")
                    draft.add(Quad(t.subject, t.predicate, t.object, in_quality) for t in report_triples(report))
            with clock.stage("publish"):
                manifest |= {
                    "quality": report.counts_by_severity if report else None,
                    "journal": {
                        "applied": edits.applied,
                        "unapplied": [dataclasses.asdict(unapplied) for unapplied in edits.unapplied],
                    },
                    "sha256": draft.graph.sha256,
                    "quads": draft.graph.quads,
                    "mapped": graph.made,
                    "seconds": dict(clock.seconds),
                    "built": datetime.now(UTC).isoformat(timespec="milliseconds"),
                }
                shapes = "".join(assets.text("shapes", n) for n in assets.names("shapes", ".ttl")) if check else ""
                (draft.path / home.ledger_path.name).replace(home.ledger_path)
                applied = [str(edits.applied)] if edits.applied else []
                parts = (draft.graph.sha256, description.sha256, shapes, kg.__version__, *applied)
                base = draft.path / (BASE if (draft.path / BASE).exists() else GRAPH)
                workspace.keep(base, draft.path / INDEX)
                (draft.path / BASE).unlink(missing_ok=True)
                release = draft.commit(manifest, release_id=release_id(*parts))
                with journal.lock():
                    home.publish(release.id)
                    # Edits that were made while this was built are laid on top.
                    release = catch_up(home, journal) or release
    return Built(release, report, before is not None and before.id == release.id, clock.seconds, reading)


def _write_graph(draft: Draft, last: Before | None, resolved: Resolved, iris: Iris, watch: Watcher) -> Written:
    """Write the graph as the inputs give it, copying what did not change since the last one.

    Where there is no last one, whose store could be made into this one's, it is loaded while it is written.
    """
    ontology = ontology_fragment(iris, assets.data("ontology", "kg.ttl"))
    pieces = heapq.merge(fragments(resolved, iris), [ontology], key=lambda piece: piece.prefix)
    total = count_fragments(resolved) + 1
    grown = draft.begin_load() if last is None else ignore
    with translated(draft.path):
        return write_fragments(
            draft.path / GRAPH, pieces, iris.base, last, lambda done: watch("map", done, total), grown
        )


def _lay_edits(draft: Draft, graph: Written, journal: Journal) -> Replayed:
    """Lay the edits of the journal over the graph just written."""
    path = draft.path / GRAPH
    with mapped(path) as lines:
        edits = replay(journal.entries(), lambda line: holds(lines, line))
    artefact = graph.artefact
    if edits.removed or edits.added:
        path.rename(draft.path / BASE)
        artefact, _ = patch_artefact(draft.path / BASE, path, edits.removed, edits.added, artefact.quads)
    draft.take_graph(artefact)
    return edits


def _printed(resolved: Resolved, iris: Iris) -> Printed:
    """Return how often each name is printed for whom, by IRI."""
    names = zip(resolved.printed.keys, resolved.printed, strict=True)
    return {f"{iris.base}{key}": found for key, found in names}


def _indexing(draft: Draft, index: Index, cards: list[Card] | None = None) -> AbstractContextManager[Callable[[], int]]:
    """Write the search index of the cards, or of those of the fragments: beside this process where there are many."""
    folder = draft.path / "search"
    if cards is not None:
        return shares.aside(partial(search.write_cards, folder), cards, alone=True)
    return shares.aside(
        partial(_write_index, folder), (index.card_starts, index.card_bytes), alone=len(index.prefixes) < MANY
    )


def _write_index(folder: Path, cards: tuple[array[int], bytes | bytearray]) -> int:
    return search.write_cards(folder, cards_in(*cards))


def _changed(
    draft: Draft, graph: Written, edits: Replayed, before: Release | None
) -> tuple[set[bytes], set[bytes]] | None:
    """Return the lines that went and came since the release before; None where that is not known, or too much."""
    if before is None or not graph.compared or before.manifest.get("quads", 0) * MOST_CHANGED < graph.changes:
        return None
    if not (edits.applied or before.manifest.get("journal", {}).get("applied")):
        return graph.removed, graph.added
    # Edits stand in one of the two graphs or in both: the files themselves say what is different.
    lines = list(diff(before.artefact_path, draft.path / GRAPH))
    removed, added = ({f"{line}\n".encode() for sign, line in lines if sign == s} for s in "-+")
    return removed, added


def _validate(
    draft: Draft, base_iri: str, before: Release | None, changed: tuple[set[bytes], set[bytes]] | None
) -> Report:
    """Validate what was loaded; where little changed since a release that was validated, only what that can touch."""
    old = of_release(before) if before is not None and changed is not None else None
    if before is None or changed is None or old is None:
        return validate(draft.open_store(), base_iri=base_iri, artefact=draft.graph.path, scratch=draft.path)
    subjects = dict.fromkeys(quad.subject for lines in changed for quad in read_lines(lines))
    nodes = [one for one in subjects if not isinstance(one, Triple)]
    return revalidate(
        *(draft.open_store(), None, old, nodes),
        before=before.open_store(),
        base_iri=base_iri,
        artefact=draft.graph.path,
        scratch=draft.path,
    )


def _last_report(before: Release | None, report: Report) -> Report | None:
    """Return the report of the release before by the shapes of a report, validating it again where they changed."""
    if before is None:
        return None
    old = of_release(before)
    if old is not None and old.shapes_digest == report.shapes_digest:
        return old
    return validate(before.open_store(), base_iri=report.base_iri, artefact=before.artefact_path)


@contextmanager
def _uncollected() -> Iterator[Callable[[], None]]:
    """Keep the collector of reference cycles still until the given function is called, or to the end.

    Records, entities and cards live until they are written and hold no cycles. Looking through all of them again and
    again costs a third of a large build, measured at 10,000 works.
    """
    enabled = gc.isenabled()
    gc.disable()

    def collect() -> None:
        if enabled:
            gc.enable()
        _give_back()

    try:
        yield collect
    finally:
        collect()


def _give_back() -> None:
    """Give freed memory back. The C library keeps it; whoever asks for a gigabyte next is about to need it."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _published(home: Home) -> Release | None:
    """Return the published release, or the newest sound one where it is damaged: a build is the way out of that."""
    try:
        return home.current()
    except ReleaseError:
        sound = home.releases()
        return sound[-1] if sound else None


def _as_built(home: Home, before: Release | None) -> Release | None:
    """Return the release that was built, where edits made another one of it: its store holds what its files say."""
    if before is None or "edition_of" not in before.manifest:
        return before
    try:
        return home.get_exactly(str(before.manifest["edition_of"]))
    except ReleaseError:
        return None


def _keep_sources(folder: Path, inputs: Sequence[InputFile]) -> None:
    """Keep every input that can be read byte for byte in the release, named by the hash of its bytes."""
    folder.mkdir()
    for item in inputs:
        try:
            file = item.open()
        except OSError:  # it is in quarantine for that
            continue
        with file, (folder / sha256(file)).open("wb") as copy:
            shutil.copyfileobj(file, copy)
