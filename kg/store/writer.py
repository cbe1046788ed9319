"""The process that applies changes: ``python -m kg.store.writer STORE MEMORY``, started by `kg.store.updates`.

It holds one copy of a release's store open for writing, applies one change after another and says what each removed
and added. Knows the frames of `kg.store.worker`, whose habits it shares: one thread, a limit on memory, killed by its
parent at the deadline. After a fault it does not understand it ends: the copy is then worth nothing.

======= ========================================================== =====================================
letter  from the parent (JSON list, first the deadline)            from the writer
======= ========================================================== =====================================
R                                                                  ready for the first request
U       an update: text, base, default and named graphs
G       to the graph store: graph, data (media type and base64)
        or null, base, whether to replace, whether the graph
        must be there (null: either)
A       a patch known already: removed, added, as N-Quads
C       write a copy of the store to this path
P                                                                  JSON: did the graph hold anything?
B                                                                  N-Quads: removed, then (next frame) added
E                                                                  done
X                                                                  JSON object, an error of `kg.errors`
======= ========================================================== =====================================
"""

from __future__ import annotations

import base64
import json
import signal
import sys
from _thread import start_new_thread
from typing import Any

from pyoxigraph import Quad, RdfFormat, Store, parse, serialize

from kg.errors import KgError
from kg.store.changes import Patch, apply, run_graph, run_update
from kg.store.worker import _GRACE, _error, _Frames, _leave_with_parent, _limit, _Requests


def main(arguments: list[str]) -> None:
    """Serve requests until the parent closes the socket."""
    store_path, memory = arguments
    _limit(int(memory))
    start_new_thread(_leave_with_parent, ())
    frames = _Frames()
    store = Store(store_path)
    frames.put(b"R")
    frames.send()
    requests = _Requests()
    while True:
        letter, fields = requests.next()
        signal.setitimer(signal.ITIMER_REAL, fields[0] + _GRACE)
        try:
            _serve(store, letter, fields[1:], frames)
            frames.put(b"E")
        except KgError as error:
            frames.fail(_error(error))
        signal.setitimer(signal.ITIMER_REAL, 0)
        frames.send()


def _serve(store: Store, letter: bytes, fields: list[Any], frames: _Frames) -> None:
    if letter == b"U":
        update, base_iri, default_graphs, named_graphs = fields
        _report(run_update(store, update, base_iri, tuple(default_graphs), tuple(named_graphs)), frames)
    elif letter == b"G":
        graph, data, base_iri, replace, exists = fields
        bodies = None if data is None else [(media_type, base64.b64decode(body)) for media_type, body in data]
        _report(run_graph(store, graph, bodies, base_iri, replace=replace, exists=exists), frames)
    elif letter == b"A":
        removed, added = (set(read_quads(text.encode())) for text in fields)
        apply(store, Patch(removed, added))
    else:
        store.backup(fields[0])


def _report(patch: Patch, frames: _Frames) -> None:
    frames.put(b"P", json.dumps({"existed": patch.existed}).encode())
    for quads in (patch.removed, patch.added):
        frames.put(b"B", serialize(quads, format=RdfFormat.N_QUADS) or b"")


def read_quads(data: bytes) -> list[Quad]:
    """Read N-Quads, keeping the names of blank nodes."""
    return [quad for quad in parse(data, RdfFormat.N_QUADS) if isinstance(quad, Quad)]


if __name__ == "__main__":
    main(sys.argv[1:])
