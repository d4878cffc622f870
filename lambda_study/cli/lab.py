"""`lambda-study lab`: the learner's copies in JupyterLab."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import click

from lambda_study.cli import lesson
from lambda_study.errors import BadInput

SETTINGS = Path(__file__).parent / "jupyter"


@click.command()
@click.option("--port", type=click.IntRange(1024, 65535), help="Use this port and no other.")
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening it.")
@click.pass_context
def command(ctx: click.Context, port: int | None, no_browser: bool) -> None:
    """Open the lessons in JupyterLab. Ctrl-C ends it."""
    folder = lesson.home()
    if port is not None and not is_free(port):
        raise BadInput(
            f"Port {port} is in use. Give another, or leave out --port and the next free one is used."
        )
    for news in lesson.make_copies(folder):
        click.echo(news)
    if not lesson.lessons(folder):
        click.echo(f"The folder {folder / 'notebooks'} holds no lessons yet. JupyterLab opens without one.")
    click.echo(f"Your lessons are in {folder / lesson.COPIES}. Ctrl-C ends JupyterLab.")
    sys.stdout.flush()
    ctx.exit(run(jupyterlab(folder, port, no_browser)))


def jupyterlab(folder: Path, port: int | None, no_browser: bool) -> list[str]:
    """The command that starts JupyterLab on FOLDER with the first lesson open."""
    words = [sys.executable, "-m", "jupyterlab", "--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={folder}"]
    # The root stays the whole folder, so that links between lessons, quizzes and documents hold.
    words += [f"--LabApp.default_url={first_page(folder)}"]
    words += ["--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    words += ["--LabApp.extension_manager=readonly", "--ServerApp.terminals_enabled=False"]
    words += [
        "--ServerApp.answer_yes=True",
        "--log-level=WARN",
    ]  # Ctrl-C ends it at once; the address still shows
    if port is not None:
        words += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if no_browser:
        words += ["--no-browser"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        words += ["--allow-root"]
    return words


def first_page(folder: Path) -> str:
    """The address of the first lesson's copy; the plain page where there is no lesson."""
    first = folder / lesson.COPIES / lesson.FIRST
    return f"/lab/tree/{lesson.COPIES}/{first.name}" if first.exists() else "/lab"


def run(words: list[str]) -> int:
    """Run WORDS in place of this process where the system can, so that signals reach JupyterLab itself."""
    environment = surroundings()
    if os.name != "nt":
        os.execve(words[0], words, environment)
    try:
        return subprocess.call(words, env=environment)
    except KeyboardInterrupt:
        return 0


def surroundings() -> dict[str, str]:
    """Return the environment of JupyterLab and its kernels.

    No AWS account can be reached from it: a cell that is run again after its cloud is closed makes nothing
    that costs money.
    """
    from lambda_study.cloud.surroundings import cut_off

    # A folder of defaults (no news dialog over the first page); the learner's own settings still win.
    paths = [str(SETTINGS), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    return {**cut_off(os.environ), "JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}


def is_free(port: int) -> bool:
    """Whether a server could listen on PORT of this machine."""
    with socket.socket() as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
