"""What may be deployed besides Python: programs, folders and archives, and the runtime they are taken for."""

from __future__ import annotations

import stat
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lambda_study.engine import LambdaService, deploy
from lambda_study.engine.packaging import package_of
from lambda_study.engine.runtimes.languages import missing
from lambda_study.errors import BadInput

# A whole runtime in Python: it answers every event with the files of its package.
PROGRAM = f"""#!{sys.executable}
import json, os, urllib.request as http
root = f"http://{{os.environ['AWS_LAMBDA_RUNTIME_API']}}/2018-06-01/runtime/invocation/"
while True:
    with http.urlopen(root + "next") as event:
        request_id = event.headers["Lambda-Runtime-Aws-Request-Id"]
    body = json.dumps(sorted(os.listdir())).encode()
    http.urlopen(root + request_id + "/response", body).close()
"""


@pytest.fixture(scope="module")
def service() -> Iterator[LambdaService]:
    with LambdaService() as service:
        yield service


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A folder "club" with a program named bootstrap and a file beside it."""
    folder = tmp_path / "club"
    folder.mkdir()
    (folder / "bootstrap").write_text(PROGRAM)
    (folder / "bootstrap").chmod(0o755)
    (folder / "data.txt").write_text("photos")
    return folder


def zipped(folder: Path, mode: int = 0o755) -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.iterdir():
            entry = zipfile.ZipInfo(file.name)
            entry.external_attr = (stat.S_IFREG | mode) << 16
            archive.writestr(entry, file.read_bytes())
    return path


def refusal(handler: str) -> str:
    with pytest.raises(BadInput) as caught:
        package_of(handler)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_folder_with_a_program_is_a_function_of_the_folder_s_name(program, service):
    function = deploy(str(program), service=service)
    assert (function.name, function.configuration.runtime) == ("club", "provided.al2023")
    assert function.invoke().payload == ["bootstrap", "data.txt"]


def test_a_program_alone_is_a_package_of_one_file(program, service):
    assert deploy(program / "bootstrap", name="alone", service=service).invoke().payload == ["bootstrap"]


def test_a_zip_keeps_which_files_are_programs(program, service):
    function = deploy(f"{zipped(program)}:any.handler", service=service)
    assert function.invoke().payload == ["bootstrap", "data.txt"]


def test_a_program_that_may_not_be_run_fails_its_init_as_on_lambda(program, service):
    result = deploy(f"{zipped(program, 0o644)}:any.handler", name="no-x", service=service).invoke()
    assert result.payload["errorType"] == "Runtime.InvalidEntrypoint"
    assert "fork/exec /var/task/bootstrap: permission denied" in result.payload["errorMessage"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("#!/bin/nowhere\n", "no such file or directory"), ("no program\n", "exec format error")],
)
def test_a_program_that_this_machine_cannot_run_says_why(program, service, text, said):
    (program / "bootstrap").write_text(text)
    result = deploy(str(program), name="cannot", service=service).invoke()
    assert result.payload["errorType"] == "Runtime.InvalidEntrypoint"
    assert result.payload["errorMessage"].endswith(f"fork/exec /var/task/bootstrap: {said}")


def test_a_folder_without_a_program_is_told_in_one_line(program):
    (program / "bootstrap").chmod(0o644)
    assert f"Run chmod +x {program}/bootstrap." in refusal(str(program))
    (program / "bootstrap").unlink()
    assert f'Add one, or write "{program}:module.function".' in refusal(str(program))


@pytest.mark.parametrize(
    ("files", "handler", "runtime"),
    [
        (["index.mjs"], "index.handler", "nodejs24.x"),
        (["src/app.cjs"], "src/app.handler", "nodejs24.x"),
        (["app.rb"], "app.Club.handler", "ruby4.0"),
        (["example/Hello.class"], "example.Hello::handleRequest", "java25"),
        (["Club.dll"], "Club::Club.Function::Handler", "dotnet10"),
        (["bootstrap"], "any.handler", "provided.al2023"),
        (["app.py"], "app.handler", ""),
    ],
)
def test_the_runtime_of_many_files_is_that_of_the_handler_s(tmp_path, files, handler, runtime):
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    package = package_of(f"{tmp_path}:{handler}")
    assert (package.runtime, package.handler, sorted(package.files)) == (runtime, handler, files)


@pytest.mark.parametrize(
    ("runtime", "said"),
    [
        ("nodejs14.x", "is not for new functions since 2024-01-09. Use nodejs24.x."),
        ("go1.x", "is not for new functions since 2024-02-08. Use provided.al2023."),
        ("dotnetcore3.1", "is not for new functions since 2023-04-03. Use dotnet10."),
        ("dotnet9", "is for container images only. Use dotnet10."),
        ("nodejs22", "is unknown. The nearest is nodejs22.x. Supported are nodejs24.x,"),
    ],
)
def test_a_runtime_that_new_functions_may_not_name_is_told_with_another(program, service, runtime, said):
    with pytest.raises(BadInput) as caught:
        deploy(str(program), runtime=runtime, service=service)
    assert str(caught.value).startswith(f'runtime="{runtime}" {said}')


def test_a_folder_of_modules_is_loaded_whole(tmp_path, service):
    if missing("node"):
        pytest.skip(missing("node"))
    (tmp_path / "index.js").write_text(
        "const { two } = require('./lib/two');\nexports.run = async () => two;\n"
    )
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "two.js").write_text("exports.two = 2;\n")
    assert deploy(f"{tmp_path}:index.run", runtime="nodejs22.x", service=service).invoke().payload == 2


@pytest.mark.parametrize(
    ("source", "error_type", "said"),
    [
        ("export const other = 1; // handler", "Runtime.HandlerNotFound", "index.handler is undefined"),
        ("export const handler = (", "Runtime.UserCodeSyntaxError", "Unexpected end of input"),
        ("import './nowhere.mjs'; // handler", "Runtime.ImportModuleError", "Cannot find module"),
    ],
)
def test_a_node_module_that_cannot_be_loaded_is_told_as_on_lambda(
    tmp_path, service, source, error_type, said
):
    if missing("node"):
        pytest.skip(missing("node"))
    (tmp_path / "index.mjs").write_text(source)
    result = deploy(f"{tmp_path}/index.mjs:handler", service=service).invoke()
    assert result.payload["errorType"] == error_type
    assert said in result.payload["errorMessage"]


@pytest.mark.parametrize(
    ("body", "payload"),
    [
        ("(event, context, done) => { setTimeout(() => done(null, event.n + 1), 1); }", 42),
        ("(event) => event.n", 41),
        ("async () => {}", None),
    ],
)
def test_a_node_handler_may_call_back_return_or_return_nothing(tmp_path, service, body, payload):
    if missing("node"):
        pytest.skip(missing("node"))
    (tmp_path / "index.mjs").write_text(f"export const handler = {body};\n")
    assert deploy(f"{tmp_path}/index.mjs:handler", service=service).invoke({"n": 41}).payload == payload
