"""Runs in place of a program that cannot be run: posts the reason as Lambda words it, and ends."""

from __future__ import annotations

import json
import os
import sys
import urllib.request


def main(text: str) -> None:
    """Post an init error with TEXT."""
    error = {"errorType": "Runtime.InvalidEntrypoint", "errorMessage": f"Error: {text}"}
    request = urllib.request.Request(
        f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/init/error",
        json.dumps(error).encode(),
        {"Lambda-Runtime-Function-Error-Type": error["errorType"]},
    )
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request)
    sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
