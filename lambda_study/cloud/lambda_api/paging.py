"""Lists that come a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lambda_study.cloud.lambda_api.errors import refused

MOST = 50


def page(name: str, items: Sequence[Any], given: Mapping[str, Any], most: int = MOST) -> dict[str, Any]:
    """Return the page of ITEMS that a request asks for, called NAME, with the marker of the next one.

    >>> page("Aliases", ["a", "b", "c"], {"MaxItems": 2})
    {'Aliases': ['a', 'b'], 'NextMarker': '2'}
    >>> page("Aliases", ["a", "b", "c"], {"MaxItems": 2, "Marker": "2"})
    {'Aliases': ['c']}

    Unlike AWS: a marker is a plain number.
    """
    marker = given.get("Marker") or "0"
    if not marker.isdecimal():
        raise refused("Invalid Marker")
    begin = int(marker)
    end = begin + min(given.get("MaxItems", most), most)
    found = {name: list(items[begin:end])}
    return {**found, "NextMarker": str(end)} if end < len(items) else found
