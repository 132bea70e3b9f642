"""Which addresses may we contact? One policy for sources that we poll and receivers that we tell.

Start at `Egress.check_url`, which judges what is written; `Egress.vet` judges what a name turned out to be, right
before the connection. Nothing here connects. Rules: the IANA special-purpose address registries for IPv4 (RFC 6890 and
successors) and IPv6, of which only global unicast is let through, so that a range nobody thought of is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from corridors.errors import BlockedAddress
from corridors.outbound.names import Lookup, resolve, system_lookup

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MAX_URL_LENGTH = 2048
DNS_SECONDS = 2.0

_DEFAULT_PORTS = {"http": 80, "https": 443}
_USUAL_PORTS = {"http": frozenset({80}), "https": frozenset({443, 8443})}

_DENIED_IPV4 = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_GLOBAL_IPV6 = ip_network("2000::/3")
_DENIED_IPV6 = tuple(ip_network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
_NAT64 = ip_network("64:ff9b::/96")

# Cloud metadata services hand credentials to whoever asks: no setting opens them.
_METADATA = tuple(
    ip_network(block) for block in ("169.254.0.0/16", "100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::254/128")
)

_LOCAL_NAMES = ("localhost", "local", "internal")
_AUTHORITY = re.compile(r"[a-z]+://([^/?#]*)", re.IGNORECASE)
_UNSAFE = re.compile(r"[^\x21-\x7e]|\\")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# What the WHATWG URL standard calls "ends in a number": inet_aton would read such a name as an IPv4 address.
_NUMERIC_LABEL = re.compile(r"\d+|0x[0-9a-f]*")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads. `host` is lower case, without brackets or final dot; `address` is set for a literal."""

    scheme: str
    host: str
    port: int
    address: Address | None = None

    @property
    def origin(self) -> tuple[str, str, int]:
        """Return what must stay the same for credentials to be sent along."""
        return self.scheme, self.host, self.port


@dataclass(frozen=True, slots=True)
class Egress:
    """The address policy (settings `egress.*`).

    allow_networks: inside them any port and plain http are allowed, too. Metadata services stay refused.
    allow_hosts: exact names that the operator vouches for, whatever they resolve to, on any port, with plain http.
    allow_http: plain http to public addresses; extra_ports: beside 443, 8443, and 80 where http is allowed.
    nat64: 64:ff9b::/96 is judged by the IPv4 address inside; ca_file: trusted beside the system's roots.
    """

    allow_networks: tuple[Network, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    allow_http: bool = False
    extra_ports: tuple[int, ...] = ()
    nat64: bool = False
    ca_file: str | None = None

    def check_url(self, url: str, *, resolve: bool = False, lookup: Lookup = system_lookup) -> Target:
        """Return where `url` leads, or raise BlockedAddress with a sentence that names the setting.

        resolve: also ask for the name's addresses, for at most 2 s, and judge each of them.
        """
        target = target_of(url)
        if target.address is not None:
            self.vet(target, (target.address,))
            return target
        self._check_name(target)
        if resolve:
            self.vet(target, _addresses(target, lookup))
        elif not self.allow_networks:
            # With networks allowed, only the resolved address can tell whether http or an odd port is fine.
            self._check_scheme_and_port(target)
        return target

    def vet(self, target: Target, addresses: Iterable[Address]) -> None:
        """Raise BlockedAddress unless every one of `addresses` may be contacted for `target`."""
        for address in addresses:
            self._vet_one(target, address)

    def vet_text(self, target: Target, address: str) -> None:
        """Raise BlockedAddress unless `address`, as a socket has it, may be contacted for `target`."""
        self.vet(target, (ip_address(address),))

    def _vet_one(self, target: Target, address: Address) -> None:
        seen = self._as_dialled(address)
        if getattr(seen, "scope_id", None) is not None or _within(seen, _METADATA):
            raise BlockedAddress("The address belongs to this machine or its cloud's metadata; no setting permits it.")
        if self._vouched(target.host) or _within(seen, self.allow_networks):
            return
        if not is_public(seen):
            raise BlockedAddress(
                "The address is not a public one; the operator can permit its network with egress.allow_networks."
            )
        self._check_scheme_and_port(target)

    def _as_dialled(self, address: Address) -> Address:
        if isinstance(address, IPv6Address):
            if address.ipv4_mapped is not None:
                return address.ipv4_mapped
            if self.nat64 and address in _NAT64:
                return IPv4Address(int(address) & 0xFFFFFFFF)
        return address

    def _vouched(self, host: str) -> bool:
        return host in {name.lower().rstrip(".") for name in self.allow_hosts}

    def _check_name(self, target: Target) -> None:
        labels = target.host.split(".")
        if self._vouched(target.host):
            return
        if len(labels) == 1 or labels[-1] in _LOCAL_NAMES:
            raise BlockedAddress("The host is a local name; the operator can permit it with egress.allow_hosts.")

    def _check_scheme_and_port(self, target: Target) -> None:
        if self._vouched(target.host):
            return
        if target.scheme == "http" and not self.allow_http:
            raise BlockedAddress(
                "The address must begin with https:// (plain http: egress.allow_http, or inside egress.allow_networks)."
            )
        if target.port not in _USUAL_PORTS[target.scheme] and target.port not in self.extra_ports:
            raise BlockedAddress("The port is not one of 443 and 8443; the operator can add it to egress.extra_ports.")


def is_public(address: Address) -> bool:
    """Return whether `address` is an ordinary one of the public internet."""
    if isinstance(address, IPv4Address):
        return not _within(address, _DENIED_IPV4)
    return address in _GLOBAL_IPV6 and not _within(address, _DENIED_IPV6)


def target_of(url: str) -> Target:
    """Return where `url` leads, or raise BlockedAddress where two programs could read it differently.

    Read by urllib3's parser, which also dials, and compared with the standard library's.
    """
    if len(url) > MAX_URL_LENGTH:
        raise BlockedAddress(f"The URL is longer than {MAX_URL_LENGTH} characters.")
    if _UNSAFE.search(url):
        raise BlockedAddress(
            "The URL may hold only printable ASCII without spaces and backslashes: write names as xn--…, "
            "everything else percent-encoded."
        )
    authority = _AUTHORITY.match(url)
    if authority is None or not url.lower().startswith(("http://", "https://")):
        raise BlockedAddress("The URL must begin with https://.")
    if "@" in authority[1] or "%" in authority[1]:
        raise BlockedAddress("The URL may hold neither a user name nor percent signs before the path.")
    if "#" in url:
        raise BlockedAddress("The URL may not hold a fragment (#…).")
    return _parsed(url)


def _parsed(url: str) -> Target:
    try:
        dialled, compared = parse_url(url), urlsplit(url)
        same = (dialled.port == compared.port) and (dialled.host or "").strip("[]") == (compared.hostname or "")
    except (LocationParseError, ValueError) as error:
        raise BlockedAddress("The URL is not well formed.") from error
    if not dialled.host or not same or dialled.scheme is None:
        raise BlockedAddress("The URL is not well formed.")
    port = _DEFAULT_PORTS[dialled.scheme] if dialled.port is None else dialled.port
    host = dialled.host.strip("[]").lower().removesuffix(".")
    literal = _literal(host)
    if isinstance(literal, IPv6Address) and literal.ipv4_mapped is not None:
        raise BlockedAddress("An IPv4 address must be written as one.")
    if literal is None and (dialled.host.startswith("[") or not _is_name(host)):
        raise BlockedAddress("The host is neither a name nor an address in its usual notation.")
    return Target(dialled.scheme, host, port, literal)


def _is_name(host: str) -> bool:
    labels = host.split(".")
    well_formed = len(host) <= 253 and all(_LABEL.fullmatch(label) for label in labels)
    return well_formed and not _NUMERIC_LABEL.fullmatch(labels[-1])


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _addresses(target: Target, lookup: Lookup) -> tuple[Address, ...]:
    try:
        return resolve(target.host, target.port, DNS_SECONDS, lookup)
    except OSError as error:
        raise BlockedAddress(
            "The host's name cannot be resolved; check its spelling, or try again once it is in the DNS."
        ) from error
