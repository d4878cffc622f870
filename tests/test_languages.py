"""Functions in other languages: the same promises for each, held by one handler a language."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from engine_services import service_for, wait_for

from lambda_study.engine import Function, LambdaService, deploy
from lambda_study.engine.runtimes.languages import TOOLS, missing
from lambda_study.errors import BadInput

SOURCES = Path(__file__).with_name("languages")


@dataclass(frozen=True)
class Language:
    """What is special about a language: where its handler is, and how its errors look."""

    handler: str
    spelling: str
    runtime: str
    error_type: str
    init_error_type: str
    trace: str = "stackTrace"
    first_frame: str = ""


LANGUAGES = {
    "node": Language(
        "index.mjs:handler",
        "index.handler",
        "nodejs24.x",
        "TypeError",
        "RangeError",
        "trace",
        "    at handler (file:///var/task/index.mjs:8:",
    ),
    "ruby": Language(
        "app.rb:handler",
        "app.handler",
        "ruby4.0",
        "Function<ArgumentError>",
        "Init<ArgumentError>",
        first_frame="/var/task/app.rb:8:in ",
    ),
    "java": Language(
        "Hello.java:handleRequest",
        "example.Hello::handleRequest",
        "java25",
        "java.lang.IllegalStateException",
        "java.lang.IllegalStateException",
        first_frame="example.Hello.handleRequest(Hello.java:20)",
    ),
    "csharp": Language(
        "Function.cs:Handler",
        "Function::Example.Function::Handler",
        "dotnet10",
        "InvalidOperationException",
        "InvalidOperationException",
        first_frame="at Example.Function.Handler ",
    ),
    "go": Language("main.go", "bootstrap", "provided.al2023", "errorString", "Runtime.HandlerNotFound"),
    "bash": Language(
        "function.sh:handler",
        "function.handler",
        "provided.al2023",
        "Function.ExitStatus3",
        "Runtime.ImportModuleError",
        first_frame="function.sh:10",
    ),
}
QUICK = ("node", "bash")
ALL = [name if name in QUICK else pytest.param(name, marks=pytest.mark.more) for name in LANGUAGES]
every_language = pytest.mark.parametrize("name", ALL, scope="module")
more = pytest.mark.more


@pytest.fixture(scope="module")
def service() -> Iterator[LambdaService]:
    with LambdaService() as service:
        yield service


@pytest.fixture
def language(name: str) -> Language:
    return LANGUAGES[name]


@pytest.fixture(scope="module")
def function(service: LambdaService, name: str) -> Function:
    """The handler of the language NAME, deployed once; skipped with the fix where a tool is missing."""
    if missing(name):
        pytest.skip(missing(name))
    return deploy(f"{SOURCES}/{LANGUAGES[name].handler}", name=name, service=service, timeout_s=20)


@pytest.fixture
def fresh(function: Function) -> Iterator[Function]:
    """The same function with no environment, and as it was afterwards."""
    before = function.configuration
    yield function
    function.update(timeout_s=before.timeout_s, environment={}, memory_mb=before.memory_mb)


@every_language
def test_a_handler_answers_in_its_own_process_again_and_again(function, language):
    first, second = function.invoke({"n": 1, "text": 'ü "quoted" \n'}), function.invoke({"n": [2, None, 1.5]})
    assert first.payload["greeting"] == "grüße €"
    assert first.payload["event"] == {"n": 1, "text": 'ü "quoted" \n'}
    assert second.payload["event"] == {"n": [2, None, 1.5]}
    assert [first.payload["count"], second.payload["count"]] == [1, 2]
    assert [first.report.cold, second.report.cold] == [True, False]
    assert (function.configuration.handler, function.configuration.runtime) == (
        language.spelling,
        language.runtime,
    )


@every_language
def test_a_handler_knows_its_invocation(function):
    result = function.invoke()
    assert result.payload["id"] == result.report.request_id
    assert result.payload["name"] == function.name
    assert 0 < result.payload["left"] <= 20_000


@every_language
def test_what_a_handler_prints_stands_between_start_and_end(function):
    start, *printed, end, report = function.invoke().logs[-4:]
    assert start.startswith("START ") and end.startswith("END ") and report.startswith("REPORT ")
    assert len(printed) == 1 and printed[0].endswith("gedruckt: ü€")


@every_language
def test_an_error_has_its_type_its_message_and_the_line_that_raised(function, language):
    result = function.invoke({"do": "raise"})
    assert result.function_error == "Unhandled"
    assert result.payload["errorType"] == language.error_type
    assert result.payload["errorMessage"] in ("böse", "handler returned 3")
    trace = result.payload.get(language.trace, [])
    assert any(line.startswith(language.first_frame) for line in trace) or not language.first_frame
    assert function.invoke().ok and not function.invoke().report.cold


@more
@every_language
def test_an_event_of_a_megabyte_arrives_and_comes_back(function):
    text = "ü" + "x" * 1_000_000
    assert function.invoke({"text": text}).payload["event"] == {"text": text}


@more
@every_language
def test_a_handler_that_takes_too_long_is_stopped(fresh):
    fresh.update(timeout_s=1)
    result = fresh.invoke({"do": "sleep"})
    assert result.payload["errorType"] == "Sandbox.Timedout"
    assert result.report.status == "timeout"
    assert fresh.update(timeout_s=20).invoke().payload["count"] == 1


@more
@every_language
def test_an_init_that_fails_is_told_to_the_caller(fresh, language):
    fresh.update(environment={"FAIL_INIT": "1"})
    result = fresh.invoke()
    assert result.payload["errorType"] == language.init_error_type
    assert result.payload["errorMessage"]
    assert any(line.startswith("INIT_REPORT ") for line in result.logs)


@more
@every_language
def test_a_handler_that_fills_the_memory_is_stopped(fresh):
    result = fresh.invoke({"do": "fill"})
    assert result.payload["errorType"] == "Runtime.OutOfMemory"
    assert fresh.invoke().ok


@more
@pytest.mark.parametrize("name", ["java"], scope="module")
def test_java_ends_at_its_heap_where_the_rest_of_the_memory_holds_the_jvm(fresh):
    result = fresh.update(memory_mb=512).invoke({"do": "fill"})
    assert result.payload["errorType"] == "java.lang.OutOfMemoryError"
    assert result.report.max_memory_mb > 400


@more
@every_language
def test_an_environment_is_frozen_between_invocations(function, service):
    function.invoke()
    (environment,) = service.deployed(function.name).environments()
    tree = [psutil.Process(environment.pid), *psutil.Process(environment.pid).children(recursive=True)]
    wait_for(lambda: all(process.status() == psutil.STATUS_STOPPED for process in tree))
    assert function.invoke().ok


@more
@pytest.mark.parametrize("name", ["go"], scope="module")
def test_a_panic_of_go_has_a_trace_and_ends_the_process(fresh):
    result = fresh.invoke({"do": "panic"})
    assert result.payload["errorMessage"] == "böse"
    assert {"path": "function/main.go", "line": 34, "label": "handler"} in result.payload["stackTrace"]
    assert fresh.invoke().payload["count"] == 1


@pytest.mark.parametrize("name", QUICK)
def test_a_log_is_whole_where_the_system_gives_no_extras(name):
    if missing(name):
        pytest.skip(missing(name))
    with service_for("pure-portable") as service:
        function = deploy(f"{SOURCES}/{LANGUAGES[name].handler}", service=service)
        logs = [function.invoke().logs[-3] for _ in range(3)]
    assert [line.endswith("gedruckt: ü€") for line in logs] == [True] * 3


# -- what is told before anything starts


def refusal(*arguments: object, **options: object) -> str:
    with pytest.raises(BadInput) as caught:
        deploy(*arguments, **options)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_missing_tool_is_one_line_with_the_fix(name, monkeypatch):
    monkeypatch.setenv("PATH", os.devnull)
    told = refusal(f"{SOURCES}/{LANGUAGES[name].handler}")
    assert told == missing(name)
    assert told.startswith(f"{TOOLS[name][0].program} is not installed here. Install ")


@pytest.mark.parametrize("file", ["index.mjs:handlr", "app.rb:handlr", "function.sh:handlr"])
def test_a_handler_that_the_file_never_mentions_is_told(file):
    assert refusal(f"{SOURCES}/{file}").startswith(f'"{file.partition(":")[0]}" has no "handlr".')


@more
@pytest.mark.parametrize(
    ("name", "file", "source", "told"),
    [
        (
            "java",
            "A.java:run",
            "class A { void run() { int n = 1 } }",
            "javac cannot build it: A.java:1: error:",
        ),
        ("csharp", "A.cs:Run", "class A { void Run() { int n = 1 } }", "mcs cannot build it: A.cs(1,"),
        ("go", "main.go", "package main\nfunc main() { n := 1 }", "go cannot build it: main.go:2:"),
    ],
)
def test_a_source_that_does_not_compile_is_one_line(tmp_path, name, file, source, told):
    if missing(name):
        pytest.skip(missing(name))
    (tmp_path / file.partition(":")[0]).write_text(source)
    assert refusal(f"{tmp_path}/{file}").startswith(told)
