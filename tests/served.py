"""A cloud that `lambda-study serve` keeps open in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager


class Served:
    """The process, and the environment variables that it has told."""

    def __init__(self, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lambda_study", "serve", "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.variables = dict(self._told())

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a shell after the lines were pasted into it."""
        return {**os.environ, **self.variables}

    def post(self, page: str) -> str:
        """Post to one of the cloud's own pages and return what it says."""
        return self._ask(page, "POST")

    def get(self, page: str) -> str:
        return self._ask(page, "GET")

    def stop(self, number: int = signal.SIGINT) -> int:
        """Stop it as Ctrl-C does, and return its exit status."""
        self.process.send_signal(number)
        self.process.communicate(timeout=30)
        return self.process.returncode

    def _told(self) -> Iterator[tuple[str, str]]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            found = re.fullmatch(r"export (\w+)=(.*)\n", line)
            if found is None:
                return
            yield found[1], found[2]

    def _ask(self, page: str, method: str) -> str:
        url = f"{self.variables['AWS_ENDPOINT_URL']}/_lambda-study/{page}"
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=60) as answer:
            return answer.read().decode()


@contextmanager
def served(*options: str) -> Iterator[Served]:
    """A cloud that is stopped when the block ends."""
    cloud = Served(*options)
    try:
        yield cloud
    finally:
        if cloud.process.poll() is None:
            cloud.stop()
