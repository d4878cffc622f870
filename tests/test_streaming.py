"""Responses that come in pieces: chunked, with an error, if any, after the last piece."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lambda_study.engine import LambdaService, deploy
from lambda_study.engine.runtimes.languages import missing

# A runtime on a bare socket. The event says what the chunks are, and what follows them.
RAW = """#!{python}
import json, os, socket
host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
connection = socket.create_connection((host, int(port)))
reader = connection.makefile("rb")

def answer():
    headers = {{}}
    while (line := reader.readline().strip()):
        name, _, value = line.decode().partition(": ")
        headers[name] = value
    return headers, reader.read(int(headers["Content-Length"]))

while True:
    connection.sendall(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\n\\r\\n")
    headers, event = answer()
    event = json.loads(event)
    path = f"/2018-06-01/runtime/invocation/{{headers['Lambda-Runtime-Aws-Request-Id']}}/response"
    head = f"POST {{path}} HTTP/1.1\\r\\nLambda-Runtime-Function-Response-Mode: streaming\\r\\n"
    connection.sendall(f"{{head}}Transfer-Encoding: chunked\\r\\n\\r\\n".encode())
    for chunk in event["chunks"]:
        connection.sendall(f"{{len(chunk):x}}\\r\\n{{chunk}}\\r\\n".encode())
    connection.sendall(f"0\\r\\n{{event['trailers']}}\\r\\n".encode())
    answer()
"""

STREAMS = """
export const handler = awslambda.streamifyResponse(async (event, stream, context) => {
  if (event.early) throw new TypeError("too early");
  for (const piece of event.pieces) {
    stream.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  if (event.late) throw new TypeError("zu spät");
  if (event.ends) stream.end();
});
"""


@pytest.fixture(scope="module")
def service() -> Iterator[LambdaService]:
    with LambdaService() as service:
        yield service


@pytest.fixture
def raw(service: LambdaService, tmp_path: Path):
    program = tmp_path / "bootstrap"
    program.write_text(RAW.format(python=sys.executable))
    program.chmod(0o755)
    return deploy(program, name="raw", service=service)


@pytest.fixture
def node(service: LambdaService, tmp_path: Path):
    if missing("node"):
        pytest.skip(missing("node"))
    (tmp_path / "streams.mjs").write_text(STREAMS)
    return deploy(f"{tmp_path}/streams.mjs:handler", service=service)


def test_the_chunks_of_a_raw_socket_are_joined(raw):
    result = raw.invoke({"chunks": ['{"n":', "1", "}"], "trailers": ""})
    assert result.ok and result.payload == {"n": 1}
    assert raw.invoke({"chunks": ["[]"], "trailers": ""}).payload == []


def test_trailers_tell_of_an_error_after_the_first_piece(raw):
    error = "eyJlcnJvclR5cGUiOiJMYXRlIn0="  # {"errorType":"Late"}
    trailers = f"Lambda-Runtime-Function-Error-Type: Late\r\nLambda-Runtime-Function-Error-Body: {error}\r\n"
    result = raw.invoke({"chunks": ["a piece"], "trailers": trailers})
    assert result.function_error == "Unhandled" and result.payload == {"errorType": "Late"}
    assert raw.invoke({"chunks": ["[]"], "trailers": "Other: 1\r\n"}).payload == []


@pytest.mark.parametrize("ends", [True, False])
def test_a_node_handler_answers_in_pieces(node, ends):
    pieces = ["grüße ", "in ", "Stücken"]
    first, second = (node.invoke({"pieces": pieces, "ends": ends}) for _ in range(2))
    assert first.payload == second.payload == "grüße in Stücken"
    assert not second.report.cold


@pytest.mark.parametrize(("event", "said"), [({"early": 1}, "too early"), ({"late": 1}, "zu spät")])
def test_an_error_of_a_streaming_node_handler_reaches_the_caller(node, event, said):
    result = node.invoke({"pieces": ["a", "b"], **event})
    assert result.function_error == "Unhandled"
    assert (result.payload["errorType"], result.payload["errorMessage"]) == ("TypeError", said)
    assert node.invoke({"pieces": ["fine"]}).payload == "fine"
