"""What an execution environment may use: descriptors, temporary files, CPU time, time for its init."""

from __future__ import annotations

import statistics

import psutil
import pytest
from engine_services import Deployer, wait_for

from lambda_study.engine import LambdaService
from lambda_study.engine.cpu_share import Meter
from lambda_study.engine.system import PortableSystem
from lambda_study.errors import BadInput

WORKS = """
    import time
    def handler(event, context):
        begun, spent = time.perf_counter(), time.process_time()
        while time.process_time() - spent < event:
            pass
        return time.perf_counter() - begun
"""


@pytest.fixture(scope="module")
def service():
    with LambdaService() as service:
        yield service


@pytest.fixture
def deployed(service, tmp_path):
    return Deployer(service, tmp_path)


def test_a_process_opens_1024_files_and_not_one_more(deployed):
    function = deployed("""
        import os
        def handler(event, context):
            opened = []
            try:
                while True:
                    opened.append(os.open("/dev/null", os.O_RDONLY))
            except OSError as error:
                return [error.errno, max(opened) + 1]
            finally:
                for descriptor in opened:
                    os.close(descriptor)
    """)
    assert function.invoke().payload == [24, 1024]


def test_programs_of_other_languages_have_the_same_number_of_files(service, tmp_path):
    from lambda_study.engine import deploy

    (tmp_path / "bootstrap").write_text(
        "#!/bin/sh\n"
        "url=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation\n"
        'id=$(curl -sD - -o /dev/null "$url/next" | tr -d "\\r" '
        '| sed -n "s/^Lambda-Runtime-Aws-Request-Id: //pI")\n'
        'curl -s -d "[$(ulimit -n), $(ulimit -c)]" "$url/$id/response"\n'
        'curl -s "$url/next"\n'
    )
    (tmp_path / "bootstrap").chmod(0o755)
    assert deploy(tmp_path / "bootstrap", service=service).invoke().payload == [1024, 0]


def test_more_in_tmp_than_the_function_has_is_told_after_the_invocation(deployed):
    function = deployed(
        """
        import tempfile
        def handler(event, context):
            with open(tempfile.gettempdir() + "/film", "wb") as file:
                file.truncate(event * 1024 * 1024)
    """
    )
    assert function.invoke(512).hints == ()
    (hint,) = function.invoke(513).hints
    assert hint.startswith("/tmp holds 513.0 MB, but the function has 512 MB") and "[Errno 28]" in hint


@pytest.mark.parametrize("ephemeral_mb", [511, 10_241])
def test_the_size_of_tmp_has_bounds(deployed, ephemeral_mb):
    with pytest.raises(BadInput, match=r"Choose 512 to 10,240\.") as caught:
        deployed(WORKS, ephemeral_mb=ephemeral_mb)
    assert f"Value '{ephemeral_mb}' at 'ephemeralStorage.size'" in caught.value.error.message


def test_cpu_time_grows_with_memory_when_asked_for(tmp_path):
    with LambdaService(cpu_share=True) as service:
        deployed = Deployer(service, tmp_path)
        took = {mb: deployed(WORKS, memory_mb=mb, timeout_s=30).invoke(0.05).payload for mb in (128, 885)}
    assert 0.05 / took[128] < 0.15
    assert 0.05 / took[885] < 0.75
    assert took[128] > 1.5 * took[885]


def test_waiting_costs_no_share_of_the_cpu(tmp_path):
    with LambdaService(cpu_share=True) as service:
        function = Deployer(service, tmp_path)(
            "import time\ndef handler(event, context):\n    time.sleep(0.1)"
        )
        durations = [function.invoke().report.duration_ms for _ in range(3)]
    assert 100 <= min(durations) < 200


def test_an_environment_that_was_stopped_for_its_share_is_killed_when_its_time_is_over(tmp_path):
    with LambdaService(cpu_share=True) as service:
        function = Deployer(service, tmp_path)(WORKS, timeout_s=1)
        assert function.invoke(30).report.status == "timeout"
        assert function.invoke(0).ok


def test_a_share_follows_the_bucket_and_not_the_moment():
    meter, used, now, ran = Meter(vcpus=0.25, used_s=0.0, now=0.0), 0.0, 0.0, []
    for _ in range(4000):
        runs = not meter.paused
        ran.append(runs)
        used, now = used + (0.02 if runs else 0.0), now + 0.02
        meter.paused = not meter.may_run(used, now)
    assert statistics.mean(ran) == pytest.approx(0.25, rel=0.01)


def test_a_share_needs_a_system_that_can_stop_processes():
    with pytest.raises(BadInput, match="needs a system that can stop processes"):
        LambdaService(cpu_share=True, system=PortableSystem())


def test_an_environment_that_waits_is_frozen_with_a_share_too(tmp_path):
    with LambdaService(cpu_share=True) as service:
        function = Deployer(service, tmp_path)("import os\ndef handler(event, context): return os.getpid()")
        pids = {function.invoke().payload for _ in range(3)}
        wait_for(lambda: psutil.Process(*pids).status() == psutil.STATUS_STOPPED)
        assert function.invoke().ok


@pytest.mark.more
def test_an_init_of_more_than_ten_seconds_is_repeated_under_the_functions_timeout(deployed):
    function = deployed(
        """
        import pathlib, tempfile, time
        tries = pathlib.Path(tempfile.gettempdir(), "tries")
        tries.write_text(tries.read_text() + "x" if tries.exists() else "x")
        if len(tries.read_text()) == 1:
            time.sleep(60)
        def handler(event, context):
            return len(tries.read_text())
    """,
        timeout_s=5,
    )
    result = function.invoke()
    assert (result.payload, result.report.init_ms) == (2, None)
    assert any(line.startswith("INIT_REPORT Init Duration: 10") for line in result.logs)
