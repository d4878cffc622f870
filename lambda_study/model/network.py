"""What a function reaches from a VPC, and why not: subnet, routes, security groups, NAT gateway, endpoints.

Nothing here sends a packet. The rules are those that AWS states; each answer names the piece that is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import Any, Literal

from lambda_study.errors import BadInput
from lambda_study.nearest import did_you_mean

Subnet = Literal["none", "private", "public"]
INTERNET, DATABASE = "the internet", "the database"
BY_GATEWAY = ("S3", "DynamoDB")
BY_INTERFACE = ("SQS", "Secrets Manager")
DESTINATIONS = (INTERNET, *BY_GATEWAY, *BY_INTERFACE, DATABASE)

NAT_GATEWAY, GATEWAY_ENDPOINT, INTERFACE_ENDPOINT = "NAT gateway", "gateway endpoint", "interface endpoint"
OWN_NETWORK, LOCAL_ROUTE = "Lambda's own network", "local route"
NO_NAT = "a NAT gateway"
NO_ADDRESS = "a public IP address"
NO_ATTACHMENT = "a place in the VPC"
NO_RULE_OUT = "an outbound rule of the function"
NO_RULE_OF_DATABASE = "an inbound rule of the database"
NO_RULE_OF_ENDPOINT = "an inbound rule of the endpoint"
_HEAD = ("destination", "reached", "by", "missing")


@dataclass(frozen=True, slots=True, repr=False)
class Route:
    """A line of a route table: where traffic for DESTINATION goes."""

    destination: str
    target: str

    def __repr__(self) -> str:
        return f"{self.destination} -> {self.target}"


@dataclass(frozen=True, slots=True)
class Network:
    """The network of a function, a field for each piece that can be there or not.

    SUBNET is where the function is attached, "none" for no VPC. NAT is a NAT gateway for private subnets,
    GATEWAYS and INTERFACES name the services that have such an endpoint. The other three are rules of
    security groups: what the function's lets out, and whether those of the database and of the interface
    endpoints let the function in.

    >>> Network("private", nat=True).reach("the internet")
    the internet: reached by NAT gateway
    >>> Network("public").reach("the internet")
    the internet: times out, missing: a public IP address

    Unlike AWS: one VPC in one Region, IPv4, and no network ACLs, peering or endpoint policies. S3 and
    DynamoDB have interface endpoints, too. A regional NAT gateway needs no public subnet.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html and
    configuration-vpc-internet.html (read 2026-08..2026-10).
    """

    subnet: Subnet = "none"
    nat: bool = False
    gateways: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    lets_out: bool = True
    database_lets_in: bool = True
    endpoints_let_in: bool = True

    def __post_init__(self) -> None:
        _check("subnet", (self.subnet,), ("none", "private", "public"))
        _check("gateways", self.gateways, BY_GATEWAY)
        _check("interfaces", self.interfaces, BY_INTERFACE)

    @property
    def attached(self) -> bool:
        """Whether the function has a place in the VPC."""
        return self.subnet != "none"

    @property
    def routes(self) -> tuple[Route, ...]:
        """The route table of the function's subnet; empty without a VPC.

        >>> for route in Network("private", nat=True, gateways=("S3",)).routes: print(route)
        10.0.0.0/16 -> local
        prefix list of S3 -> gateway endpoint
        0.0.0.0/0 -> NAT gateway
        """
        if not self.attached:
            return ()
        lists = [Route(f"prefix list of {service}", GATEWAY_ENDPOINT) for service in self.gateways]
        return (Route("10.0.0.0/16", "local"), *lists, *self._default_route())

    def _default_route(self) -> tuple[Route, ...]:
        if self.subnet == "public":
            return (Route("0.0.0.0/0", "internet gateway"),)
        return (Route("0.0.0.0/0", NAT_GATEWAY),) if self.nat else ()

    def reach(self, destination: str) -> Reach:
        """Whether a function in this network reaches DESTINATION, by which way, or what is missing."""
        _check("destination", (destination,), DESTINATIONS)
        if not self.attached:
            return _missing(destination, NO_ATTACHMENT) if destination == DATABASE else _outside(destination)
        if not self.lets_out:
            return _missing(destination, NO_RULE_OUT)
        if destination == DATABASE:
            return self._let_in(destination, LOCAL_ROUTE, self.database_lets_in, NO_RULE_OF_DATABASE)
        if destination in self.interfaces:  # its private DNS name wins over any route to the internet
            return self._let_in(destination, INTERFACE_ENDPOINT, self.endpoints_let_in, NO_RULE_OF_ENDPOINT)
        return self._by_route(destination)

    def _let_in(self, destination: str, way: str, let_in: bool, rule: str) -> Reach:
        return Reach(destination, way) if let_in else _missing(destination, rule)

    def _by_route(self, destination: str) -> Reach:
        """By the most specific route, as route tables are read."""
        if destination in self.gateways:
            return Reach(destination, GATEWAY_ENDPOINT)
        if self.subnet == "public":
            return _missing(destination, NO_ADDRESS)
        return Reach(destination, NAT_GATEWAY) if self.nat else _missing(destination, NO_NAT)

    def reaches(self) -> Reaches:
        """What is reached from here, destination by destination."""
        return Reaches(tuple(self.reach(destination) for destination in DESTINATIONS))

    def switched(self, **changes: Any) -> Network:
        """The same network with some pieces changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True, repr=False)
class Reach:
    """An answer: DESTINATION is reached by WAY, or a piece is MISSING, and then the call times out."""

    destination: str
    way: str = ""
    missing: str = ""

    @property
    def reached(self) -> bool:
        return not self.missing

    def __repr__(self) -> str:
        if self.reached:
            return f"{self.destination}: reached by {self.way}"
        return f"{self.destination}: times out, missing: {self.missing}"

    @property
    def row(self) -> tuple[str, ...]:
        """The answer as the table has it."""
        return self.destination, "yes" if self.reached else "times out", self.way or "-", self.missing or "-"


@dataclass(frozen=True, slots=True, repr=False)
class Reaches:
    """What can it reach? An answer for each destination, as a table.

    >>> Network("private", gateways=("S3",)).reaches()
    destination      reached    by                missing
    the internet     times out  -                 a NAT gateway
    S3               yes        gateway endpoint  -
    DynamoDB         times out  -                 a NAT gateway
    SQS              times out  -                 a NAT gateway
    Secrets Manager  times out  -                 a NAT gateway
    the database     yes        local route       -
    """

    answers: tuple[Reach, ...]

    @property
    def reached(self) -> tuple[str, ...]:
        """The destinations that are reached."""
        return tuple(answer.destination for answer in self.answers if answer.reached)

    @property
    def headline(self) -> str:
        """What is reached, and which pieces are missing for the rest, in one line."""
        pieces = dict.fromkeys(answer.missing for answer in self.answers if not answer.reached)
        return f"Reached: {', '.join(self.reached) or 'nothing'}. Missing: {', '.join(pieces) or 'nothing'}."

    def __repr__(self) -> str:
        rows = [_HEAD, *(answer.row for answer in self.answers)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
        return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html()}

    def html(self) -> str:
        """The same as an HTML table."""
        left = ' style="text-align: left"'
        head = "".join(f"<th{left}>{word}</th>" for word in _HEAD)
        rows = (
            "<tr>" + "".join(f"<td{left}>{escape(word)}</td>" for word in answer.row) + "</tr>"
            for answer in self.answers
        )
        return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def reached(**network: Any) -> tuple[str, ...]:
    """The destinations that a function reaches in a network of these pieces.

    >>> reached(subnet="none")
    ('the internet', 'S3', 'DynamoDB', 'SQS', 'Secrets Manager')
    """
    return Network(**_as_tuples(network)).reaches().reached


def missing(destination: str, **network: Any) -> str:
    """What is missing on the way to DESTINATION in a network of these pieces; "" if it is reached.

    >>> missing("the internet", subnet="public"), missing("S3", subnet="private", gateways=["S3"])
    ('a public IP address', '')
    """
    return Network(**_as_tuples(network)).reach(destination).missing


def _as_tuples(network: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in network.items()}


def _outside(destination: str) -> Reach:
    return Reach(destination, OWN_NETWORK)


def _missing(destination: str, piece: str) -> Reach:
    return Reach(destination, missing=piece)


def _check(name: str, given: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    if not isinstance(given, tuple | list):
        raise BadInput(f'{name}={given!r} is no tuple. Write {name}=("{allowed[0]}",).')
    for each in given:
        if each not in allowed:
            near = did_you_mean(each, allowed)
            raise BadInput(f'{name}: "{each}" is not known.{near} Choose from: {", ".join(allowed)}.')
