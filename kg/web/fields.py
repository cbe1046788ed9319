"""The header fields of one answer as the server sends them: names in small letters and values, both bytes.

Every answer passes through several layers that look at its fields and add some; here that costs no decoding. Knows how
fields are found, set and put together; knows none by name but ``vary``. No answer here has two fields of one name;
where a library writes two, they become one list (RFC 9110, section 5.3).
"""

from __future__ import annotations

from collections.abc import Iterable


class Fields(dict[bytes, bytes]):
    """Name -> value, in the order in which they are sent."""

    __slots__ = ()

    @classmethod
    def read(cls, raw: Iterable[tuple[bytes, bytes]]) -> Fields:
        """Return the fields as a response wrote them; the framework writes names in small letters."""
        fields = cls()
        for name, value in raw:
            fields[name] = value if name not in fields else fields[name] + b", " + value
        return fields

    def vary(self, name: bytes) -> None:
        """Say that the answer depends on a field of the request.

        >>> fields = Fields.read([(b"vary", b"Accept")]); fields.vary(b"Accept-Encoding"); fields[b"vary"]
        b'Accept, Accept-Encoding'
        """
        known = self.get(b"vary", b"")
        if name.lower() not in known.lower().replace(b" ", b"").split(b","):
            self[b"vary"] = known + b", " + name if known else name

    def raw(self) -> list[tuple[bytes, bytes]]:
        """Return the fields as the server takes them."""
        return list(self.items())
