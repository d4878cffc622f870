#!/usr/bin/env python3
"""Set Lambda Study up in `.venv` beside this file and start it. Needs nothing but Python 3.11 to 3.14.

    python3 bootstrap.py lab               open the lessons in JupyterLab   (Windows: py -3 bootstrap.py lab)
    python3 bootstrap.py test              run the tests; `test-more` runs the slower ones
    python3 bootstrap.py download FOLDER   fetch every package into FOLDER, for a place without a network
    python3 bootstrap.py lab --from FOLDER   set up from that folder alone

What follows a command is passed on: `bootstrap.py lab --port 9000`.
"""
# Syntax of Python 3.8 only: an old Python must come as far as its one clear line.

from __future__ import annotations

import argparse
import errno
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).resolve().parent
OLDEST, NEWEST = (3, 11), (3, 14)
LOCKS = {"lab": HERE / "requirements.lock", "test": HERE / "tests" / "requirements.lock"}
SIZES_MB = {"lab": 700, "test": 300}
# A command: the locks it needs, and what Python then runs.
COMMANDS = {
    "lab": (["lab"], ["-m", "lambda_study", "lab"]),
    "test": (["lab", "test"], ["tests/run.py"]),
    "test-more": (["lab", "test"], ["tests/run.py", "more"]),
    "bench": (["lab", "test"], ["tests/benchmarks/run.py"]),
    "notebooks": (["lab", "test"], ["tests/notebooks/execute.py"]),
    "lock": (["lab"], ["tests/lock.py"]),
}


class Problem(Exception):
    """What stops the set-up, with its fix, in one line."""


def main(arguments: list[str]) -> int:
    """Carry out one command; 2 with one line on standard error where something is missing."""
    try:
        check_python()
        options, rest = read(arguments)
        if options.command == "download":
            download(Path(options.folder).expanduser().resolve())
            return 0
        locks, program = COMMANDS[options.command]
        source = wheel_folder(options.source)
        environment = Environment(HERE / ".venv")
        environment.prepare(locks, source)
        return environment.run([*program, *rest])
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 2
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(no_space(), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. The next call goes on from here.", file=sys.stderr)
        return 130


def read(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """The command with its own options, and the words that are passed on."""
    parser = argparse.ArgumentParser(
        prog="bootstrap.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        command = commands.add_parser(name, add_help=False, allow_abbrev=False)
        command.add_argument("--from", dest="source", metavar="FOLDER")
    commands.add_parser("download").add_argument("folder", metavar="FOLDER")
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command == "download":
        raise Problem(f"download takes one FOLDER; this is too much: {' '.join(rest)}")
    return options, rest


def check_python() -> None:
    """Raise the line that names a fitting Python, unless this one fits and can make environments."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        age = "old" if sys.version_info[:2] < OLDEST else "new"
        others = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
        found = next((name for name in others if shutil.which(name)), None)
        fix = f"Run: {found} bootstrap.py lab" if found else "Install one from python.org and run this again."
        version = platform.python_version()
        raise Problem(f"Python {version} is too {age}: Lambda Study needs 3.11 to 3.14. {fix}")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        raise Problem(
            "This Python cannot make a virtual environment. On Debian or Ubuntu: "
            "sudo apt install python3-venv, then run this again."
        ) from None


def wheel_folder(given: str | None) -> Path | None:
    """The folder given with --from; None when packages come from the network."""
    if given is None:
        return None
    folder = Path(given).expanduser().resolve()
    if not folder.is_dir():
        raise Problem(
            f"--from {given}: there is no such folder. Fill one where there is a network: "
            "bootstrap.py download FOLDER"
        )
    return folder


def download(folder: Path) -> None:
    """Fetch every package of both locks, for this kind of system and this Python, into FOLDER."""
    environment = Environment(HERE / ".venv")
    environment.make_sound()
    folder.mkdir(parents=True, exist_ok=True)
    print(f"Downloading the packages to {folder} ...")
    installation = Installation(environment)
    fetch = [*installation.pip("download"), "--dest", folder]
    locked = [word for lock in LOCKS.values() for word in ("-r", lock)]
    installation.run([*fetch, "--require-hashes", *wheels_only(), *locked])
    if list(folder.glob("*.tar.gz")):  # building it offline needs the build tools themselves
        installation.run([*fetch, "setuptools", "wheel"])
    print("Done. Where there is no network: bootstrap.py lab --from FOLDER")


class Environment:
    """The folder `.venv`, and the note inside it that says which locks it holds in full.

    The note is missing or says nothing while a lock is being installed, so an interrupted set-up is known.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.note = folder / "lambda-study.json"
        windows = os.name == "nt"
        self.scripts = folder / ("Scripts" if windows else "bin")
        self.python = self.scripts / ("python.exe" if windows else "python")

    def prepare(self, locks: list[str], source: Path | None) -> None:
        """Install what LOCKS name and is not there yet; nothing is done when all is."""
        self.make_sound()
        for name in locks:
            digest = hashlib.sha256(LOCKS[name].read_bytes()).hexdigest()
            done = self.installed()
            if done.get(name) != digest:
                self.install(name, source, done)
                done = {} if name == "lab" else done
                self.write_note({**done, name: digest})
        self.add_project()

    def make_sound(self) -> None:
        """Make `.venv` if it is not there, and make it anew if our own note says that it is unfinished.

        No other environment is ever deleted: one that does not fit is told, with what to do.
        """
        if self.is_there() and not self.interrupted():
            self.demand_this_python()
            return
        check_space(SIZES_MB["lab"])
        if self.interrupted():
            print("The set-up of the .venv here did not finish: making it anew.")
            shutil.rmtree(str(self.folder))
        self.folder.mkdir(exist_ok=True)
        self.write_note({"unfinished": "yes"})
        made = subprocess.run(
            [sys.executable, "-m", "venv", str(self.folder)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        if made.returncode:
            raise Problem(explain(made.stdout.decode(errors="replace")))
        self.write_note({})

    def install(self, name: str, source: Path | None, done: dict[str, str]) -> None:
        """Install one lock. The lab's packages stay whole while the tests' are added to them."""
        check_space(SIZES_MB[name])
        self.write_note({"unfinished": "yes"} if name == "lab" else {"lab": done["lab"]})
        print(f"Installing the packages of {LOCKS[name].relative_to(HERE)} (once; up to a few minutes) ...")
        Installation(self, source).install(LOCKS[name])

    def is_there(self) -> bool:
        """Whether there is anything at its place; an empty folder is nothing."""
        return self.folder.exists() and (not self.folder.is_dir() or any(self.folder.iterdir()))

    def demand_this_python(self) -> None:
        """Raise the line that helps, unless its Python starts and is of the series of this one."""
        mine, series = "{}.{}".format(*sys.version_info), self.series()
        if series == mine:
            return
        fresh = f"move the folder {self.folder} away, and run this again"
        if not series:
            raise Problem(f"The Python of the .venv here does not start. To make it anew, {fresh}.")
        name = f"py -{series}" if os.name == "nt" else f"python{series}"
        raise Problem(
            f"The .venv here is of Python {series}, and this is Python {mine}. "
            f"Run: {name} bootstrap.py lab. Or, to go on with {mine}, {fresh}."
        )

    def series(self) -> str:
        """The series of its Python, such as "3.12"; "" if that does not start."""
        question = [str(self.python), "-c", "import sys; print('{}.{}'.format(*sys.version_info))"]
        try:
            answer = subprocess.run(question, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        except OSError:
            return ""
        return answer.stdout.decode().strip()

    def installed(self) -> dict[str, str]:
        """The digest of each lock that is installed in full."""
        try:
            note = json.loads(self.note.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}  # an environment somebody made by hand: add to it
        except ValueError:
            return {"unfinished": "yes"}
        return note

    def interrupted(self) -> bool:
        """Whether a set-up stopped half-way."""
        return "unfinished" in self.installed()

    def write_note(self, note: dict[str, str]) -> None:
        """Replace the note in one step."""
        draft = self.note.with_suffix(".draft")
        draft.write_text(json.dumps(note), encoding="utf-8")
        draft.replace(self.note)

    def add_project(self) -> None:
        """Put this folder on the environment's path, and the command `lambda-study` among its scripts.

        A relative line in a .pth file needs no build tools, and holds in a folder of any name.
        """
        variables = {"base": str(self.folder), "platbase": str(self.folder)}
        packages = Path(sysconfig.get_path("purelib", "nt" if os.name == "nt" else "posix_prefix", variables))
        write_if_new(packages / "lambda_study.pth", os.path.relpath(HERE, packages) + "\n")
        if os.name == "nt":
            text = '@"%~dp0python.exe" -m lambda_study %*\n'
            write_if_new(self.scripts / "lambda-study.cmd", text)
            return
        script = self.scripts / "lambda-study"
        write_if_new(script, '#!/bin/sh\nexec "$(dirname "$0")/python" -m lambda_study "$@"\n')
        script.chmod(0o755)

    def run(self, program: list[str]) -> int:
        """Run PROGRAM by its Python, in the project's folder, in place of this process where that exists."""
        os.chdir(HERE)
        variables = {
            **os.environ,
            "VIRTUAL_ENV": str(self.folder),
            "PATH": str(self.scripts) + os.pathsep + os.environ.get("PATH", ""),
        }
        variables.pop("PYTHONHOME", None)
        sys.stdout.flush()
        command = [str(self.python), *program]
        if os.name != "nt":
            os.execve(command[0], command, variables)
        try:
            return subprocess.call(command, env=variables)
        except KeyboardInterrupt:
            return 130


class Installation:
    """Runs pip and uv, from the network or from a folder, and turns what goes wrong into one line."""

    def __init__(self, environment: Environment, source: Path | None = None) -> None:
        self.environment = environment
        self.source = source
        self.offline = ["--no-index", "--find-links", source] if source else []

    def pip(self, action: str) -> list[object]:
        """The beginning of a pip command."""
        quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
        return [self.environment.python, "-m", "pip", action, *quiet, *self.offline]

    def install(self, lock: Path) -> None:
        """Install by uv, which is ten times faster, or by pip where uv cannot."""
        options = ["--require-hashes", *wheels_only(), "-r", lock]
        python = self.environment.python
        uv = [python, "-m", "uv", "pip", "install", "--quiet", "--python", python, *self.offline]
        if self.install_uv() and self.attempt([*uv, *options]) is None:
            return
        self.run([*self.pip("install"), *options])

    def install_uv(self) -> bool:
        """Whether uv, at the version and hashes of the lock, is there now."""
        wanted = self.environment.folder / "uv-requirement.txt"
        wanted.write_text(block("uv", LOCKS["lab"].read_text(encoding="utf-8")), encoding="utf-8")
        quick = ["--retries", "1", "--timeout", "20"]
        output = self.attempt(
            [*self.pip("install"), *quick, "--require-hashes", *wheels_only(), "-r", wanted]
        )
        if output is not None and self.source is None and is_offline(output):
            raise Problem(NO_NETWORK)
        return output is None

    def attempt(self, command: list[object]) -> str | None:
        """None if COMMAND succeeds, else its output. A full disk ends the set-up at once."""
        words = [str(word) for word in command]
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=str(HERE))
        if done.returncode == 0:
            return None
        output = done.stdout.decode(errors="replace")
        if is_full(output):
            raise Problem(no_space())
        return output

    def run(self, command: list[object]) -> None:
        """Run COMMAND, or raise the line that says why it failed."""
        output = self.attempt(command)
        if output is not None:
            raise Problem(explain(output, self.source))


def wheels_only() -> list[str]:
    """The options that forbid building from source, with the one exception that is needed."""
    # awslambdaric has wheels for Linux alone; elsewhere its source is pure Python and needs no compiler.
    return ["--only-binary", ":all:"] + ([] if sys.platform == "linux" else ["--no-binary", "awslambdaric"])


def block(name: str, lock: str) -> str:
    """The lines of one package in the text of a lock.

    >>> block("uv", "uv==1.0 \\n    --hash=sha256:00\nwcwidth==2\n")
    'uv==1.0 \\\n    --hash=sha256:00\n'
    """
    found = re.search(rf"^{re.escape(name)}==.*\n(?: +.*\n)*", lock, re.MULTILINE)
    return found.group() if found else ""


NO_NETWORK = (
    "No network: the packages cannot be fetched. Connect and run this again, or fetch them on another "
    "machine (bootstrap.py download FOLDER) and add --from FOLDER."
)


def explain(output: str, source: Path | None = None) -> str:
    """The one line for what pip or venv printed."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    last = lines[-1] if lines else "no reason was given"
    if is_full(output):
        return no_space()
    if source:
        return (
            f"{source} lacks what Python {platform.python_version()} on this system needs ({last}). "
            "Fill it on a machine of the same kind: bootstrap.py download FOLDER"
        )
    if is_offline(output):
        return NO_NETWORK
    if "DO NOT MATCH THE HASHES" in output:
        return "A package is not the one in the lock (its hash differs). Clear the cache: pip cache purge"
    return f"Installing failed: {last}"


def is_full(output: str) -> bool:
    """Whether the disk was full."""
    return any(sign in output for sign in ("No space left on device", "[Errno 28]", "os error 112"))


def is_offline(output: str) -> bool:
    """Whether no package server answered."""
    signs = (
        "ConnectionError",
        "NameResolutionError",
        "ConnectTimeout",
        "ReadTimeout",
        "ProxyError",
        "Max retries",
    )
    return any(sign in output for sign in signs)


def check_space(needed_mb: int) -> None:
    """Raise the line about the disk if fewer than NEEDED_MB are free."""
    if shutil.disk_usage(str(HERE)).free < needed_mb * 1_000_000:
        raise Problem(no_space(needed_mb))


def no_space(needed_mb: int = sum(SIZES_MB.values())) -> str:
    """The line about a full disk."""
    free = shutil.disk_usage(str(HERE)).free // 1_000_000
    return (
        f"No disk space: {free} MB are free at {HERE}; about {needed_mb} MB are needed. "
        "Free some and run this again."
    )


def write_if_new(path: Path, text: str) -> None:
    """Write PATH unless it holds TEXT already."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
