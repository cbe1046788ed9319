"""Whatever the engine would take for SERVICE or LOAD is refused; the words in any other role are not.

The engine itself is the judge: a query that reaches SERVICE makes it complain about the port (9 is closed to HTTP by
its own rules, so nothing is ever sent) or about the service's name.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QueryBoolean, Store

from kg.errors import QueryRefused
from kg.store.guard import refuse_closed_doors

PROLOGUE = (
    "PREFIX : <http://127.0.0.1:9/> PREFIX ex: <http://127.0.0.1:9/> PREFIX h: <http://127.0.0.1:9> "
    "PREFIX service: <http://127.0.0.1:9/> PREFIX load: <http://127.0.0.1:9/> BASE <http://127.0.0.1:9/>\n"
)

CALLS = [
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { service silent ?s { ?s ?p ?o } }",
    "SELECT * {\n  # SERVICE\n  ?s ?p ?o . sErViCe#c\n\tex:x#{\r{ ?s ?p ?o } }",
    "SELECT * { SERVICEex:foo { ?s ?p ?o } }",
    "SELECT * { service:foo { ?s ?p ?o } }",
    "SELECT * { ?s ?p trueSERVICE <x> { ?s ?p ?o } }",
    "SELECT * { ?s ?p trueSERVICEex:foo { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o SERVICESILENT<x>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p 1SERVICE<x>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p 'a'SERVICE<x>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p '''a'b'''SERVICE<x>{ ?s ?p ?o } }",
    'SELECT * { ?s ?p ""SERVICE<x>{ ?s ?p ?o } }',
    'SELECT * { ?s ?p "a\\\\"SERVICE<x>{ ?s ?p "b" } }',
    "SELECT * { FILTER(?a<?b) SERVICE <x> { ?s ?p ?o } FILTER(?b>?a) }",
    "SELECT * { FILTER(?a<?b)SERVICE:x#>\n{ ?s ?p ?o } }",
    "SELECT * { ?s ?p h:SERVICE <x> { ?s ?p ?o } }",
    "SELECT * { ?s ?p h:SERVICE:x { ?s ?p ?o } }",
    "PREFIXi:<http://127.0.0.1:9> SELECT * { ?s ?p i:SERVICE:x { ?s ?p ?o } }",
    "PREFIX prefixi:<http://127.0.0.1:9> SELECT * { ?s ?p prefixi:SERVICE:x { ?s ?p ?o } }",
    "SELECT * { ?s <it's> ?o SERVICE <x> { ?s <it's> ?o } }",
    "SELECT * { ?s <a#b> ?o SERVICE <x> { ?s ?p ?o } }",
    "SELECT * { FILTER NOT EXISTS { SERVICE <x> { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE ?x { ?s ?p ?o } } } } }",
    "ASK { SERVICE <x> {} }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <x> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <x> { ?s ?p ?o } }",
]

OTHER_ROLES = [
    "SELECT * { ?service ?load $SERVICE }",
    "SELECT * { ?s ex:service ?o ; ex:load ?l . OPTIONAL { ?o ex:service ?p } }",
    "SELECT * { ?s ex:service ?o { ?a ?b ?c } }",
    "SELECT * { ?s service:x load:x ; load:y service:y . { ?a ?b ?c } }",
    "SELECT * { ?s ?p service:x . { ?a ?b ?c } }",
    "SELECT * { GRAPH service:g { ?s ?p ?o } GRAPH load:g { ?s ?p ?o } }",
    "SELECT * FROM service:g FROM NAMED service:h { ?s ?p ?o }",
    "DESCRIBE service:x { ?s ?p ?o }",
    "SELECT * { ?s ?p 'SERVICE <x> {', \"LOAD <x>\", '''it's SERVICE <x> {''', \"\"\"a \"SERVICE <x> {\"\"\" }",
    "SELECT * { ?s ?p 'it\\'s SERVICE <x> {' }",
    "# SERVICE <x> {\nSELECT * { ?s ?p ?o } # LOAD <x>",
    "SELECT * { ?s <http://toy.example/SERVICE> <http://toy.example/load> . ?s <it's#SERVICE> ?o }",
    "SELECT * { _:service ?p 'a'@service }",
    "SELECT * { ?s ?p ?o FILTER(?s<?p&&?o>?s) } # SERVICE <x> {",
    "SELECT * { ?s <http://toy.example/it's> ?o . ?s ?p 'SERVICE <x> {' }",
    "SELECT (service:f(?s) AS ?x) { ?s ?p ?o }",
]


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    x = NamedNode("http://127.0.0.1:9/x")
    for value in (x, Literal("a"), Literal(True), Literal(1), NamedNode("http://127.0.0.1:9")):
        store.add(Quad(x, x, value))
    return store


def calls_out(store: Store, query: str) -> bool:
    """Run ``query`` and say whether the engine tried a federation call."""
    try:
        results = store.query(query)
        if not isinstance(results, QueryBoolean):
            for _ in results:
                pass
    except SyntaxError:
        return False
    except (OSError, RuntimeError) as error:
        assert "port 9" in str(error) or "service name" in str(error), error
        return True
    return False


def refused(query: str, *, update: bool = False) -> bool:
    try:
        refuse_closed_doors(query, update=update)
    except QueryRefused:
        return True
    return False


@pytest.mark.parametrize("query", CALLS)
def test_a_call_is_refused(query: str) -> None:
    assert refused(PROLOGUE + query)


@pytest.mark.parametrize("query", OTHER_ROLES)
def test_the_word_in_another_role_is_no_call(store: Store, query: str) -> None:
    store.query(PROLOGUE + query) if "service:f" not in query else None  # the table holds valid queries
    assert not refused(PROLOGUE + query)


def test_the_place_of_the_keyword_is_named() -> None:
    with pytest.raises(QueryRefused) as caught:
        refuse_closed_doors("SELECT *\n{ 'é' SERVICE <x> {} }")
    assert (caught.value.line, caught.value.column) == (2, 7)
    assert str(caught.value).startswith("line 2, column 7: SERVICE is closed here")


@pytest.mark.parametrize(
    "update",
    [
        "LOAD <x>",
        "load silent ex:x INTO GRAPH ex:g",
        "LOADSILENTex:x",
        "load:x",
        "INSERT DATA { ex:a ex:b ex:c } ; LOADex:x",
        "INSERT DATA { ex:a ex:b ex:c } ;#c\nload:x INTO GRAPH ex:g",
        "DELETE { ?s ?p ?o } WHERE { SERVICE <x> { ?s ?p ?o } }",
    ],
)
def test_an_update_may_not_load_or_call(update: str) -> None:
    assert refused(PROLOGUE + update, update=True)


def test_an_update_may_use_the_word_as_a_name() -> None:
    update = "INSERT DATA { ex:a ex:b ex:c ; load:x load:y . } ; DELETE DATA { load:x load:y 'LOAD <x>' }"
    Store().update(PROLOGUE + update)
    assert not refused(PROLOGUE + update, update=True)


# Pieces that meet without space in all ways: what hides a keyword from a reader and not from the engine.
_PIECES = (
    "SERVICE,service,SerVice,SERVICESILENT,SERVICE ,silent, , ,\n,#,#c\n,#>\n,{,},{},{?s ?p ?o},.,;,<x>,<?b,<,>,?s,?p,"
    "<it's>,?o,?s ?p ?o,:x,ex:x,ex:,h:,h:x,service:x,:,x,true,1,1e,'',\",',''',\"\"\",\\',\\,'a','b'@en,FILTER(?s<?p),"
    "FILTER(,),1<2,&&,OPTIONAL,GRAPH ,UNION,a,_:b,[],\U0001fffe,\u00a0,é,SERVICE<x>{},SERVICE:x{?s ?p ?o},SERVICE ?s {}"
).split(",")


@settings(max_examples=1500, deadline=None)
@given(pieces=st.lists(st.sampled_from(_PIECES), min_size=1, max_size=12))
@example(pieces=["?s ?p ?o", "FILTER(", "?s", "<?b", ")", "SERVICE:x", "#>\n", "{}"])
def test_no_mixture_of_pieces_reaches_the_network(store: Store, pieces: list[str]) -> None:
    query = PROLOGUE + "SELECT * {" + "".join(pieces) + "}"
    if calls_out(store, query):
        assert refused(query), query


_gaps = st.lists(st.sampled_from([" ", "\n", "\r", "\t", "#\n", "# '''\n", '# """ < \r', "# } \n"]), max_size=3).map(
    "".join
)
_before = st.sampled_from(
    [
        "",
        "?s ?p ?o ",
        "?s ?p true",
        "?s ?p 1",
        "?s ?p 1.5",
        "?s ?p ''",
        "?s ?p 'it\\'s'",
        "?s ?p '''it's'''",
        '?s ?p """it"s"""',
        "?s ?p 'a'@en ",
        "?s ?p <it's>",
        "?s ?p <#>",
        "?s ?p <\\u0041>",
        "?s ?p h:",
        "?s ?p ex:a\\'b ",
        "?s ?p ex:a\\#b ",
        "?s ?p ?o FILTER(1<2)",
        "?s ?p ?o FILTER(?s<?p||1>0)",
        "?s ?p ?o FILTER('<'<'>')",
        "?s ?p ?o. # it's <\n",
        '?s ?p ?o BIND(\'"""\' AS ?x)',
        "VALUES ?x { UNDEF }",
        "[] ?p ?o.",
        "?s ?p ?o;",
    ]
)


@settings(max_examples=400, deadline=None)
@given(
    before=_before,
    word=st.sampled_from(["SERVICE", "service", "SeRvIcE"]),
    silent=st.sampled_from(["", "SILENT", "silent"]),
    name=st.sampled_from(["<x>", "<http://127.0.0.1:9/y>", "ex:x", ":x", ":", "ex:", "?s", "$o"]),
    gaps=st.tuples(_gaps, _gaps, _gaps, _gaps),
)
def test_every_call_in_valid_sparql_is_refused(
    store: Store, before: str, word: str, silent: str, name: str, gaps: tuple[str, str, str, str]
) -> None:
    call = f"{gaps[0]}{word}{gaps[1]}{silent}{gaps[2]}{name}{gaps[3]}{{ ?s ?p ?o }}"
    query = f"{PROLOGUE}SELECT * {{ {before}{call} }}"
    try:
        store.query(query)
    except SyntaxError:
        return
    except (OSError, RuntimeError):
        pass
    assert refused(query), query
