"""A membership fee that is charged twice, once or never: the order of two writes, tried with failures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import boto3
from botocore.exceptions import ClientError

from lambda_study.cloud import Cloud
from lambda_study.demos.small_account import HANDLERS, SmallAccount
from lambda_study.demos.tables import make_keyed_table
from lambda_study.engine import ManualClock
from lambda_study.errors import BadInput

_WAYS = ("charge", "mark, then charge", "charge, then mark", "both in one transaction")
_PLACES = ("before the charge", "after the charge")
_FEE = 30
_LEFT = 'style="text-align: left"'


@dataclass(frozen=True, repr=False)
class FeesPaid:
    """What a member has paid, in euros, by the way it was charged and by where the first run failed."""

    euros: Mapping[str, tuple[int, ...]]

    @property
    def right(self) -> tuple[str, ...]:
        """The ways in which the fee was paid once, wherever the run failed."""
        return tuple(way for way, paid in self.euros.items() if {*paid} == {_FEE})

    def __repr__(self) -> str:
        width = max(map(len, self.euros))
        head = f"{'the first run fails':<{width}}  {_PLACES[0]:>17}  {_PLACES[1]:>17}"
        rows = [f"{way:<{width}}  {_eur(one):>17}  {_eur(two):>17}" for way, (one, two) in self.euros.items()]
        return "\n".join([head, *rows])

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html()}

    def html(self) -> str:
        """The same as an HTML table."""
        rows = (
            f'<tr><th scope="row" {_LEFT}>{escape(way)}</th>'
            + "".join(f"<td>{_eur(each)}</td>" for each in paid)
            + "</tr>"
            for way, paid in self.euros.items()
        )
        head = f'<th scope="col" {_LEFT}>the first run fails</th>'
        head += "".join(f'<th scope="col">{place}</th>' for place in _PLACES)
        return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def fees_paid(cloud: Cloud) -> FeesPaid:
    """Charge a fee of 30 euros in four ways, in each with a first run that fails before or after the charge.

    The order comes asynchronously, so that Lambda runs it again. CLOUD needs a clock that is moved by hand.

    >>> with Cloud(clock="manual") as cloud:
    ...     fees_paid(cloud)
    the first run fails      before the charge   after the charge
    charge                              30 EUR             60 EUR
    mark, then charge                    0 EUR             30 EUR
    charge, then mark                   30 EUR             60 EUR
    both in one transaction             30 EUR             30 EUR
    """
    if not isinstance(cloud.clock, ManualClock):
        raise BadInput('fees_paid() moves the clock. Open the cloud by Cloud(clock="manual").')
    open_bank()
    since = f"{cloud.clock.now():%H:%M:%S}"
    orders = {(way, place): f"{way}, {place}, {since}" for way in _WAYS for place in _PLACES}
    with cloud.deploy(f"{HANDLERS / 'charges_fees'}.py:handler", name="fee-designs", timeout_s=30) as fees:
        for (way, place), order in orders.items():
            fees.invoke_async({"order": order, "way": way, "fails": place})
            cloud.clock.advance(seconds=1)  # one after the other, so that one environment is enough
        cloud.clock.advance(minutes=5)
    return FeesPaid({way: tuple(paid_by(orders[way, place]) for place in _PLACES) for way in _WAYS})


def open_bank() -> None:
    """Make the table `bank`, what each member has paid, and `orders`, the orders that were taken."""
    make_keyed_table("bank", member="HASH")
    make_keyed_table("orders", id="HASH")


def paid_by(member: str) -> int:
    """How many euros a MEMBER has paid."""
    found = boto3.client("dynamodb").get_item(TableName="bank", Key={"member": {"S": member}})
    return int(found["Item"]["euros"]["N"]) if "Item" in found else 0


def way_to_charge_once() -> str:
    """Which of four ways charges a fee once, wherever the first run fails: `fees_paid` shows them."""
    with SmallAccount() as account:
        (way,) = fees_paid(account.cloud).right
        return way


def condition_for_an_order_that_is_new() -> str:
    """Which of four conditions lets the first write of an order through and refuses the second.

    >>> condition_for_an_order_that_is_new()
    'attribute_not_exists(id)'
    """
    conditions = ("attribute_exists(id)", "attribute_not_exists(id)", "id = :id", "size(id) = :zero")
    with SmallAccount():
        open_bank()
        return next(each for each in conditions if [_written(each), _written(each)] == [True, False])


def _written(condition: str) -> bool:
    values = {":id": {"S": "7"}, ":zero": {"N": "0"}}
    used = {name: value for name, value in values.items() if name in condition}
    named = {"ExpressionAttributeValues": used} if used else {}
    try:
        boto3.client("dynamodb").put_item(
            TableName="orders", Item={"id": {"S": "7"}}, ConditionExpression=condition, **named
        )
    except ClientError:
        return False
    return True


def _eur(amount: int) -> str:
    return f"{amount} EUR"
