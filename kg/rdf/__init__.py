"""From entities to RDF and from RDF to documents.

Knows the vocabulary, the IRIs, the mapping to quads, the description of one thing and its serialisations.
Does not know where quads are kept or who asks for them.
"""
