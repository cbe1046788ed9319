"""Ask a server elsewhere, and only one that the operator named and that stands on the public network.

Knows which addresses are public, resolves names itself, connects to exactly the address it has checked (so a name that
changes its mind between two look-ups gains nothing), checks anew after each redirect, and stops at a limit of bytes
and seconds. Knows HTTP as a client. Does not know SPARQL nor who asks.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

import h11

from kg.errors import KgError, SettingsError

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

HOPS: Final = 3
"""Redirects that are followed."""
MOST: Final = 10_000_000
"""Bytes of an answer that are read."""

_PORTS: Final = {"http": 80, "https": 443}
_REDIRECTS: Final = frozenset({301, 302, 307, 308})
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST: Final = ipaddress.IPv6Network("2000::/3")  # all that is given out of the public IPv6 network
_SPECIAL: Final = tuple(
    ipaddress.ip_network(each) for each in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "3fff::/20")
)
"""What protocols, relays and documentation use."""
_DOTS: Final = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)|\\", re.I)


class OutsideError(KgError):
    """The server elsewhere may not be asked, or gave no answer that can be used."""


@dataclass(frozen=True)
class Place:
    """What an address names: scheme, host in small letters, port, path."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def read(cls, iri: str) -> Place:
        """Read an http or https address. Raises ValueError for any other, and for one that can be read in two ways."""
        parts = urlsplit(iri)
        if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None or parts.password is not None:
            raise ValueError("it is no http or https address")
        if not iri.isascii() or not iri.isprintable() or " " in iri or _DOTS.search(parts.path):
            raise ValueError("it has characters or steps that are not plain")
        return cls(parts.scheme, parts.hostname.rstrip("."), parts.port or _PORTS[parts.scheme], parts.path or "/")

    def holds(self, other: Place) -> bool:
        """Say whether another place is this one or lies below it."""
        if (self.scheme, self.host, self.port) != (other.scheme, other.host, other.port):
            return False
        return other.path == self.path or other.path.startswith(self.path.rstrip("/") + "/")


def read_places(text: str) -> tuple[Place, ...]:
    """Read the setting: addresses apart by spaces. Raises SettingsError."""
    found = []
    for entry in text.split():
        try:
            found.append(Place.read(entry))
            if set("?#") & set(entry):
                raise ValueError("it has a query or a fragment")
        except ValueError as error:
            raise SettingsError(
                f"KG_SERVICES cannot be read at {entry[:200]!r}: {error}",
                advice="give for example https://example.org/sparql",
            ) from None
    return tuple(found)


def public(address: str) -> bool:
    """Say whether an IP address belongs to the public network, also where it carries another one inside.

    >>> public("8.8.8.8"), public("10.0.0.1"), public("::ffff:127.0.0.1"), public("64:ff9b::a00:1")
    (True, False, False, False)
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return public(str(found.ipv4_mapped))
        if found in _NAT64:
            return public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
        if found not in _UNICAST or found.sixtofour is not None or "%" in address:
            return False
    if any(found in network for network in _SPECIAL):
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_private or found.is_loopback)


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, those the system likes best first."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def connect(address: str, place: Place) -> Streams:
    """Open a connection to an address that was checked; the certificate is that of the place's host."""
    if place.scheme == "http":
        return await asyncio.open_connection(address, place.port)
    return await asyncio.open_connection(
        address, place.port, ssl=ssl.create_default_context(), server_hostname=place.host
    )


@dataclass(frozen=True)
class Outside:
    """Asks servers elsewhere. ``resolve`` and ``connect`` are the system's own but in tests."""

    allowed: Sequence[Place]
    most: int = MOST
    resolve: Callable[[str, int], Awaitable[list[str]]] = resolve
    connect: Callable[[str, Place], Awaitable[Streams]] = connect

    def place(self, iri: str) -> Place:
        """Return the place an address names. Raises OutsideError where it is not allowed."""
        try:
            place = Place.read(iri)
        except ValueError as error:
            raise OutsideError(f"<{iri[:200]}> cannot be called: {error}") from None
        if not any(allowed.holds(place) for allowed in self.allowed):
            raise OutsideError(f"<{iri[:200]}> is not among the services that may be called here")
        return place

    async def post(self, iri: str, body: bytes, media_type: str, accept: str) -> tuple[str, bytes]:
        """Send a body and return the media type and the body of the answer, following redirects.

        Raises OutsideError. Takes as long as the other side likes: who calls sets the time.
        """
        for _ in range(HOPS + 1):
            place = self.place(iri)
            parts = urlsplit(iri)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = [
                ("Host", parts.netloc), ("Accept", accept), ("Accept-Encoding", "identity"), ("User-Agent", "kg"),
                ("Content-Type", media_type), ("Content-Length", str(len(body))), ("Connection", "close"),
            ]  # fmt: skip
            request = h11.Request(method="POST", target=target, headers=headers)
            reader, writer = await self._open(place)
            try:
                status, answered, data = await _exchange(reader, writer, request, body, self.most)
            except (OSError, EOFError, h11.ProtocolError) as error:
                raise OutsideError(f"the connection to {place.host} failed: {type(error).__name__}") from error
            finally:
                writer.close()
            if status in _REDIRECTS and answered.get("location"):
                iri = urljoin(iri, answered["location"])
            elif status != 200:
                raise OutsideError(f"{place.host} answered with status {status}")
            elif answered.get("content-encoding", "identity") != "identity":
                raise OutsideError(f"{place.host} answered in a coding that was not asked for")
            else:
                return answered.get("content-type", "application/octet-stream"), data
        raise OutsideError(f"it was redirected more than {HOPS} times")

    async def _open(self, place: Place) -> Streams:
        try:
            addresses = await self.resolve(place.host, place.port)
        except OSError as error:
            raise OutsideError(f"the name {place.host} cannot be resolved") from error
        if not addresses or not all(map(public, addresses)):
            # Not even the public ones among them: such a name is set up to be mistaken.
            raise OutsideError(f"{place.host} is not on the public network")
        try:
            return await self.connect(addresses[0], place)
        except OSError as error:
            raise OutsideError(f"{place.host} cannot be reached: {type(error).__name__}") from error


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: h11.Request, body: bytes, most: int
) -> tuple[int, dict[str, str], bytes]:
    """Send a request and read its answer: status, header fields by name in small letters, body."""
    connection = h11.Connection(h11.CLIENT)
    for part in (request, h11.Data(data=body), h11.EndOfMessage()):
        writer.write(connection.send(part) or b"")
    await writer.drain()
    status, fields, data = 0, dict[str, str](), bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(1 << 16))
        elif isinstance(event, h11.Response):
            status = event.status_code
            fields = {name.decode("ascii"): value.decode("latin-1") for name, value in event.headers}
        elif isinstance(event, h11.Data):
            data += event.data
            if len(data) > most:
                raise OutsideError(f"the answer is larger than {most:,} bytes")
        elif isinstance(event, h11.EndOfMessage):
            return status, fields, bytes(data)
        elif isinstance(event, h11.ConnectionClosed) or event is h11.PAUSED:
            raise EOFError
