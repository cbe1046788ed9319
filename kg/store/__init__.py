"""Where quads are kept and how questions about them are answered.

Knows files, releases, the embedded store and the processes that evaluate queries. Knows nothing of records,
identity, pages or HTTP. Import the parts by name; this module stays empty so that a query worker starts fast.
"""
