"""Cross-origin requests: what an HTTP API or a function URL tells a browser by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from lambda_study.cloud.api_request import ApiRequest
from lambda_study.cloud.exchange import Response
from lambda_study.cloud.policies import matches


@dataclass(frozen=True, slots=True)
class Cors:
    """Which pages may call, how. An origin may have a *; a lone * means any."""

    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    credentials: bool = False
    max_age_s: int | None = None

    @classmethod
    def of(cls, given: Any) -> Cors | None:
        """Return what GIVEN says, as the API names it, in any case of its first letters; None for nothing."""
        if not given:
            return None
        named = {name[0].lower() + name[1:]: value for name, value in given.items()}
        age = named.get("maxAge")
        return cls(
            origins=tuple(named.get("allowOrigins") or ()),
            methods=tuple(named.get("allowMethods") or ()),
            headers=tuple(named.get("allowHeaders") or ()),
            exposed=tuple(named.get("exposeHeaders") or ()),
            credentials=bool(named.get("allowCredentials")),
            max_age_s=None if age is None else int(age),
        )

    def preflight(self, request: ApiRequest, status: int) -> Response | None:
        """Return the answer to a preflight request; None if REQUEST is none."""
        if request.method != "OPTIONS" or not request.header("access-control-request-method"):
            return None
        return Response(status, self._for_preflight(request.header("origin")))

    def applied(self, request: ApiRequest, response: Response) -> Response:
        """Return RESPONSE with these headers in the place of the function's own."""
        own = {
            name: value
            for name, value in response.headers.items()
            if not name.lower().startswith("access-control-")
        }
        return replace(response, headers={**own, **self._for_answer(request.header("origin"))})

    def _for_answer(self, origin: str) -> dict[str, str]:
        if not origin or not self._allows(origin):
            return {}
        any_origin = "*" in self.origins and not self.credentials
        found = {"Access-Control-Allow-Origin": "*" if any_origin else origin}
        if not any_origin:
            found["Vary"] = "Origin"
        if self.credentials:
            found["Access-Control-Allow-Credentials"] = "true"
        if self.exposed:
            found["Access-Control-Expose-Headers"] = _listed(self.exposed)
        return found

    def _for_preflight(self, origin: str) -> dict[str, str]:
        found = self._for_answer(origin)
        found.pop("Access-Control-Expose-Headers", None)
        if not found:
            return {}
        if self.methods:
            found["Access-Control-Allow-Methods"] = _listed(self.methods)
        if self.headers:
            found["Access-Control-Allow-Headers"] = _listed(self.headers)
        if self.max_age_s is not None:
            found["Access-Control-Max-Age"] = str(self.max_age_s)
        return found

    def _allows(self, origin: str) -> bool:
        return any(matches(pattern, origin) for pattern in self.origins)


def _listed(values: Iterable[str]) -> str:
    return ",".join(values)
