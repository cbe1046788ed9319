"""Queries that mean harm, by what they do. Each would take for ever, or all the memory there is, or both."""

from __future__ import annotations

CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
DOUBLED = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
REPLACED = " ".join(f'BIND(REPLACE(?y{n}, ".", "0123456789") AS ?y{n + 1})' for n in range(12))
ROWS = " ".join(f'("{number:06}")' for number in range(120_000))
HOSTILE = {
    "a cross join of four": f"SELECT * {{ {CROSS} }}",
    "a count over it": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
    "a count of distinct rows": f"SELECT (COUNT(DISTINCT *) AS ?n) {{ {CROSS} }}",
    "distinct rows": f"SELECT DISTINCT ?a ?f ?i ?l {{ {CROSS} }}",
    "a question without an answer": f'ASK {{ {CROSS} FILTER(STR(?a) = "x" && STR(?l) = "y") }}',
    "a deep path": "SELECT (COUNT(*) AS ?n) { ?a (!<x:y>|^!<x:y>)+ ?b . ?b ((!<x:y>)*/^!<x:y>)* ?c . ?c (!<x:y>)* ?d }",
    "paths in a row": f"SELECT * {{ ?a {'/'.join(['(!<x:y>|^!<x:y>)?'] * 400)} ?b }}",
    "hundreds of optional parts": f"SELECT * {{ ?a ?b ?c {' OPTIONAL { ?a ?b ?c }' * 600} }}",
    "hundreds of groups": f"SELECT * {{ {' { ?a ?b ?c }' * 600} }}",
    "lists in lists": f"SELECT * {{ ?a ?b {'(' * 120}1{')' * 120} }}",
    "queries in queries": f"SELECT * {{ {'{ SELECT * { ?a ?b ?c . ' * 60}{CROSS}{'} }' * 60} }}",
    "huge VALUES": f"SELECT (COUNT(*) AS ?n) {{ VALUES (?v) {{ {ROWS} }} VALUES (?w) {{ {ROWS} }} FILTER(?v < ?w) }}",
    "a bomb of a regular expression": f'SELECT * {{ {CROSS} FILTER(REGEX(STR(?a), "(([a-z]+)+){{9}}(x?){{99}}!$")) }}',
    "a regular expression for each row": f"SELECT * {{ {CROSS} FILTER(REGEX(STR(?a), CONCAT(STR(?f), '!$'))) }}",
    "a giant sort": f"SELECT * {{ {CROSS} }} ORDER BY DESC(CONCAT(STR(?a), STR(?f), STR(?l)))",
    "a giant concatenation": f'SELECT (GROUP_CONCAT(?c; separator="{"-" * 1000}") AS ?x) {{ {CROSS} }}',
    "giant groups": f"SELECT ?a ?f (SAMPLE(?l) AS ?x) {{ {CROSS} }} GROUP BY ?a ?f ?i HAVING(COUNT(*) > 99999999)",
    "a construction without end": f"CONSTRUCT {{ [] ?b ?c ; ?e [] , [ ?h ?i ] . ?j ?k [ ?b ?f ] }} WHERE {{ {CROSS} }}",
    "a construction that is all the same": f"CONSTRUCT {{ <x:a> <x:b> <x:c> }} WHERE {{ {CROSS} }}",
    "a literal doubled forty times": f'SELECT (STRLEN(?x40) AS ?n) {{ BIND("0123456789" AS ?x0) {DOUBLED} }}',
    "a literal grown by REPLACE": f'SELECT (STRLEN(?y12) AS ?n) {{ BIND("0123456789" AS ?y0) {REPLACED} }}',
    "long literals by the million": f'SELECT * {{ {CROSS} BIND(CONCAT("{"x" * 9000}", STR(?a)) AS ?long) }}',
    "digests of everything": f"SELECT * {{ {CROSS} FILTER(SHA512(CONCAT(STR(?a), STR(?l))) = 'x') }}",
    "nothing exists": f"SELECT * {{ ?s ?p ?o FILTER NOT EXISTS {{ {CROSS} FILTER(STR(?l) = STR(?s)) }} }}",
    "everything but nothing": f"SELECT * {{ {{ {CROSS} }} MINUS {{ ?a ?b ?x . ?y ?z ?l FILTER(?x = ?y) }} }}",
    "ten thousand groups": f"SELECT * {'{' * 10_000}{'}' * 10_000}",
    "ten thousand brackets": f"SELECT * {{ ?s ?p ?o FILTER({'(' * 10_000}1{')' * 10_000}) }}",
    "ten thousand negations": f"SELECT * {{ ?s ?p ?o FILTER({'!' * 10_000}true) }}",
}
