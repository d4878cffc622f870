"""Versions, aliases and provisioned concurrency, with real environments."""

from __future__ import annotations

import random
import threading

import pytest
from engine_services import Deployer, counting_ids, wait_for

from lambda_study.engine import LambdaService, ManualClock, ServiceError
from lambda_study.engine.alias import Alias
from lambda_study.errors import BadInput

TELLS = """
    import os
    def handler(event, context):
        names = "AWS_LAMBDA_FUNCTION_VERSION", "STAGE", "AWS_LAMBDA_INITIALIZATION_TYPE"
        return [context.function_version, context.invoked_function_arn, *map(os.environ.get, names)]
"""
HELD = """
    import pathlib, time
    def handler(event, context):
        here = pathlib.Path(event["folder"])
        (here / event["name"]).touch()
        while len(list(here.iterdir())) < event["callers"]:
            time.sleep(0.001)
"""


@pytest.fixture(scope="module")
def service():
    with LambdaService(clock=ManualClock(), ids=counting_ids(), random=random.Random(1)) as service:
        yield service


@pytest.fixture
def deployed(service, tmp_path):
    return Deployer(service, tmp_path)


def test_a_version_keeps_the_code_and_configuration_of_its_publication(deployed):
    function = deployed(TELLS, environment={"STAGE": "first"})
    assert function.publish_version() == "1"
    function.update(environment={"STAGE": "second"})
    assert function.invoke(qualifier="1").payload[3] == "first"
    assert function.invoke().payload[3] == "second"


def test_publishing_without_a_change_gives_the_last_version(deployed):
    function = deployed(TELLS)
    assert [function.publish_version(), function.publish_version()] == ["1", "1"]
    function.update(reserved_concurrency=5)
    assert function.publish_version() == "1"
    function.update(memory_mb=256)
    assert function.publish_version() == "2"
    assert function.versions == ("1", "2") and function.aliases == ()


def test_numbers_of_versions_are_never_used_again(deployed, service, tmp_path):
    function = deployed(TELLS, name="again")
    function.publish_version()
    function.close()
    assert Deployer(service, tmp_path)(TELLS, name="again").publish_version() == "2"


def test_the_log_the_context_and_the_report_show_the_version_that_ran(deployed):
    function = deployed(TELLS)
    function.publish_version()
    result = function.invoke(qualifier="1")
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{function.name}:1"
    assert result.payload[:3] == ["1", arn, "1"]
    assert result.logs[1].endswith(" Version: 1") and result.report.version == "1"


def test_an_update_leaves_the_environments_of_a_version_warm(deployed):
    function = deployed(TELLS)
    function.publish_version()
    function.invoke(qualifier="1"), function.invoke()
    function.update(memory_mb=256)
    assert not function.invoke(qualifier="1").report.cold
    assert function.invoke().report.cold


def test_a_version_or_alias_that_is_not_there_is_not_found(deployed):
    with pytest.raises(ServiceError, match=r"Function not found: .*:7") as caught:
        deployed(TELLS).invoke(qualifier="7")
    assert (caught.value.status, caught.value.code) == (404, "ResourceNotFoundException")


def test_an_alias_leads_to_its_version_and_the_arn_names_the_alias(deployed):
    function = deployed(TELLS)
    function.publish_version()
    assert repr(function.alias("live", "1")) == "Alias live: version 1"
    payload = function.invoke(qualifier="live").payload
    assert payload[0] == "1" and payload[1].endswith(":live")
    assert function.alias("live").version == "1"


def test_a_weighted_alias_splits_the_invocations_between_two_versions(deployed):
    function = deployed(TELLS)
    function.publish_version()
    function.update(memory_mb=256)
    function.publish_version()
    function.alias("live", "1", {"2": 0.25})
    versions = [function.invoke(qualifier="live").report.version for _ in range(40)]
    assert set(versions) == {"1", "2"} and 3 <= versions.count("2") <= 17


def test_the_weights_of_an_alias_hold_in_the_long_run():
    alias, dice = Alias("live", "1", {"2": 0.1}), random.Random(3)
    picked = [alias.pick(dice) for _ in range(20_000)]
    assert 1850 < picked.count("2") < 2150
    assert alias.split(10) == {"1": 9, "2": 1}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("live", "3"), 'version="3" is not published. Published are: 1.'),
        (("7", "1"), 'alias "7" is not allowed. Use letters, digits, - and _, and not digits alone.'),
        (("live", "1", {"$LATEST": 0.5}), 'version="$LATEST" is not published.'),
        (("live", "1", {"1": 0.5}), "an alias leads to two different versions at most."),
        (("live", "$LATEST", {"1": 2}), 'version="$LATEST" is not published.'),
        ((5, "1"), 'alias "5" is not allowed.'),
        (("live", 1), "version=1 is no text. Write '1'."),
        (("live", "1", 0.1), 'weights=0.1 is no dict. Write {"2": 0.1} for 10 % to version 2.'),
        (("live", "1", {2: 0.1}), "version=2 is no text. Write '2'."),
    ],
)
def test_an_alias_that_lambda_refuses_is_told_in_one_line(deployed, arguments, said):
    function = deployed(TELLS)
    function.publish_version()
    with pytest.raises(BadInput) as caught:
        function.alias(*arguments)
    assert said in str(caught.value)


def test_a_qualifier_that_is_no_text_is_told_in_one_line(deployed):
    function = deployed(TELLS)
    function.publish_version()
    ways = (
        lambda: function.invoke(qualifier=1),
        lambda: function.provision(2, 1),
        lambda: function.configure_async(1, maximum_retry_attempts=0),
    )
    for call in ways:
        with pytest.raises(BadInput, match=r"^qualifier=1 is no text. Write '1'.$"):
            call()


def test_a_number_of_environments_that_is_text_is_told_in_one_line(deployed):
    function = deployed(TELLS)
    function.alias("live", function.publish_version())
    with pytest.raises(BadInput, match=r"^environments='3' is not a whole number."):
        function.provision("3", "live")


def test_provisioning_without_a_version_says_what_to_write(deployed):
    with pytest.raises(BadInput, match=r"a published version or an alias, not .LATEST. Write provision.3, v"):
        deployed(TELLS).provision(3)


def test_provisioned_environments_are_warm_before_the_first_event(deployed):
    function = deployed("print('loaded')\ndef handler(event, context): ...")
    version = function.publish_version()
    provisioned = function.provision(2, version)
    assert repr(provisioned) == "Provisioned concurrency of 1: 2 of 2 (READY)"
    assert provisioned.logs.count("loaded") == 2
    result = function.invoke(qualifier=version)
    assert not result.report.cold and "loaded" not in result.logs
    assert [text.partition(" of ")[2] for text in function.environments] == [
        "version 1 (provisioned, idle)"
    ] * 2


def test_a_handler_sees_how_its_environment_was_started(deployed):
    function = deployed(TELLS)
    version = function.publish_version()
    function.provision(1, version)
    assert function.invoke(qualifier=version).payload[4] == "provisioned-concurrency"
    assert function.invoke().payload[4] == "on-demand"


def test_what_exceeds_the_provisioned_concurrency_starts_cold(deployed, tmp_path):
    (meeting := tmp_path / "meeting").mkdir()
    function = deployed(HELD, timeout_s=30)
    version = function.publish_version()
    function.provision(2, version)
    events = [{"folder": str(meeting), "name": str(n), "callers": 3} for n in range(3)]
    results = function.invoke_all(events, qualifier=version)
    assert [result.report.cold for result in results] == [False, False, True]


def test_provisioned_environments_outlast_idle_ones(service, deployed):
    function = deployed(TELLS)
    version = function.publish_version()
    function.provision(1, version)
    function.invoke()
    service.clock.advance(hours=1)
    assert function.environments == ("environment 1 of version 1 (provisioned, idle)",)


def test_the_provisioned_concurrency_of_an_alias_follows_its_weights(deployed):
    function = deployed(TELLS)
    function.publish_version()
    function.update(memory_mb=256)
    function.publish_version()
    function.alias("live", "1")
    function.provision(2, "live")
    function.alias("live", "1", {"2": 0.5})
    assert [text.partition(" of ")[2] for text in function.environments] == [
        "version 1 (provisioned, idle)",
        "version 2 (provisioned, idle)",
    ]
    function.provision(0, "live")
    assert function.environments == ()


def test_a_failed_init_leaves_nothing_provisioned(deployed):
    function = deployed("raise RuntimeError('no')\ndef handler(event, context): ...")
    provisioned = function.provision(2, function.publish_version())
    assert (provisioned.available, provisioned.status) == (0, "FAILED")
    assert function.environments == ()
    assert function._service._functions[function.name].share.provisioned == 0


def two_versions(deployed, source):
    """A function whose version 2 has the variable BAD."""
    function = deployed(source)
    function.publish_version()
    function.update(environment={"BAD": "1"})
    function.publish_version()
    return function


FAILS_IN_VERSION_2 = "import os\nif 'BAD' in os.environ: raise OSError\ndef handler(event, context): ..."


def test_an_alias_keeps_what_came_out_when_an_init_failed(deployed):
    function = two_versions(deployed, FAILS_IN_VERSION_2)
    function.alias("live", "1", {"2": 0.5})
    provisioned = function.provision(2, "live")
    assert (provisioned.available, provisioned.status) == (1, "FAILED")
    function.alias("live", "1")
    assert len(function.environments) == 1


def test_an_alias_stays_where_it_was_if_its_provisioned_concurrency_is_refused(deployed):
    function = two_versions(deployed, TELLS)
    function.alias("live", "1")
    function.provision(1, "live")
    function.provision(1, "2")
    with pytest.raises(BadInput, match='"live" has a version that is provisioned by "2"'):
        function.alias("live", "2")
    assert function.alias("live").version == "1"
    assert len(function.environments) == 2


def test_an_alias_that_waits_for_inits_holds_no_other_function_up(deployed, tmp_path):
    source = f"""
        import os, pathlib, time
        here = pathlib.Path({str(tmp_path)!r})
        if "BAD" in os.environ:
            (here / "begun").touch()
            while not (here / "go").exists():
                time.sleep(0.001)
        def handler(event, context): ...
    """
    function = two_versions(deployed, source)
    function.alias("live", "1")
    function.provision(1, "live")
    mover = threading.Thread(target=function.alias, args=("live", "2"))
    mover.start()
    wait_for((tmp_path / "begun").exists)
    other = threading.Thread(target=lambda: deployed(TELLS).publish_version())
    other.start()
    other.join(5)
    held_up = other.is_alive()
    (tmp_path / "go").touch()
    mover.join()
    other.join()
    assert not held_up


def test_provisioned_concurrency_needs_a_published_version(deployed):
    function = deployed(TELLS)
    with pytest.raises(BadInput, match="needs a published version") as caught:
        function.provision(1, "$LATEST")
    assert caught.value.error.message == (
        "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
    )


def test_a_version_is_provisioned_once(deployed):
    function = deployed(TELLS)
    version = function.publish_version()
    function.alias("live", version)
    function.provision(1, version)
    with pytest.raises(BadInput, match='"live" has a version that is provisioned by "1"') as caught:
        function.provision(1, "live")
    assert (caught.value.error.status, caught.value.error.code) == (409, "ResourceConflictException")


def test_provisioned_concurrency_stays_within_the_reservation(deployed):
    function = deployed(TELLS, reserved_concurrency=2)
    version = function.publish_version()
    with pytest.raises(BadInput, match=r"3 provisioned environments are too many. Choose 0 to 2\."):
        function.provision(3, version)
    function.provision(2, version)
    with pytest.raises(BadInput, match="below the 2 provisioned environments"):
        function.update(reserved_concurrency=1)


def test_a_version_that_is_deleted_is_gone_with_its_environments_and_its_number(deployed):
    function = deployed(TELLS)
    assert function.publish_version() == "1"
    function.provision(1, "1")
    function._service.deployed(function.name).delete_version("1")
    assert function.versions == () and function.environments == ()
    with pytest.raises(ServiceError, match="Function not found"):
        function.invoke(qualifier="1")
    function.update(memory_mb=256)
    assert function.publish_version() == "2"


def test_an_alias_that_is_deleted_takes_its_provisioned_concurrency_with_it(deployed):
    function = deployed(TELLS)
    function.alias("live", function.publish_version())
    function.provision(1, "live")
    function._service.deployed(function.name).delete_alias("live")
    assert function.aliases == () and function._service.deployed(function.name).provisioned == {}
    with pytest.raises(ServiceError, match="Function not found"):
        function.invoke(qualifier="live")
