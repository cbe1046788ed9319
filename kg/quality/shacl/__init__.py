"""A SHACL processor for stores of millions of triples.

Shapes are read into a model (`model`, `reading`), compiled to SPARQL queries (`expressions`, `queries`, `selects`) and
run inside Oxigraph (`running`). What cannot be compiled is refused by name and goes to pySHACL (`oracle`), on the part
of the data that the shape reads (`footprint`, `slices`). Knows SHACL and graphs; knows nothing of this project's
vocabulary, of releases or of how a report looks.
"""
