"""Writes requirements.lock and tests/requirements.lock anew from pyproject.toml (`make lock`).

The first holds what `make lab` needs, and uv itself, which installs it. The second holds only what the tests
add. Both hold for every system and for Python 3.11 to 3.14, and name no package server.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNTIME, TESTS = ROOT / "requirements.lock", ROOT / "tests" / "requirements.lock"
# Newer releases have no wheel for Macs with an Intel processor.
CONSTRAINTS = ["argon2-cffi-bindings<26"]


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runtime = compiled([*project["dependencies"], "uv"], CONSTRAINTS)
    write(RUNTIME, runtime)
    pins = [line.removesuffix(" \\") for line in runtime.splitlines() if re.match(r"[a-z0-9]", line)]
    tests = compiled(project["optional-dependencies"]["test"], [*CONSTRAINTS, *pins])
    write(TESTS, without(tests, pins))


def compiled(requirements: list[str], constraints: list[str]) -> str:
    """Every package that REQUIREMENTS need, with its version and hashes; only such as have wheels."""
    with tempfile.TemporaryDirectory() as folder:
        bounds = Path(folder, "constraints.txt")
        bounds.write_text("\n".join(constraints), encoding="utf-8")
        command = [sys.executable, "-m", "uv", "pip", "compile", "-", "--quiet", "--universal", "--no-header"]
        command += [
            "--generate-hashes",
            "--no-annotate",
            "--only-binary",
            ":all:",
            "--python-version",
            "3.11",
        ]
        done = subprocess.run(
            [*command, "--constraint", bounds],
            input="\n".join(requirements),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return done.stdout


def without(lock: str, pins: list[str]) -> str:
    """LOCK less the packages that PINS hold already."""
    blocks = re.findall(r"^\S.*\n(?:[ ]+.*\n)*", lock, re.MULTILINE)
    return "".join(block for block in blocks if block.splitlines()[0].removesuffix(" \\") not in pins)


def write(path: Path, lock: str) -> None:
    path.write_text("# Made by `make lock` from pyproject.toml. Do not edit.\n" + lock, encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {len(re.findall(r'^[a-z0-9]', lock, re.MULTILINE))} packages")


if __name__ == "__main__":
    main()
