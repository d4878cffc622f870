"""Ways through a network, tried one by one: each answer is the one way that meets what was asked."""

from __future__ import annotations

from lambda_study.demos.findings import only
from lambda_study.model.network import INTERNET, Network

_PRIVATE = Network("private")


def piece_that_leads_to_a_secret_and_nowhere_else() -> str:
    """What lets a function in private subnets read a secret while the internet stays out of reach.

    >>> piece_that_leads_to_a_secret_and_nowhere_else()
    'interface endpoint for Secrets Manager'
    """
    tried = {
        "NAT gateway": _PRIVATE.switched(nat=True),
        "public subnet": _PRIVATE.switched(subnet="public"),
        "gateway endpoint for S3": _PRIVATE.switched(gateways=("S3",)),
        "interface endpoint for Secrets Manager": _PRIVATE.switched(interfaces=("Secrets Manager",)),
    }
    return only(
        name
        for name, network in tried.items()
        if network.reach("Secrets Manager").reached and not network.reach(INTERNET).reached
    )


def change_that_opens_a_closed_endpoint() -> str:
    """What brings SQS back after an interface endpoint was added whose security group lets nobody in.

    >>> change_that_opens_a_closed_endpoint()
    'inbound rule of the endpoint'
    """
    closed = _PRIVATE.switched(nat=True, interfaces=("SQS",), endpoints_let_in=False)
    assert not closed.reach("SQS").reached
    tried = {
        "inbound rule of the endpoint": closed.switched(endpoints_let_in=True),
        "inbound rule of the database": closed.switched(database_lets_in=True),
        "gateway endpoint for S3": closed.switched(gateways=("S3",)),
        "public subnet": closed.switched(subnet="public"),
    }
    return only(name for name, network in tried.items() if network.reach("SQS").reached)
