"""The server: SPARQL, every thing as page and as data, named queries, search, quality.

Everything is handed to ``create_app``; nothing is opened at import. A page and a document about a thing are made from
one description of it.
"""
