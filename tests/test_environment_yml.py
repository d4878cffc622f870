"""environment.yml asks conda for what pyproject.toml asks pip for."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

CONDA_NAMES = {"matplotlib-base": "matplotlib"}
NOT_OURS = {"python", "pip"}


@pytest.fixture
def environment(root: Path) -> dict[str, Any]:
    return yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))


@pytest.fixture
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def ranges(requirements: list[str]) -> dict[str, SpecifierSet]:
    """The range of each package, by the name that PyPI knows."""
    parsed = [Requirement(requirement) for requirement in requirements]
    return {CONDA_NAMES.get(one.name, one.name): one.specifier for one in parsed}


def conda_ranges(environment: dict[str, Any]) -> dict[str, SpecifierSet]:
    """The ranges of both of its lists."""
    by_conda = [line for line in environment["dependencies"] if isinstance(line, str)]
    by_pip = [line for line in environment["dependencies"][-1]["pip"] if not line.startswith("-e")]
    named = ranges([line for line in by_conda if line.split("=")[0] not in NOT_OURS])
    return {**named, **ranges(by_pip)}


def test_both_ask_for_the_same_packages_in_the_same_ranges(environment, project) -> None:
    assert conda_ranges(environment) == ranges(project["dependencies"])


@pytest.mark.parametrize("changed", ["click>=8.2,<9", "click", "colorama>=1"])
def test_a_changed_bound_or_a_new_package_is_noticed(environment, project, changed: str) -> None:
    kept = [line for line in project["dependencies"] if Requirement(line).name != Requirement(changed).name]
    assert conda_ranges(environment) != ranges([*kept, changed])


def test_its_python_is_one_that_the_project_supports(environment, project) -> None:
    pin = next(line for line in environment["dependencies"] if str(line).startswith("python="))
    assert Version(pin.removeprefix("python=")) in SpecifierSet(project["requires-python"])


def test_pip_comes_last_and_installs_the_project_last(environment) -> None:
    assert environment["dependencies"][-1]["pip"][-1] == "-e ."
    assert environment["channels"] == ["conda-forge", "nodefaults"]
