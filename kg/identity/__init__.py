"""Who is who and what is what: records of all sources in, entities with stable ids and evidence out.

``resolve`` is the door. Works are joined in ``works``, people and groups in ``agents``, one value per property is
chosen in ``merge``, ids come from ``ledger``. Knows records and entities; knows neither files nor RDF.
"""

from kg.identity.ledger import Ledger
from kg.identity.resolve import resolve

__all__ = ["Ledger", "resolve"]
