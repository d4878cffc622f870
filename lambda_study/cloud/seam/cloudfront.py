"""moto's distributions: which functions stand at their edge, where their origin is, and how long they keep.

What is mended: the associations of functions, which moto drops, and the times to live it forgets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Protocol

from lambda_study.cloud import seam
from lambda_study.cloud.seam.patch import Patch, all_patched
from lambda_study.engine import ServiceError
from lambda_study.engine.function import ACCOUNT

_PARTITION = "aws"
_DAY, _YEAR = 86_400, 31_536_000
_CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # a cache policy of AWS's own


@dataclass(frozen=True, slots=True)
class Association:
    """A function, and the event of the edge at which it is called."""

    function_arn: str
    event: str
    include_body: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a distribution fetches what it does not have."""

    id: str
    domain: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Behavior:
    """What a distribution does with paths that fit PATTERN; times are in seconds."""

    pattern: str
    origin: Origin
    functions: Mapping[str, Association]
    methods: tuple[str, ...] = ("GET", "HEAD")
    headers: tuple[str, ...] = ()
    forwards_query: bool = False
    min_ttl: int = 0
    default_ttl: int = _DAY
    max_ttl: int = _YEAR


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution; of its `behaviors` the first one that fits a path decides."""

    id: str
    arn: str
    domain: str
    root: str = ""
    enabled: bool = True
    behaviors: tuple[Behavior, ...] = field(default=())

    def behavior_for(self, path: str) -> Behavior:
        """Return what is done with PATH."""
        return next(
            each for each in self.behaviors if fnmatchcase(path.lstrip("/"), each.pattern.lstrip("/"))
        )


class Listener(Protocol):
    """Is asked and told under the lock of the seam."""

    def check(self, association: Association) -> None:
        """Raise ServiceError for a function that may not stand at the edge."""

    def invalidated(self, distribution_id: str, paths: tuple[str, ...]) -> None:
        """What is kept under PATHS shall be forgotten."""


def distribution(distribution_id: str) -> Distribution | None:
    """Return the distribution; None if there is none."""
    with seam.lock:
        found = _models().cloudfront_backends[ACCOUNT][_PARTITION].distributions.get(distribution_id)
        return None if found is None else _distribution(found)


@contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """Mend moto's distributions and tell LISTENER of them, until the block ends."""
    with all_patched(patches(listener)):
        yield


def patches(listener: Listener) -> tuple[Patch, ...]:
    """Return the patches of moto."""
    models = _models()

    def behave(moto: Callable[..., Any]) -> Callable[..., Any]:
        def __init__(self: Any, config: dict[str, Any]) -> None:
            moto(self, config)
            items = (config.get("LambdaFunctionAssociations") or {}).get("Items") or []
            for each in items:
                _check(listener, _association(each))
            self.lambda_function_associations = {"Quantity": len(items), "Items": items}
            self.default_ttl, self.max_ttl = _times(config)

        return __init__

    def invalidate(moto: Callable[..., Any]) -> Callable[..., Any]:
        def create_invalidation(self: Any, dist_id: str, paths: list[str], caller_ref: str) -> Any:
            made = moto(self, dist_id, paths, caller_ref)
            listener.invalidated(dist_id, tuple(paths))
            return made

        return create_invalidation

    asked = ("self", "dist_id", "paths", "caller_ref")
    return (
        Patch(models.DefaultCacheBehaviour, "__init__", ("self", "config"), behave),
        Patch(models.CloudFrontBackend, "create_invalidation", asked, invalidate),
    )


def _check(listener: Listener, association: Association) -> None:
    from moto.cloudfront.exceptions import CloudFrontException

    try:
        listener.check(association)
    except ServiceError as error:
        raise CloudFrontException(error.code, error.message) from None


def _times(config: Mapping[str, Any]) -> tuple[int, int]:
    if config.get("CachePolicyId") == _CACHING_DISABLED:
        return 0, 0
    return int(config.get("DefaultTTL", _DAY)), int(config.get("MaxTTL", _YEAR))


def _association(item: Mapping[str, Any]) -> Association:
    includes = str(item.get("IncludeBody", False)).lower() == "true"
    return Association(item["LambdaFunctionARN"], item["EventType"], includes)


def _distribution(found: Any) -> Distribution:
    config = found.distribution_config
    origins = {
        each.id: Origin(each.id, each.domain_name, each.origin_path) for each in config.Origins["Items"]
    }
    others = config.CacheBehaviors.get("Items") or []
    behaviors = [_behavior(each, origins, each.path_pattern) for each in others]
    default = _behavior(config.DefaultCacheBehavior, origins, "*")
    enabled = str(config.Enabled).lower() != "false"
    root = config.DefaultRootObject or ""
    return Distribution(found.id, found.arn, found.domain_name, root, enabled, (*behaviors, default))


def _behavior(found: Any, origins: Mapping[str, Origin], pattern: str) -> Behavior:
    items = found.lambda_function_associations.get("Items") or []
    functions = {each.event: each for each in map(_association, items)}
    forwarded = vars(found.forwarded_values)
    return Behavior(
        pattern,
        origins[found.target_origin_id],
        functions,
        tuple(found.allowed_methods.items),
        tuple((forwarded.get("Headers") or {}).get("Items") or ()),
        str(forwarded.get("QueryString")).lower() == "true",
        int(found.min_ttl),
        int(found.default_ttl),
        int(found.max_ttl),
    )


def _models() -> Any:
    from moto.cloudfront import models

    return models
