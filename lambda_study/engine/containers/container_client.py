"""Runs `docker run` or `podman run`, and removes the container when this process ends, however it ends.

It runs as `python -I -S container_client.py OPTIONS` with the container's variables in its environment. A
client that is killed leaves its container running: so a second process, which no signal to this one reaches,
waits for the end of a pipe and then removes the container.
"""

# It is a script that must start fast: it imports nothing of this package.

from __future__ import annotations

import json
import os
import subprocess
import sys

TYPE_CHECKING = False  # the module typing is slow to import
if TYPE_CHECKING:
    from typing import Any

MARKER = "LAMBDA_STUDY_ENVIRONMENT"  # of the processes that the engine kills: the remover must outlive them


def main(options: dict[str, Any]) -> int:
    """Run the container and return its exit status."""
    variables = dict(os.environ)
    variables.pop(MARKER, None)
    api = variables["AWS_LAMBDA_RUNTIME_API"].replace("127.0.0.1", options["api_host"])
    variables["AWS_LAMBDA_RUNTIME_API"] = api
    client_variables = options["variables"]
    _start_remover(options["remove"], client_variables)
    passed = [word for name, value in variables.items() for word in ("--env", f"{name}={value}")]
    command = [*options["run"], *passed, *options["image"]]
    return subprocess.run(command, env=client_variables, stdin=subprocess.DEVNULL).returncode


def _start_remover(remove: list[str], variables: dict[str, str]) -> None:
    """Start the remover as a child of nobody; it runs REMOVE when the pipe, which we keep, ends."""
    read, write = os.pipe()
    if os.fork() == 0:
        os.close(write)
        script = 'read -r line; exec "$@" >/dev/null 2>&1'
        subprocess.Popen(
            ["/bin/sh", "-c", script, "remover", *remove],
            env=variables,
            stdin=read,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os._exit(0)
    os.close(read)
    os.wait()


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
