"""The URLs of functions: which there are, and how they are configured."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

IAM, NONE = "AWS_IAM", "NONE"


@dataclass(frozen=True, slots=True)
class FunctionUrlConfig:
    """The URL of a function or of an alias of it. `cors` is as the API has it; None without."""

    id: str
    function_name: str
    qualifier: str | None
    auth_type: str
    created: datetime
    modified: datetime
    cors: Mapping[str, Any] | None = None
    invoke_mode: str = "BUFFERED"


class FunctionUrlConfigs:
    """All function URLs of an account, by their ids and by the functions."""

    def __init__(self) -> None:
        self._configs: dict[str, FunctionUrlConfig] = {}
        self._lock = threading.Lock()

    def put(self, config: FunctionUrlConfig) -> None:
        """Keep CONFIG in the place of an earlier one of its id."""
        with self._lock:
            self._configs[config.id] = config

    def by_id(self, url_id: str) -> FunctionUrlConfig | None:
        """Return the URL of this id."""
        return self._configs.get(url_id)

    def of(self, function_name: str, qualifier: str | None) -> FunctionUrlConfig | None:
        """Return the URL of a function, or of an alias of it."""
        return next((each for each in self.all_of(function_name) if each.qualifier == qualifier), None)

    def all_of(self, function_name: str) -> list[FunctionUrlConfig]:
        """Return all URLs of a function."""
        with self._lock:
            return [each for each in self._configs.values() if each.function_name == function_name]

    def remove(self, url_id: str) -> None:
        """Take one URL away."""
        with self._lock:
            self._configs.pop(url_id, None)

    def forget(self, function_name: str, qualifier: str | None = None) -> None:
        """Take away the URLs of a function, or that of one alias."""
        for each in self.all_of(function_name):
            if qualifier in (None, each.qualifier):
                self.remove(each.id)


def new_url_id(seed: str) -> str:
    """Return an id for a URL, of the form that AWS's have.

    >>> new_url_id("00000000-0000-4000-8000-000000000001")
    '11e594f481958c10e3015d0bf0447a22'
    """
    return hashlib.sha256(seed.encode()).hexdigest()[:32]
