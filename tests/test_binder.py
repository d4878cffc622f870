"""Binder builds an image from environment.yml: repo2docker itself says what it would do."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from own_environment import own_environment

pytestmark = pytest.mark.more


@pytest.fixture(scope="module")
def dockerfile(root: Path, tmp_path_factory) -> str:
    """The recipe that repo2docker writes for the project; nothing is built."""
    folder = tmp_path_factory.mktemp("binder")
    tool = own_environment(folder, "jupyter-repo2docker==2026.4.0") / "jupyter-repo2docker"
    kit = folder / "kit"
    kit.mkdir()
    for name in ("environment.yml", "pyproject.toml"):
        shutil.copy(root / name, kit)
    words = [tool, "--no-build", "--debug", kit]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout + done.stderr


def test_binder_reads_environment_yml(dockerfile: str) -> None:
    assert 'env update -p ${NB_PYTHON_PREFIX} --file "environment.yml"' in dockerfile


def test_binder_has_the_whole_project_there_when_it_installs_it(dockerfile: str) -> None:
    """`-e .` in environment.yml needs the files before the environment is made."""
    assert dockerfile.index("COPY --chown=0:0 src/ ${REPO_DIR}/") < dockerfile.index("env update")


def test_binder_has_a_python_that_the_project_names(dockerfile: str, root: Path) -> None:
    asked = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    (version,) = [line.partition("=")[2] for line in asked if str(line).startswith("python=")]
    assert f"Building conda environment for python={version}" in dockerfile
