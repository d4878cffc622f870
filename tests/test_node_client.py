"""AWS's own runtime client for Node.js, from npm, against our Runtime API."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lambda_study.engine import LambdaService, deploy
from lambda_study.engine.runtimes.languages import missing

pytestmark = pytest.mark.more
CLIENT = "aws-lambda-ric@4.0.2"
# The client's native part has to be compiled; these lines of JavaScript take its place.
NATIVE = """
const http = require("node:http");
const Module = require("node:module");
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const call = (method, where, body) => new Promise((resolve, reject) => {
  const path = `/2018-06-01/runtime/invocation/${where}`;
  const request = http.request({ host, port, agent, method, path }, (response) => {
    let bodyJson = "";
    response.setEncoding("utf-8").on("data", (chunk) => (bodyJson += chunk));
    response.on("end", () => resolve({ bodyJson, headers: response.headers }));
  });
  request.on("error", reject).end(body);
});
let posted;
const client = {
  initializeClient() {},
  next: async () => (await posted, call("GET", "next")),
  done: (id, body) => { posted = call("POST", `${id}/response`, body); },
  error: (id, body) => { posted = call("POST", `${id}/error`, body); },
};
const load = Module._load;
Module._load = (name, ...rest) => (name.endsWith("rapid-client.node") ? client : load(name, ...rest));
"""
HANDLER = """
let count = 0;
export const handler = async (event, context) => {
  console.log("gedruckt: ü€");
  if (event.bad) throw new TypeError("böse");
  return { greeting: "grüße", event, count: ++count, id: context.awsRequestId };
};
export const pieces = awslambda.streamifyResponse(async (event, stream) => {
  for (const piece of ["eins ", "zwei ", "drei"]) stream.write(piece);
  stream.end();
});
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of AWS's client, without the part that would be compiled."""
    if missing("node"):
        pytest.skip(missing("node"))
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed here, which brings AWS's client for Node.js")
    folder = tmp_path_factory.mktemp("client")
    done = subprocess.run(["npm", "pack", CLIENT], cwd=folder, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        pytest.skip(f"npm cannot bring {CLIENT}: {done.stderr.strip().splitlines()[-1:]}")
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    (folder / "native.cjs").write_text(NATIVE)
    return folder


@pytest.fixture
def package(client: Path, tmp_path: Path) -> Path:
    bootstrap = tmp_path / "bootstrap"
    files = f"--require {client}/native.cjs {client}/package/index.mjs"
    bootstrap.write_text(f'#!/bin/sh\nexec node {files} "$_HANDLER"\n')
    bootstrap.chmod(0o755)
    (tmp_path / "index.mjs").write_text(HANDLER)
    return tmp_path


@pytest.fixture
def service() -> Iterator[LambdaService]:
    with LambdaService() as service:
        yield service


def test_the_client_of_aws_answers_errs_and_goes_on(service, package):
    function = deploy(f"{package}:index.handler", runtime="provided.al2023", service=service)
    first, bad, last = (function.invoke(event) for event in ({"n": 1}, {"bad": 1}, {"text": "x" * 1_000_000}))
    assert first.payload["event"] == {"n": 1} and first.payload["id"] == first.report.request_id
    assert any(line.endswith("INFO\tgedruckt: ü€") for line in first.logs)
    assert (bad.payload["errorType"], bad.payload["errorMessage"]) == ("TypeError", "böse")
    assert (last.payload["count"], len(last.payload["event"]["text"])) == (2, 1_000_000)


def test_the_client_of_aws_streams(service, package):
    function = deploy(f"{package}:index.pieces", runtime="provided.al2023", service=service)
    assert [function.invoke().payload for _ in range(2)] == ["eins zwei drei"] * 2


def test_the_client_of_aws_tells_of_a_missing_module(service, package):
    function = deploy(f"{package}:nowhere.handler", runtime="provided.al2023", service=service)
    assert function.invoke().payload["errorType"] == "Runtime.ImportModuleError"
