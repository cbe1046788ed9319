"""What can be said: names, identifiers, dates, records (what a source said) and entities (what we believe).

Pure values and functions. Knows no file, no network, no RDF.
"""
