"""What a function reaches from a VPC: each missing piece is named, and the month has its price."""

from __future__ import annotations

import math
from decimal import Decimal
from itertools import product

import pytest
from test_figures import assert_readable

from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.network import DESTINATIONS, Network, missing, reached
from lambda_study.model.network_bill import network_bill
from lambda_study.show.network_figure import network_figure, network_playground

PUBLIC_ADDRESSES = ("the internet", "S3", "DynamoDB", "SQS", "Secrets Manager")


def test_without_a_vpc_everything_but_the_database_is_reached():
    assert reached(subnet="none") == PUBLIC_ADDRESSES
    assert missing("the database", subnet="none") == "a place in the VPC"


def test_attaching_a_function_takes_the_internet_away():
    assert reached(subnet="private") == ("the database",)
    assert missing("the internet", subnet="private") == "a NAT gateway"


def test_a_nat_gateway_that_no_route_leads_to_is_paid():
    idle = network_bill(Network("public", nat=True), gb=1000)
    assert [line.item for line in idle.lines] == ["NAT gateways"]


def test_a_public_subnet_gives_a_function_no_public_address():
    public = Network("public", nat=True)
    assert "internet gateway" in [route.target for route in public.routes]
    assert public.reach("the internet").missing == fact("vpc.public_subnet").value.replace("no ", "a ")


def test_a_nat_gateway_leads_a_private_subnet_everywhere():
    assert reached(subnet="private", nat=True) == DESTINATIONS


def test_a_gateway_endpoint_is_a_more_specific_route_than_the_one_to_the_nat_gateway():
    network = Network("private", nat=True, gateways=("S3",))
    assert network.reach("S3").way == "gateway endpoint"
    assert network.reach("DynamoDB").way == "NAT gateway"


def test_gateway_endpoints_are_for_the_two_services_of_the_fact():
    assert Network("private", gateways=tuple(fact("endpoint.gateway.services").value)).gateways
    with pytest.raises(BadInput, match=r'gateways: "SQS" is not known\. Choose from: S3, DynamoDB\.'):
        Network("private", gateways=("SQS",))


def test_a_closed_interface_endpoint_takes_away_what_the_nat_gateway_gave():
    assert missing("SQS", subnet="private", nat=True) == ""
    closed = missing("SQS", subnet="private", nat=True, interfaces=["SQS"], endpoints_let_in=False)
    assert closed == "an inbound rule of the endpoint"


def test_each_security_group_on_the_way_has_to_agree():
    assert missing("the database", subnet="private", database_lets_in=False).startswith("an inbound rule")
    assert reached(subnet="private", nat=True, lets_out=False) == ()


def test_every_answer_names_a_way_or_a_missing_piece():
    switches = product(
        ("none", "private", "public"), (False, True), ((), ("S3",)), ((), ("SQS",)), (False, True)
    )
    for subnet, nat, gateways, interfaces, let_in in switches:
        network = Network(subnet, nat, gateways, interfaces, database_lets_in=let_in, endpoints_let_in=let_in)
        assert all(bool(answer.way) != bool(answer.missing) for answer in network.reaches().answers)


def test_a_destination_that_is_not_there_is_refused_in_one_line():
    with pytest.raises(BadInput, match=r'destination: "S4" is not known\.'):
        Network().reach("S4")


def test_the_route_to_s3_is_paid_by_the_gb_or_not_at_all():
    nat = Network("private", nat=True)
    data = Decimal(1000) * fact("nat_gateway.gb").value
    free = nat.switched(gateways=("S3",))
    assert network_bill(nat, 1000).total_usd - network_bill(free, 1000).total_usd == data


def test_each_zone_has_its_own_nat_gateway_and_endpoint():
    network = Network("private", nat=True, interfaces=("SQS",))
    one, three = (network_bill(network, zones=zones).total_usd for zones in (1, 3))
    assert three == 3 * one


def test_a_function_without_a_vpc_pays_for_no_network():
    assert network_bill(Network("none"), 1000).lines == ()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"gb": -1}, "gb=-1 is below the minimum of 0 GB"),
        ({"gb": math.nan}, "gb=nan is not a finite number"),
        ({"zones": "two"}, 'zones="two" is not a number'),
        ({"to": None}, 'destination: "None" is not known'),
        ({"network": "private"}, "network='private' is no Network"),
    ],
)
def test_what_is_no_data_no_zones_and_no_network_is_refused(given, told):
    with pytest.raises(BadInput, match=told):
        network_bill(**{"network": Network("private"), **given})


def test_endpoints_are_given_as_a_tuple():
    with pytest.raises(BadInput, match=r"gateways='S3' is no tuple\. Write gateways=\(\"S3\",\)"):
        Network("private", gateways="S3")


@pytest.mark.parametrize("subnet", ["none", "private", "public"])
@pytest.mark.parametrize("pieces", [{}, {"nat": True, "interfaces": ("SQS",), "endpoints_let_in": False}])
def test_the_figure_is_readable_and_tells_every_answer(subnet, pieces):
    network = Network(subnet, database_lets_in=False, **pieces)
    figure = network_figure(network)
    assert_readable(figure)
    assert all(repr(answer) in figure.alt for answer in network.reaches().answers)


def test_the_playground_tells_price_and_reach():
    play = network_playground()
    play._receive(None, {"kind": "move", "serial": 1, "positions": {"nat": 1, "s3_endpoint": 1}}, None)
    assert "Missing: nothing." in play.result[1].headline and "65.70" in repr(play)
