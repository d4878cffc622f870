"""What goes wrong in a handler, in its module, or with its limits, and what is left afterwards."""

from __future__ import annotations

import sys
import zipfile

import psutil
import pytest
from engine_services import Deployer, counting_ids, gone, wait_for

from lambda_study.engine import LambdaService, ServiceError, deploy, limits
from lambda_study.errors import BadInput


@pytest.fixture(scope="module")
def service():
    with LambdaService(ids=counting_ids()) as service:
        yield service


@pytest.fixture
def deployed(service, tmp_path):
    return Deployer(service, tmp_path)


def zipped(folder, name="app.zip", **files):
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in files.items():
            archive.writestr(f"{member}.py", text)
    return path


GREEDY = """
    def handler(event, context):
        held = []
        while True:
            held.append(b"x" * 1_000_000)
"""


def test_more_memory_than_configured_kills_the_process(deployed):
    result = deployed(GREEDY, memory_mb=128, timeout_s=30).invoke()
    assert result.payload["errorType"] == "Runtime.OutOfMemory"
    assert result.payload["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")
    assert (result.report.status, result.report.error_type) == ("error", "Runtime.OutOfMemory")
    assert result.report.max_memory_mb == result.report.memory_mb == 128


def test_memory_of_child_processes_counts(deployed):
    function = deployed(
        """
        import subprocess, sys
        def handler(event, context):
            subprocess.run([sys.executable, "-c", "x = b'x' * 200_000_000; import time; time.sleep(60)"])
    """,
        timeout_s=30,
    )
    assert function.invoke().payload["errorType"] == "Runtime.OutOfMemory"


def test_max_memory_used_is_what_the_process_held_at_most(deployed):
    function = deployed(
        """
        def handler(event, context):
            return len(b"x" * event["bytes"])
    """,
        memory_mb=512,
    )
    small = function.invoke({"bytes": 1}).report.max_memory_mb
    large = function.invoke({"bytes": 100 * 1024 * 1024}).report.max_memory_mb
    after = function.invoke({"bytes": 1}).report.max_memory_mb
    assert 5 < small < 40
    assert small + 95 <= large <= small + 110
    assert after == large


def test_a_fresh_process_after_out_of_memory_works(deployed):
    function = deployed("""
        def handler(event, context):
            return len(b"x" * event["bytes"])
    """)
    assert not function.invoke({"bytes": 300_000_000}).ok
    again = function.invoke({"bytes": 1})
    assert again.payload == 1 and again.report.init_ms is None


def test_a_child_that_opened_a_session_of_its_own_dies_with_a_time_out(deployed, tmp_path):
    function = deployed(
        """
        import pathlib, subprocess, time
        def handler(event, context):
            child = subprocess.Popen(["sleep", "600"], start_new_session=True)
            pathlib.Path(event["pid_file"]).write_text(str(child.pid))
            time.sleep(600)
    """,
        timeout_s=1,
    )
    function.invoke({"pid_file": str(tmp_path / "pid")})
    wait_for(lambda: gone(int((tmp_path / "pid").read_text())))


def test_a_child_that_nobody_is_parent_of_dies_with_the_function(deployed, tmp_path):
    function = deployed("""
        import subprocess
        def handler(event, context):
            subprocess.run(["sh", "-c", "setsid sleep 600 >/dev/null 2>&1 & echo $! > " + event["pid_file"]])
    """)
    assert function.invoke({"pid_file": str(tmp_path / "pid")}).ok
    pid = int((tmp_path / "pid").read_text())
    assert psutil.pid_exists(pid)
    function.close()
    wait_for(lambda: gone(pid))


def test_an_exception_in_module_code_runs_twice_and_is_the_payload(deployed):
    result = deployed("""
        print("loading")
        raise RuntimeError("no configuration")
        def handler(event, context): ...
    """).invoke()
    assert (result.payload["errorType"], result.payload["errorMessage"]) == (
        "RuntimeError",
        "no configuration",
    )
    assert result.payload["requestId"] == ""
    assert f"/var/task/{result.report.function_name}.py" in result.payload["stackTrace"][-1]
    assert result.logs.count("loading") == 2
    kinds = [line.split(" ")[0] for line in result.logs if line[:1].isupper() and "_" in line.split(" ")[0]]
    assert kinds == ["INIT_START", "INIT_REPORT", "INIT_REPORT"]
    assert (result.report.status, result.report.error_type, result.report.init_ms) == (
        "error",
        "Runtime.Unknown",
        None,
    )


def test_a_module_that_is_missing_is_an_import_module_error(deployed):
    function = deployed("import nowhere_to_be_found\ndef handler(event, context): ...")
    result = function.invoke()
    assert result.payload["errorType"] == "Runtime.ImportModuleError"
    assert result.payload["errorMessage"] == (
        f"Unable to import module '{function.name}': No module named 'nowhere_to_be_found'"
    )
    assert result.report.error_type == "Runtime.ImportModuleError"


def test_a_syntax_error_is_reported_with_its_line(deployed):
    function = deployed("def handler(event, context):\n    return (\n")
    result = function.invoke()
    assert result.payload["errorType"] == "Runtime.UserCodeSyntaxError"
    assert f'File "/var/task/{function.name}.py" Line 2' in result.payload["stackTrace"][0]


def test_a_failed_init_is_tried_again_by_the_next_invocation(deployed, tmp_path):
    function = deployed(f"""
        import pathlib
        assert pathlib.Path({str(tmp_path / "ready")!r}).exists(), "not ready"
        def handler(event, context):
            return "ready"
    """)
    assert function.invoke().payload["errorMessage"] == "not ready"
    (tmp_path / "ready").touch()
    assert function.invoke().payload == "ready"


def test_a_process_that_ends_in_module_code_is_an_exit_error(deployed):
    result = deployed("import sys\nsys.exit(4)\ndef handler(event, context): ...").invoke()
    assert result.payload["errorType"] == "Runtime.ExitError"
    assert result.payload["errorMessage"].endswith("Runtime exited with error: exit status 4")


def test_a_handler_without_two_arguments_is_refused_before_anything_starts(deployed):
    with pytest.raises(BadInput) as caught:
        deployed("def handler(event): return 1")
    assert str(caught.value) == (
        "handler takes 1 argument, but Lambda calls it with two. Write def handler(event, context)."
    )


def test_a_handler_that_slips_through_gets_the_type_error_of_lambda(service, tmp_path):
    archive = zipped(tmp_path, app="def handler(event): return 1")
    result = deploy(f"{archive}:app.handler", name="slipped", service=service).invoke()
    assert result.payload["errorType"] == "TypeError"
    assert result.payload["errorMessage"] == "handler() takes 1 positional argument but 2 were given"
    assert "/var/runtime/awslambdaric/bootstrap.py" in result.payload["stackTrace"][0]


def test_a_module_named_json_shadows_nothing_that_the_runtime_needs(service, tmp_path):
    archive = zipped(
        tmp_path,
        app="import logging\ndef handler(event, context): logging.warning('fine'); return event",
        json="raise SystemExit('shadowed')",
        traceback="raise SystemExit('shadowed')",
    )
    result = deploy(f"{archive}:app.handler", name="shadow", service=service).invoke({"n": 1})
    assert result.payload == {"n": 1}
    assert any(line.startswith("[WARNING]") and line.endswith("fine") for line in result.logs)


def test_a_package_imports_its_own_modules_and_reads_its_own_files(service, tmp_path):
    archive = zipped(
        tmp_path,
        **{
            "pkg/__init__": "",
            "pkg/app": "import os, pathlib\nfrom pkg.part import double\n"
            "def handler(event, context):\n"
            "    return [double(2), pathlib.Path(__file__).exists(), os.path.exists('pkg')]",
            "pkg/part": "def double(n): return 2 * n",
        },
    )
    result = deploy(f"{archive}:pkg/app.handler", name="parts", service=service).invoke()
    assert result.payload == [4, True, True]


def test_a_response_above_six_megabytes_is_refused_and_costs_the_process(deployed):
    function = deployed("""
        import os
        def handler(event, context):
            return "x" * event["size"] if event else os.getpid()
    """)
    before = function.invoke().payload
    result = function.invoke({"size": 7_000_000})
    assert result.payload == {
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
        "errorType": "Function.ResponseSizeTooLarge",
    }
    log = "\n".join(result.logs)
    assert (
        'File "/var/runtime/awslambdaric/__main__.py", line ' in log and "RuntimeError: Failed to post" in log
    )
    assert sys.prefix not in log and "boot_python" not in log and "transport" not in log
    assert function.invoke().payload != before


@pytest.mark.parametrize("size", [limits.RESPONSE_BYTES, limits.RESPONSE_BYTES + 1])
def test_a_response_may_have_6291556_bytes_and_not_one_more(deployed, size):
    result = deployed(f"def handler(event, context): return 'x' * {size - 2}").invoke()  # and two quotes
    assert limits.RESPONSE_BYTES == 6_291_556 and result.ok == (size == limits.RESPONSE_BYTES)
    assert result.ok or result.payload["errorType"] == "Function.ResponseSizeTooLarge"


def test_an_event_above_six_megabytes_is_refused_by_the_service(deployed):
    with pytest.raises(ServiceError) as caught:
        deployed("def handler(event, context): ...").invoke("x" * 6_291_455)
    assert (caught.value.status, caught.value.code) == (413, "RequestEntityTooLargeException")


def test_an_event_of_six_megabytes_goes_through(deployed):
    function = deployed("def handler(event, context): return len(event)", timeout_s=30)
    assert function.invoke("x" * 6_291_454).payload == 6_291_454


def test_an_event_of_one_megabyte_may_be_asynchronous_and_no_byte_more():
    limits.check_event_size(bytes(1_048_576), asynchronous=True)
    with pytest.raises(ServiceError, match=r"too large for the Event invocation type .limit 1048576 bytes"):
        limits.check_event_size(bytes(1_048_577), asynchronous=True)


def test_what_cannot_be_marshalled_is_a_marshal_error(deployed):
    result = deployed("def handler(event, context): return {1, 2}").invoke()
    assert result.payload["errorType"] == "Runtime.MarshalError"


def test_background_threads_stand_still_between_invocations(deployed):
    function = deployed("""
        import threading, time
        ticks = 0
        def tick():
            global ticks
            while True:
                ticks += 1
                time.sleep(0.001)
        threading.Thread(target=tick, daemon=True).start()
        def handler(event, context):
            if event.get("wait"):
                time.sleep(0.1)
            return ticks
    """)
    ticks = [function.invoke(event).payload for event in ({}, {"wait": True})]
    process = psutil.Process(function_pid(function))
    assert ticks[1] > ticks[0] + 10
    wait_for(lambda: process.status() == psutil.STATUS_STOPPED)


def function_pid(function):
    return function._service._functions[function.name].environments()[0].pid


def test_a_process_that_was_killed_while_idle_is_replaced(deployed):
    function = deployed("def handler(event, context): return 'here'")
    function.invoke()
    pid = function_pid(function)
    psutil.Process(pid).kill()
    wait_for(lambda: psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    assert function.invoke().payload == "here"


def test_a_handler_sees_no_variable_of_the_host_and_no_way_to_aws(deployed, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_HOST", "1")
    monkeypatch.setenv("AWS_PROFILE", "production")
    function = deployed(
        "import os\ndef handler(event, context): return dict(os.environ)", environment={"STAGE": "x"}
    )
    seen = function.invoke().payload
    assert seen["STAGE"] == "x" and seen["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "128"
    assert seen["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9" and seen["AWS_CONFIG_FILE"] == "/dev/null"
    assert seen["AWS_EC2_METADATA_DISABLED"] == "true"
    assert not {"SECRET_OF_THE_HOST", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"} & set(seen)


def test_reserving_zero_throttles_every_invocation(deployed):
    function = deployed("def handler(event, context): ...")
    function.invoke()
    function.update(reserved_concurrency=0)
    with pytest.raises(ServiceError, match="Rate Exceeded") as caught:
        function.invoke()
    assert (caught.value.status, caught.value.code) == (429, "TooManyRequestsException")
    function.update(reserved_concurrency=None)
    assert not function.invoke().report.cold


def test_request_ids_and_the_text_of_a_result_follow_the_ids_given(tmp_path):
    with LambdaService(ids=counting_ids()) as service:
        result = Deployer(service, tmp_path)("def handler(event, context): return event").invoke({"n": 1})
    lines = repr(result).splitlines()
    assert lines[1] == "START RequestId: 00000001 Version: $LATEST"
    assert lines[-1] == "-> {'n': 1}"


def test_an_invocation_that_fails_has_a_report_too(deployed):
    function = deployed("def handler(event, context):\n    return 1 / event")
    results = [function.invoke(event) for event in (0, 1)]
    assert [result.ok for result in results] == [False, True]
    assert function.reports == tuple(result.report for result in results)


def test_a_real_time_signal_ends_a_process_by_its_number(deployed):
    result = deployed("import os\ndef handler(event, context): os.kill(os.getpid(), 40)").invoke()
    assert result.payload["errorMessage"].endswith("Runtime exited with error: signal: signal 40")


def test_a_response_of_another_request_is_refused(deployed):
    function = deployed("""
        import os, urllib.error, urllib.request
        def handler(event, context):
            url = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation/other/"
            return [post(url + kind) for kind in ("response", "error")]
        def post(url):
            try:
                return urllib.request.urlopen(url, data=b"{}").status
            except urllib.error.HTTPError as error:
                return error.code
    """)
    assert function.invoke().payload == [400, 400]
