"""A function that is deployed again is new to its caller, and what it was leaves no files."""

from __future__ import annotations

import threading

import pytest
from engine_services import wait_for

from lambda_study.engine import LambdaService, deploy
from lambda_study.errors import BadInput

HELD = """
import pathlib, time
def handler(event, context):
    here = pathlib.Path(event["folder"])
    (here / "begun").touch()
    while not (here / "go").exists():
        time.sleep(0.001)
    return "old"
"""
WELL = "def handler(event, context): return 'well'"


@pytest.fixture
def service():
    with LambdaService(concurrency_limit=2) as service:
        yield service


@pytest.fixture
def deployed(service, tmp_path):
    def deployed(source, **options):
        path = tmp_path / "app.py"
        path.write_text(source)
        return deploy(f"{path}:handler", service=service, **options)

    return deployed


@pytest.fixture
def caller(tmp_path):
    """Starts an invocation that stays busy until it is told to end."""
    results, threads = [], []

    def call(function):
        event = {"folder": str(tmp_path)}
        threads.append(threading.Thread(target=lambda: results.append(function.invoke(event))))
        threads[0].start()
        wait_for((tmp_path / "begun").exists)

    def end():
        (tmp_path / "go").touch()
        threads[0].join()
        return results[0]

    call.end = end
    return call


def packages(service):
    return [path.name for path in service._folder.iterdir() if "-task-" in path.name]


def test_a_function_that_is_deployed_again_begins_at_environment_1_without_reports(deployed):
    for _ in range(2):
        function = deployed(WELL)
        results = function.invoke_all([{}] * 2)
        assert [result.environment for result in results] == ["environment 1", "environment 2"]
        assert len(function.reports) == 2


def test_an_update_keeps_reports_and_numbers(deployed):
    function = deployed(WELL)
    function.invoke()
    assert function.update(memory_mb=256).invoke().environment == "environment 2"
    assert len(function.reports) == 2


def test_what_was_busy_when_its_function_was_deployed_again_still_counts(deployed, caller):
    caller(deployed(HELD, timeout_s=60))
    function = deployed(WELL)
    assert function.invoke().environment == "environment 1"
    assert [result.status for result in function.invoke_all([{}] * 2)] == [200, 429]
    assert caller.end().payload == "old"
    assert [result.status for result in function.invoke_all([{}] * 2)] == [200, 200]
    assert len(function.reports) == 4


def test_a_function_with_versions_goes_on_counting(deployed):
    function = deployed(WELL)
    function.alias("live", function.publish_version())
    assert function.invoke(qualifier="live").environment == "environment 1"
    function = deployed(WELL, memory_mb=256)
    assert function.invoke().environment == "environment 2"
    again = function.invoke(qualifier="live")
    assert (again.environment, again.report.cold) == ("environment 1", False)


def test_deploying_again_sets_what_deploy_takes_and_keeps_what_the_function_was_told(tmp_path):
    (tmp_path / "app.py").write_text(WELL)
    with LambdaService() as service:
        queue = "arn:aws:sqs:us-east-1:123456789012:dead"
        options = {"reserved_concurrency": 5, "dead_letter": queue, "memory_mb": 256}
        function = deploy(f"{tmp_path}/app.py:handler", service=service, **options)
        function.alias("live", function.publish_version())
        function.provision(1, "live")
        function.configure_async(maximum_retry_attempts=0)
        function = deploy(f"{tmp_path}/app.py:handler", service=service)
        now = function.configuration
        assert (now.reserved_concurrency, now.dead_letter, now.memory_mb) == (None, "", 128)
        assert [repr(alias) for alias in function.aliases] == ["Alias live: version 1"]
        assert function.environments == ("environment 1 of version 1 (provisioned, idle)",)
        assert service.async_config(function.name).maximum_retry_attempts == 0


def test_the_files_of_before_go_with_their_last_environment(service, deployed, caller):
    caller(deployed(HELD, timeout_s=60))
    old = packages(service)
    deployed(WELL)
    assert set(old) < set(packages(service))
    caller.end()
    wait_for(lambda: len(packages(service)) == 1 and packages(service) != old)


def test_a_version_keeps_its_files_until_the_function_is_deleted(service, deployed):
    function = deployed(WELL)
    version = function.publish_version()
    deployed(WELL, memory_mb=256).update(timeout_s=5)
    assert len(packages(service)) == 2
    assert function.invoke(qualifier=version).payload == "well"
    function.close()
    assert packages(service) == []


def test_an_update_to_a_language_that_lambda_does_not_know_changes_nothing(deployed):
    function = deployed(WELL)
    before = function.configuration
    with pytest.raises(BadInput, match=r'"pyton3\.12" is unknown'):
        function.update(runtime="pyton3.12")
    assert function.configuration == before


def test_an_update_to_a_language_that_is_not_installed_changes_nothing(deployed, monkeypatch):
    function = deployed(WELL)
    before = function.configuration
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BadInput, match="node is not installed here"):
        function.update(runtime="nodejs22.x")
    assert function.configuration == before and function.invoke().ok


@pytest.mark.parametrize("given", [5, "STAGE=test", ["STAGE"]])
def test_variables_that_are_no_dict_are_told_in_one_line(deployed, given):
    with pytest.raises(BadInput, match="is no dict"):
        deployed(WELL, environment=given)
    with pytest.raises(BadInput, match="is no dict"):
        deployed(WELL).update(environment=given)


@pytest.mark.parametrize("value", ["x\0y", "\ud800"])
def test_a_value_that_no_variable_can_hold_is_told_in_one_line(deployed, value):
    with pytest.raises(BadInput, match='the value of "NAME" has a NUL or half a character'):
        deployed(WELL, environment={"NAME": value})


def test_a_misspelt_setting_is_told_with_the_nearest(deployed):
    with pytest.raises(BadInput) as caught:
        deployed(WELL, timout_s=5)
    assert str(caught.value) == 'deploy() has no "timout_s". Did you mean "timeout_s"?'


def test_a_handler_in_the_spelling_of_aws_is_told_its_file(tmp_path, monkeypatch):
    (tmp_path / "app.py").write_text(WELL)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput, match=r'Write "app\.py:handler"'):
        deploy("app.handler")


@pytest.mark.parametrize("call", ["invoke", "invoke_all", "invoke_async", "provision", "update"])
def test_a_service_that_is_closed_starts_nothing_and_says_so(tmp_path, call):
    with LambdaService() as service:
        (tmp_path / "app.py").write_text(WELL)
        function = deploy(f"{tmp_path}/app.py:handler", service=service)
        version = function.publish_version()
    arguments = {"invoke_all": ([{}],), "provision": (1, version)}.get(call, ())
    with pytest.raises(BadInput, match="This Lambda service is closed"):
        getattr(function, call)(*arguments)
    assert not service._folder.exists()
