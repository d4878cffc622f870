"""The AppSpec of a deployment: which function, which alias, from which version to which, and the hooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambda_study.engine import ServiceError

BEFORE, AFTER = "BeforeAllowTraffic", "AfterAllowTraffic"
_PROPERTIES = ("name", "alias", "currentversion", "targetversion")


@dataclass(frozen=True, slots=True)
class AppSpec:
    """Shift ALIAS of FUNCTION from version CURRENT to TARGET; `hooks` are functions by lifecycle event."""

    function: str
    alias: str
    current: str
    target: str
    hooks: Mapping[str, str]

    @property
    def backwards(self) -> AppSpec:
        """The way back, which asks no hooks."""
        return AppSpec(self.function, self.alias, self.target, self.current, {})


def read_app_spec(content: str) -> AppSpec:
    """Return the AppSpec that is written in CONTENT, in YAML or JSON. Names may begin with a capital or not.

    >>> spec = read_app_spec('''
    ... version: 0.0
    ... Resources:
    ...   - prices:
    ...       Type: AWS::Lambda::Function
    ...       Properties: {Name: prices, Alias: live, CurrentVersion: "1", TargetVersion: "2"}
    ... Hooks:
    ...   - BeforeAllowTraffic: CodeDeployHook_check
    ... ''')
    >>> spec.function, spec.alias, spec.current, spec.target, dict(spec.hooks)
    ('prices', 'live', '1', '2', {'BeforeAllowTraffic': 'CodeDeployHook_check'})

    Raises AWS's InvalidRevisionException for one that is not whole.
    Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
    (read 2026-11-23).
    """
    found = _lowered(_parsed(content))
    resources = found.get("resources")
    named = resources[0] if isinstance(resources, list) and len(resources) == 1 else None
    if not isinstance(named, Mapping) or len(named) != 1:
        raise _invalid("The AppSpec needs one function in Resources.")
    [resource] = named.values()
    properties = _lowered(_lowered(resource).get("properties"))
    missing = [name for name in _PROPERTIES if not properties.get(name)]
    if missing:
        raise _invalid(f"The AppSpec has no {', '.join(missing)}.")
    function, alias, current, target = (str(properties[name]) for name in _PROPERTIES)
    return AppSpec(function, alias, current, target, _hooks(found.get("hooks")))


def _parsed(content: str) -> Any:
    import yaml  # loaded by those who deploy alone

    try:
        return yaml.safe_load(content)  # JSON too: it is a part of YAML
    except yaml.YAMLError as error:
        raise _invalid(f"The AppSpec is neither YAML nor JSON: {str(error).splitlines()[0]}.") from None


def _hooks(found: Any) -> dict[str, str]:
    hooks: dict[str, str] = {}
    if found is not None and not isinstance(found, list):
        raise _invalid("Hooks of an AppSpec are a list.")
    for each in found or ():
        if not isinstance(each, Mapping) or not set(each) <= {BEFORE, AFTER}:
            raise _invalid(f"Hooks of a Lambda deployment are {BEFORE} and {AFTER}, each with one function.")
        hooks.update({str(event): str(function) for event, function in each.items()})
    return hooks


def _lowered(found: Any) -> dict[str, Any]:
    return {str(name).lower(): value for name, value in found.items()} if isinstance(found, Mapping) else {}


def _invalid(text: str) -> ServiceError:
    return ServiceError(400, "InvalidRevisionException", text)
