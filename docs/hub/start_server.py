"""Start one user's server for JupyterHub: their own copies of the lessons, in a folder of their own.

JupyterHub runs this in place of `jupyterhub-singleuser`, as the user. What follows is passed on.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from lambda_study.cli import lesson
from lambda_study.cli.lab import surroundings

SHARED = ("notebooks", "quizzes", "docs", "LICENSE", "LICENSE-CC-BY-4.0")


def main(arguments: list[str]) -> None:
    """Become the user's server, in the folder `lambda-study` of the user's home."""
    folder = Path.home() / "lambda-study"
    lay_out(folder, lesson.home())
    limit_memory(os.environ.get("MEM_LIMIT"))
    os.chdir(folder)
    words = [sys.executable, "-m", "jupyterhub.singleuser", f"--ServerApp.root_dir={folder}"]
    words += ["--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    words += ["--LabApp.extension_manager=readonly", "--ServerApp.terminals_enabled=False"]
    os.execve(words[0], [*words, *arguments], {**surroundings(), lesson.HOME: str(folder)})


def lay_out(folder: Path, kit: Path) -> None:
    """Make FOLDER the user's: links to what all share in KIT, and copies of the lessons to work in."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SHARED:
        link = folder / name
        if not link.exists():
            link.unlink(missing_ok=True)  # the kit has moved
            link.symlink_to(kit / name)
    for news in lesson.make_copies(folder):
        print(news, file=sys.stderr)


def limit_memory(limit: str | None) -> None:
    """Let no process of this user hold more than LIMIT bytes; who asks for more gets a MemoryError."""
    if limit:
        resource.setrlimit(resource.RLIMIT_DATA, (int(limit), int(limit)))


if __name__ == "__main__":
    main(sys.argv[1:])
