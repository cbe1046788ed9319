"""From one request to write to the statements it removes and adds.

The engine says neither which statements an update touched nor what its templates came to. So each operation is turned
into one that writes what it would remove and add into graphs of their own; those are read, emptied, and the difference
is applied. What WHERE and templates mean stays the engine's affair, and the pieces of text put together here have
been read by it before.

Knows the operations of SPARQL 1.1 Update and of the graph store. Does not know processes, journals or releases. The
store is a copy that belongs to the writer alone: after an error it is as it was, after a kill it is thrown away.

Graphs without statements do not exist here: CREATE changes nothing, CLEAR and DROP do the same, and both fail, unless
SILENT, for a graph that holds nothing and was not created in the same update.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from kg.errors import DataError, PreconditionFailed, QueryError, ReleaseError
from kg.rdf.vocab import PREFIXES
from kg.store.answers import syntax_error
from kg.store.guard import refuse_closed_doors
from kg.store.operations import Block, Operation, read_operations, with_dataset

Graph = NamedNode | DefaultGraph
_DELETED: Final = "urn:x-kg-deleted:"
_INSERTED: Final = "urn:x-kg-inserted:"
_ONE: Final = "<urn:x-kg:s> <urn:x-kg:p> <urn:x-kg:o>"


@dataclass
class Patch:
    """Statements removed and added, none of them in both. ``existed`` is what a graph store request asks about."""

    removed: set[Quad] = field(default_factory=set)
    added: set[Quad] = field(default_factory=set)
    existed: bool = True

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)

    def then(self, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
        """Let a later change follow: what it undoes leaves no trace."""
        for quad in removed:
            if quad in self.added:
                self.added.discard(quad)
            else:
                self.removed.add(quad)
        for quad in added:
            if quad in self.removed:
                self.removed.discard(quad)
            else:
                self.added.add(quad)


def apply(store: Store, patch: Patch) -> None:
    """Make a patch part of a store."""
    for quad in patch.removed:
        store.remove(quad)
    store.extend(patch.added)


def run_update(
    store: Store,
    update: str,
    base_iri: str,
    default_graphs: tuple[str, ...] = (),
    named_graphs: tuple[str, ...] = (),
) -> Patch:
    """Apply an update, all of its operations or none, and return what it changed.

    Raises QueryRefused for SERVICE and LOAD; QueryError for an update that is wrong or fails.
    """
    refuse_closed_doors(update, update=True)
    done = Patch()
    try:
        operations = with_dataset(_read_checked(update, base_iri), default_graphs, named_graphs)
        run = _Run(store, base_iri, done)
        for operation in operations:
            run.operation(operation)
    except SyntaxError as error:
        _undo(store, done)
        raise syntax_error(update, str(error)) from error
    except RuntimeError as error:
        _undo(store, done)
        if "Corruption" in str(error):
            raise ReleaseError("the store is damaged", advice="build it again with `kg build`") from error
        raise QueryError(f"the update failed: {error}") from error
    except BaseException:
        _undo(store, done)
        raise
    return done


def run_graph(
    store: Store,
    graph: str | None,
    data: Iterable[tuple[str, bytes]] | None,
    base_iri: str,
    *,
    replace: bool,
    exists: bool | None = None,
) -> Patch:
    """Apply a request to the graph store: put (``replace``), post or, without ``data``, delete.

    ``graph`` None is the default graph; ``data`` are bodies with the media type of each. Raises QueryError for data
    that cannot be read, PreconditionFailed where the graph must be there (``exists``) and is not, or the other way.
    """
    name: Graph = NamedNode(graph) if graph is not None else DefaultGraph()
    new = {quad for media_type, body in data or () for quad in _read(media_type, body, name, base_iri)}
    old = set(store.quads_for_pattern(None, None, None, name))
    patch = Patch(old - new if replace or data is None else set(), new - old, bool(old) or graph is None)
    if exists is not None and exists != patch.existed:
        raise PreconditionFailed(f"the graph is {'there' if patch.existed else 'not there'}; nothing was written")
    apply(store, patch)
    return patch


def _read_checked(update: str, base_iri: str) -> list[Operation]:
    """Split an update after the engine has read it. Raises SyntaxError and QueryError."""
    try:
        _check(update, base_iri)
    except SyntaxError:
        operations = read_operations(update)
        if len({operation.prologue for operation in operations}) < 2:
            raise
        # The engine takes no declarations between operations, the standard does.
        for operation in operations:
            _check(f"{operation.prologue}\n{operation.text}", base_iri)
        return operations
    return read_operations(update)


def _check(update: str, base_iri: str) -> None:
    with suppress(RuntimeError):  # an empty store holds no graph to clear; only the syntax counts here
        Store().update(update, base_iri=base_iri, prefixes=PREFIXES)


def _read(media_type: str, body: bytes, graph: Graph, base_iri: str) -> Iterator[Quad]:
    form = RdfFormat.from_media_type(media_type)
    held = Store()  # writes literals as every store does
    try:
        for quad in parse(body, form, base_iri=base_iri, rename_blank_nodes=True):
            if quad.graph_name != DefaultGraph():
                raise DataError("the data name graphs of their own", advice="send the triples of one graph")
            held.add(quad)
    except SyntaxError as error:
        if "LoadDocumentCallback" in str(error):  # the engine's word for a context that would have to be fetched
            what = "the document leans on a context at another address, and nothing is fetched from there"
            raise DataError(what, advice="write the context into the document") from error
        raise DataError(f"the data cannot be read: {error.msg}", line=error.lineno, column=error.offset) from error
    for quad in held:
        yield Quad(quad.subject, quad.predicate, quad.object, graph)


def _undo(store: Store, done: Patch) -> None:
    apply(store, Patch(done.added, done.removed))


class _Run:
    """One update under way. ``done`` is kept up with every step, so that it can be undone."""

    def __init__(self, store: Store, base_iri: str, done: Patch) -> None:
        self._store = store
        self._base = base_iri
        self._done = done
        self._created: set[Graph] = set()

    def operation(self, operation: Operation) -> None:
        if operation.kind == "MODIFY":
            self._modify(operation)
        elif operation.kind.endswith("DATA"):
            self._data(operation)
        elif operation.kind in {"CLEAR", "DROP"}:
            for graph in self._targets(operation):
                self._change(self._of(graph), ())
        elif operation.kind == "CREATE":
            graph = self._named(operation, operation.graphs[0])
            if not operation.silent and self._holds(graph):
                raise QueryError(f"the graph {graph} exists already")
            self._created.add(graph)
        else:
            self._move(operation)

    def _change(self, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
        """Remove, then add; a statement that is in both stays."""
        wanted = set(added)
        gone = {quad for quad in removed if quad not in wanted and quad in self._store}
        new = {quad for quad in wanted if quad not in self._store}
        self._done.then(gone, new)
        apply(self._store, Patch(gone, new))

    def _data(self, operation: Operation) -> None:
        held = Store()
        held.update(f"{operation.prologue}\nINSERT DATA {{{operation.body}\n}}", base_iri=self._base, prefixes=PREFIXES)
        if operation.kind == "INSERT DATA":
            self._change((), held)
        else:
            self._change(held, ())

    def _modify(self, operation: Operation) -> None:
        parts: list[str] = []
        binds: dict[str, str] = {}
        number = 0
        text = "".join((operation.where, *(b.triples + (b.graph or "") for b in operation.delete + operation.insert)))
        while (stem := f"?kg{number}_") in text or f"${stem[1:]}" in text:
            number += 1

        def into(blocks: tuple[Block, ...], prefix: str) -> None:
            for block in blocks:
                graph = block.graph or operation.with_
                target = f"<{prefix}>"
                if graph:
                    target = f"{stem}{len(binds)}"
                    address = f'IRI(CONCAT("{prefix}", ENCODE_FOR_URI(STR({graph}))))'
                    binds[target] = f"BIND(IF(isIRI({graph}), {address}, 1/0) AS {target})"
                parts.append(f"GRAPH {target} {{{block.triples}\n}}")

        into(operation.delete, _DELETED)
        into(operation.insert, _INSERTED)
        if not parts:
            return
        with_ = f"WITH {operation.with_}\n" if operation.with_ else ""
        rewritten = (
            f"{operation.prologue}\n{with_}INSERT {{ {' '.join(parts)} }}\n{operation.using}\n"
            f"WHERE {{ {{{operation.where}\n}} {' '.join(binds.values())} }}"
        )
        try:
            self._store.update(rewritten, base_iri=self._base, prefixes=PREFIXES)
            self._change(self._caught(_DELETED), self._caught(_INSERTED))
        except SyntaxError as error:
            raise QueryError("an operation is not understood", advice="put spaces around keywords and signs") from error
        finally:
            for graph in [g for g in self._store.named_graphs() if _is_marker(g)]:
                self._store.remove_graph(graph)

    def _caught(self, prefix: str) -> set[Quad]:
        found = set()
        for graph in self._store.named_graphs():
            if isinstance(graph, NamedNode) and graph.value.startswith(prefix):
                name = unquote(graph.value[len(prefix) :])
                target: Graph = NamedNode(name) if name else DefaultGraph()
                for quad in self._store.quads_for_pattern(None, None, None, graph):
                    found.add(Quad(quad.subject, quad.predicate, quad.object, target))
        return found

    def _move(self, operation: Operation) -> None:
        source, target = (self._named(operation, graph) for graph in operation.graphs)
        if not operation.silent and not self._exists(source):
            raise QueryError(f"the graph {source} does not exist", advice="write SILENT where that is no fault")
        if source == target:
            return
        moved = [Quad(quad.subject, quad.predicate, quad.object, target) for quad in self._of(source)]
        self._change(self._of(target) if operation.kind != "ADD" else (), moved)
        if operation.kind == "MOVE":
            self._change(self._of(source), ())

    def _targets(self, operation: Operation) -> list[Graph]:
        word = operation.graphs[0]
        named = [graph for graph in self._store.named_graphs() if isinstance(graph, NamedNode)]
        if word in {"ALL", "NAMED"}:
            return [*named, *([DefaultGraph()] if word == "ALL" else [])]
        graph = self._named(operation, word)
        if not operation.silent and not self._exists(graph):
            raise QueryError(f"the graph {graph} does not exist", advice="write SILENT where that is no fault")
        return [graph]

    def _named(self, operation: Operation, graph: str) -> Graph:
        if graph == "DEFAULT":
            return DefaultGraph()
        held = Store()
        one = f"{operation.prologue}\nINSERT DATA {{ GRAPH {graph} {{ {_ONE} }} }}"
        held.update(one, base_iri=self._base, prefixes=PREFIXES)
        return next(graph for graph in held.named_graphs() if isinstance(graph, NamedNode))

    def _of(self, graph: Graph) -> list[Quad]:
        return list(self._store.quads_for_pattern(None, None, None, graph))

    def _holds(self, graph: Graph) -> bool:
        return next(self._store.quads_for_pattern(None, None, None, graph), None) is not None

    def _exists(self, graph: Graph) -> bool:
        return graph == DefaultGraph() or graph in self._created or self._holds(graph)


def _is_marker(graph: object) -> bool:
    return isinstance(graph, NamedNode) and graph.value.startswith((_DELETED, _INSERTED))
