"""The photo club's application as a whole: a day, eight members at once, roles that allow what is needed."""

from __future__ import annotations

import ast
import json
import os
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import clouds
import psutil
import pytest
from botocore.exceptions import ClientError

from lambda_study.cloud import Cloud
from lambda_study.demos import photograph
from lambda_study.demos.photo_club.club import ClubApplication
from lambda_study.demos.photo_club.day import ClubDay, club_day
from lambda_study.demos.photo_club.functions import CODE, FUNCTIONS, RESOURCES, Ref, Resource
from lambda_study.demos.photo_club.member import Member
from lambda_study.errors import BadInput
from lambda_study.show.club_map import CHAINS

BY_FUNCTION_AND_STATEMENT = [
    pytest.param(function.name, number, id=f"{function.name}: {allowed}")
    for function in FUNCTIONS.values()
    for number, allowed in enumerate(function.allowed)
]


@pytest.fixture(scope="module")
def day() -> ClubDay:
    return club_day()


def lines(day: ClubDay, text: str) -> list[str]:
    """What was told of a day, where TEXT is in it, without the time."""
    return [line[10:] for step in day.steps for line in step.happened.lines if text in line]


def test_a_day_meets_every_function_and_each_runs_as_often_as_it_is_called(day):
    thrice = {"thumbnail": 4}  # one photo, and three times what is none
    twice = {"admit": 2, "address": 2}
    assert Counter(day.runs) == {**dict.fromkeys(FUNCTIONS, 1), **twice, **thrice}


def test_each_step_of_a_day_ends_for_whoever_took_it(day):
    assert [step.end for step in day.steps] == [
        "PreSignUp failed with error Only members sign up here.",
        *("done", "done", "401", "200", "200", "Grace Hopper.jpg", "200", "200", "401"),
    ]


def test_a_photo_goes_from_service_to_service(day):
    (uploaded,) = (step for step in day.steps if step.what == "Ada uploads a photo")
    assert [line[10:] for line in uploaded.happened.lines] == [
        "API Gateway -> address",
        "S3 -> thumbnail",
        "DynamoDB -> announce",
        "SNS -> queue letters, A new photo",
        "SQS -> newsletter",
    ]


def test_nothing_fails_in_a_day_but_what_is_meant_to(day):
    refused = "UserLambdaValidationException: PreSignUp failed with error Only members sign up here."
    assert lines(day, "fail") == [
        "Cognito -> admit, failed: ValueError",
        f"Cognito -> admit, failure: {refused}",
        *["S3 -> thumbnail, failed: UnidentifiedImageError"] * 3,
        "S3 -> thumbnail, failure: RetriesExhausted",
    ]


def test_what_is_no_photo_ends_in_the_dead_letter_queue_and_somebody_is_told(day):
    assert lines(day, "not-done") == ["thumbnail -> queue not-done, the event"]
    assert lines(day, "desk") == ["SNS -> queue desk, ALARM"]


def test_who_looks_at_photos_announces_nothing(day):
    assert lines(day, "DynamoDB") == ["DynamoDB -> announce", "DynamoDB -> filter, 1 record filtered out"]


def test_a_day_leaves_a_thumbnail_a_report_and_a_bill(day):
    assert day.thumbnail.size == (109, 128)
    assert day.report == {"day": "2026-11-23", "photos": 1, "members": {"ada": 1}, "bytes": 61306}
    assert [json.loads(line) for line in day.log] == [day.report]
    billed = {line.item: line.quantity for line in day.bill.lines}
    assert (billed["Requests"], billed["HTTP API"], billed["Scheduler"]) == (len(day.runs), 5, 1)
    assert "A month of 100 members:" in repr(day)


def test_a_month_is_three_thousand_days_and_functions_are_within_what_is_free(day):
    month = {line.item: line for line in day.month.lines}
    assert month["Requests, free tier"].quantity == 3000 * len(day.runs)
    assert "Requests" not in month
    assert Decimal("0.08") < day.month.total_usd < Decimal("0.3")


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)
def test_the_table_of_functions_is_what_the_code_needs(function):
    text = function.file.read_text(encoding="utf-8").replace("'", '"')
    assert set(re.findall(r'os\.environ\["(\w+)"\]', text)) == set(function.environment)
    named = [value.resource for value in function.environment.values() if isinstance(value, Ref)]
    named += [allowed.resource for allowed in function.allowed if allowed.resource != "*"]
    assert {*named, function.trigger.resource} <= set(RESOURCES)
    required = function.folder / "requirements.txt"
    assert tuple(required.read_text().split() if required.exists() else ()) == function.requirements


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)
def test_a_handler_imports_nothing_that_is_not_there_on_aws(function):
    nodes = [*ast.walk(ast.parse(function.file.read_text(encoding="utf-8")))]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)]
    imported = {name.split(".")[0] for name in names}
    standard = {"base64", "collections", "datetime", "io", "json", "os", "urllib"}
    assert imported - standard <= {"boto3", "botocore", *({"PIL"} if function.requirements else ())}


def test_every_folder_of_code_is_a_function():
    assert {path.name for path in CODE.iterdir() if path.name != "__pycache__"} == set(FUNCTIONS)


def test_the_map_shows_each_function_behind_what_triggers_it():
    kinds = {"user pool": "Cognito", "api": "API Gateway", "bucket": "S3", "table": "DynamoDB"}
    kinds |= {"queue": "SQS", "stream": "Kinesis", "schedule": "EventBridge"}
    chains = [re.split(r" (<>|>|~|-) ", chain) for _, chain in CHAINS]
    shown = {
        (service, function)
        for parts in chains
        for service, way, function in zip(parts[::2], parts[1::2], parts[2::2], strict=False)
        if way != "-"
    }
    triggers = {(kinds[RESOURCES[each.trigger.resource].kind], name) for name, each in FUNCTIONS.items()}
    assert shown == triggers


@pytest.mark.more
def test_eight_members_at_once_get_what_is_theirs_and_nothing_is_left_behind():
    with Cloud(clock="manual") as cloud:  # what Python loads once is there from now on
        ClubApplication(cloud)
    before = (set(threading.enumerate()), psutil.Process().children(recursive=True), dict(os.environ))
    names = [f"member{number}" for number in range(8)]
    with Cloud(clock="real", enforce_permissions=True) as cloud:
        club = ClubApplication(cloud)
        with ThreadPoolExecutor(8) as threads:
            members = list(threads.map(lambda name: joined(club, name), names))
            clouds.wait_for(lambda: len(delivered(cloud, "sqs:letters")) == 8, timeout_s=60)
            galleries = list(threads.map(Member.gallery, members))
        assert [[photo["photo"] for photo in each] for each in galleries] == [[f"{n}.jpg"] for n in names]
        runs = Counter(event.target for event in cloud.trace.of("invocation"))
        assert (runs["admit"], runs["address"], runs["thumbnail"], runs["gallery"]) == (8, 8, 8, 8)
        assert [*cloud.trace.of("failure", "throttle", "retry")] == []
        assert members[0].upload("a/b.jpg", b"").status == 400
    after = (set(threading.enumerate()), psutil.Process().children(recursive=True), dict(os.environ))
    assert after == before


@pytest.mark.more
@pytest.mark.parametrize(("name", "number"), BY_FUNCTION_AND_STATEMENT)
def test_a_role_without_one_of_its_statements_is_not_enough(name, number):
    function = FUNCTIONS[name]
    fewer = (*function.allowed[:number], *function.allowed[number + 1 :])
    assert faults({**FUNCTIONS, name: replace(function, allowed=fewer)})


@pytest.mark.more
def test_roles_as_they_are_allow_all_that_a_day_needs():
    assert faults(FUNCTIONS) == []


@pytest.mark.more
def test_a_queue_that_shows_messages_again_too_soon_fills_the_newsletter():
    with Cloud(clock="manual") as cloud:
        club = ClubApplication(cloud, resources={**RESOURCES, "letters": Resource("queue")})
        joined(club, "ada")
        cloud.clock.advance(minutes=2)
        (newsletter,) = club.papers("newsletters")
        assert set(newsletter.splitlines()) == {"ada shows ada.jpg."}
        assert len(newsletter.splitlines()) > 1


def joined(club: ClubApplication, name: str) -> Member:
    """A member who has signed up and in, and has uploaded a photo."""
    member = Member(club, name)
    member.sign_up()
    member.sign_in()
    assert member.upload(f"{name}.jpg", photograph.small_photo(1)).status == 200
    return member


def delivered(cloud: Cloud, target: str) -> list[object]:
    return [event for event in cloud.trace.of("delivery") if event.target == target]


def faults(functions) -> list[str]:
    """What went wrong in a short day with FUNCTIONS, beside a photo that is none."""
    with Cloud(clock="manual", enforce_permissions=True) as cloud:
        try:
            club = ClubApplication(cloud, functions)
            member = joined(club, "ada")
            cloud.clock.advance(minutes=2)
            member.upload("notes.jpg", b"no photo")
            cloud.clock.advance(minutes=10)
            member.gallery()
        except (ClientError, BadInput, AssertionError) as error:
            return [str(error)]
        cloud.clock.advance(days=1)
        meant = ("UnidentifiedImageError", "RetriesExhausted")
        return [event.error for event in cloud.trace if event.error and not event.error.startswith(meant)]
