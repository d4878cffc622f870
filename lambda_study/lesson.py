"""What a notebook imports, by name: `from lambda_study.lesson import deploy, predict, quiz`.

A name is fetched from its part of the package when it is first asked for, so a lesson pays for what it uses.

>>> from lambda_study.lesson import fact
>>> fact("timeout.default").value
3
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lambda_study.errors import OneLineError

_PART = {
    # running
    "deploy": "lambda_study.engine",
    "deploy_image": "lambda_study.engine",
    "check_runtime": "lambda_study.engine",
    "smallest_image": "lambda_study.engine",
    "write_image": "lambda_study.engine",
    "read_image": "lambda_study.engine",
    "unpack": "lambda_study.engine",
    "default_service": "lambda_study.engine",
    "LambdaService": "lambda_study.engine",
    "ManualClock": "lambda_study.engine.clock",
    "ServiceError": "lambda_study.engine",
    "Cloud": "lambda_study.cloud",
    "cold_starts": "lambda_study.demos.cold_starts",
    "first_on_aws": "lambda_study.demos.cold_starts",
    "layers_that_are_new_when_the_handler_changes": "lambda_study.demos.containers",
    "conversation_about_one_event": "lambda_study.demos.runtimes",
    "let_role": "lambda_study.demos.roles",
    "set_role": "lambda_study.demos.roles",
    "allow": "lambda_study.demos.roles",
    "deny": "lambda_study.demos.roles",
    "try_policies": "lambda_study.demos.roles",
    "OtherAccount": "lambda_study.demos.other_account",
    "make_keyed_table": "lambda_study.demos.tables",
    "store_thumbnails": "lambda_study.demos.cron",
    "make_table": "lambda_study.demos.cron",
    "drop_table": "lambda_study.demos.cron",
    "reports": "lambda_study.demos.cron",
    "run_at": "lambda_study.demos.cron",
    "next_runs": "lambda_study.demos.cron",
    "runs_at_the_same_time": "lambda_study.demos.cron",
    "side_by_side": "lambda_study.demos.cron",
    "send_all": "lambda_study.demos.sending",
    "look_into": "lambda_study.demos.sending",
    "arn_of": "lambda_study.demos.sending",
    "map_queue": "lambda_study.demos.sending",
    "let_bucket": "lambda_study.demos.notifications",
    "let_in": "lambda_study.demos.notifications",
    "bucket_rule": "lambda_study.demos.notifications",
    "notify": "lambda_study.demos.notifications",
    "ask": "lambda_study.demos.web",
    "api_url": "lambda_study.demos.web",
    "function_uri": "lambda_study.demos.web",
    "put_proxy": "lambda_study.demos.web",
    "make_stream": "lambda_study.demos.stream_account",
    "make_table_with_stream": "lambda_study.demos.stream_account",
    "put_all": "lambda_study.demos.stream_account",
    "read_all": "lambda_study.demos.stream_account",
    "read_stream": "lambda_study.demos.stream_account",
    "UserPool": "lambda_study.demos.user_pool",
    "clinic": "lambda_study.demos.clinic",
    "close_clinic": "lambda_study.demos.clinic",
    "ward": "lambda_study.demos.clinic",
    "code_sent_to": "lambda_study.demos.user_pool",
    "claims_of": "lambda_study.cloud.seam.cognito",
    "Site": "lambda_study.demos.edge_site",
    "let_rotate": "lambda_study.demos.configuration_rotation",
    "put_parameter": "lambda_study.demos.configuration_rotation",
    "put_secret": "lambda_study.demos.configuration_rotation",
    "watch_rotation": "lambda_study.demos.configuration_rotation",
    "session_of": "lambda_study.demos.configuration_rotation",
    "shared_layer": "lambda_study.demos.configuration_rotation",
    "tune_mapping": "lambda_study.demos.mapping_tuning",
    "run_by_weight": "lambda_study.demos.releases",
    "app_spec": "lambda_study.demos.releases",
    "watch_release": "lambda_study.demos.releases",
    "fewest_runs_to_see": "lambda_study.model.traffic_seen",
    "failing_ways": "lambda_study.demos.failure_ways",
    "fees_paid": "lambda_study.demos.failure_fees",
    "open_bank": "lambda_study.demos.failure_fees",
    "paid_by": "lambda_study.demos.failure_fees",
    "PhotoClub": "lambda_study.demos.thumbnail",
    "ClubApplication": "lambda_study.demos.photo_club.club",
    "Member": "lambda_study.demos.photo_club.member",
    "club_month": "lambda_study.demos.photo_club.month",
    "photograph": "lambda_study.demos.photograph",
    "small_photos": "lambda_study.demos.photograph",
    "cut_off": "lambda_study.demos.photograph",
    "hundred_megapixels": "lambda_study.demos.photograph",
    # deploying
    "application": "lambda_study.aws_template",
    "statements": "lambda_study.aws_template",
    "write_template": "lambda_study.aws_template",
    "month_bill": "lambda_study.aws_template.month",
    "here_and_there": "lambda_study.aws_template.expected",
    "recorded": "lambda_study.recorded",
    "needs": "lambda_study.recorded",
    "doctor": "lambda_study.doctor",
    # knowing
    "fact": "lambda_study.facts",
    "facts": "lambda_study.facts",
    "course_note": "lambda_study.facts",
    "course_notes": "lambda_study.facts",
    "Report": "lambda_study.model.report",
    "measured": "lambda_study.model.measured",
    # paying
    "Usage": "lambda_study.model.pricing",
    "price": "lambda_study.model.pricing",
    "price_plan": "lambda_study.model.price_plan",
    "bill": "lambda_study.model.pricing",
    "gb_seconds": "lambda_study.model.pricing",
    "gb_seconds_per_dollar": "lambda_study.model.pricing",
    "break_even_requests": "lambda_study.model.pricing",
    "fixed_work": "lambda_study.model.pricing",
    "Provisioned": "lambda_study.model.price_features",
    "SnapStart": "lambda_study.model.price_features",
    "ec2": "lambda_study.model.break_even",
    "fargate": "lambda_study.model.break_even",
    "crossing": "lambda_study.model.break_even",
    "per_second": "lambda_study.model.break_even",
    "free_requests": "lambda_study.model.break_even",
    "provisioned_pays_above": "lambda_study.model.break_even",
    # reaching
    "Network": "lambda_study.model.network",
    "network_bill": "lambda_study.model.network_bill",
    "network_figure": "lambda_study.show.network_figure",
    "network_playground": "lambda_study.show.network_figure",
    # choosing
    "drill": "lambda_study.model.drill",
    "drills": "lambda_study.show.drill_view",
    "fitting": "lambda_study.model.drill",
    # tuning and scaling
    "tune": "lambda_study.demos.power_tuning",
    "disturbed": "lambda_study.demos.power_tuning",
    "PowerTuning": "lambda_study.model.power_tuning",
    "slowdown_that_arm_makes_up_for": "lambda_study.model.power_tuning",
    "simulate": "lambda_study.model.simulation",
    "Workload": "lambda_study.model.workload",
    "async_backlog": "lambda_study.model.backlog",
    "cold_share": "lambda_study.model.cold_share",
    "exhibition_day": "lambda_study.model.fleet",
    "fixed_fleet": "lambda_study.model.fleet",
    "scaled_fleet": "lambda_study.model.fleet",
    # asking
    "predict": "lambda_study.show.predict",
    "quiz": "lambda_study.show.quiz_view",
    "recording_quiz": "lambda_study.show.recording_quiz",
    "exam": "lambda_study.show.exam_view",
    "result_figure": "lambda_study.show.exam_figure",
    "sample_result": "lambda_study.quiz.sample",
    "sample_learner": "lambda_study.quiz.sample",
    "spacing": "lambda_study.quiz.spacing",
    "review": "lambda_study.show.review_view",
    "due": "lambda_study.show.review_tables",
    "progress": "lambda_study.show.review_tables",
    "plan": "lambda_study.show.review_tables",
    "forecast": "lambda_study.show.review_forecast",
    # seeing
    "timeline": "lambda_study.show.timeline",
    "trace_figure": "lambda_study.show.trace_figure",
    "failing_figure": "lambda_study.show.failing_figure",
    "mapping_figure": "lambda_study.show.mapping_figure",
    "release_figure": "lambda_study.show.release_figure",
    "bill_figure": "lambda_study.show.bill_figure",
    "memory_against_time": "lambda_study.show.memory_figure",
    "cpu_and_network": "lambda_study.show.share_figure",
    "cold_start_figure": "lambda_study.show.cold_start_figure",
    "course_notes_table": "lambda_study.show.course_notes_table",
    "image_table": "lambda_study.show.image_table",
    "power_tuning_figure": "lambda_study.show.power_tuning_figure",
    "architecture_figure": "lambda_study.show.architecture_figure",
    "break_even_figure": "lambda_study.show.break_even_figure",
    "provisioned_figure": "lambda_study.show.break_even_figure",
    "fleet_figure": "lambda_study.show.fleet_figure",
    "cold_share_figure": "lambda_study.show.cold_share_figure",
    "concurrency_figure": "lambda_study.show.concurrency_figure",
    "caller_map": "lambda_study.show.caller_map",
    "club_map": "lambda_study.show.club_map",
    "show_file": "lambda_study.show.source_file",
    # turning knobs
    "playground": "lambda_study.show.playground",
    "Slider": "lambda_study.show.playground",
    "cost_playground": "lambda_study.show.cost_playground",
    "server_playground": "lambda_study.show.scale_playgrounds",
    "tuning_playground": "lambda_study.show.scale_playgrounds",
    "load_playground": "lambda_study.show.scale_playgrounds",
}

__all__ = ["aws_error", "refused", *sorted(_PART)]


def __getattr__(name: str) -> Any:
    if name not in _PART:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_PART[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


@contextmanager
def aws_error() -> Iterator[None]:
    """Prints the code and the message of the AWS error that the block is expected to raise.

    The error is Lambda Study's own or one of boto3, which also refuses a parameter that AWS does not know,
    before it is sent. The traceback is left out, and the notebook goes on. Any other error passes through.

    >>> from lambda_study.engine import ServiceError
    >>> with aws_error():
    ...     raise ServiceError(404, "ResourceNotFoundException", "Function not found: thumbnail")
    404 ResourceNotFoundException: Function not found: thumbnail
    >>> with aws_error():
    ...     pass
    No error: AWS would have accepted this.
    """
    try:
        yield
    except Exception as error:
        told = _answer_of_aws(error)
        if not told:
            raise
        print(told)
    else:
        print("No error: AWS would have accepted this.")


def _answer_of_aws(error: Exception) -> str:
    """Status, code and message of an error of AWS, or what boto3 refused; "" for any other."""
    if isinstance(error, importlib.import_module("lambda_study.engine").ServiceError):
        reason = f" Reason: {error.reason}" if error.reason else ""
        return f"{error.status} {error.code}: {error.message}{reason}"
    if type(error).__name__ == "ParamValidationError":  # of botocore, which need not be loaded
        return f"ParamValidationError: {'; '.join(str(error).splitlines()[1:])}"
    answer = getattr(error, "response", None)  # that of boto3's ClientError, which need not be loaded
    if not isinstance(answer, dict) or "Error" not in answer:
        return ""
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
    return f"{status} {answer['Error']['Code']}: {answer['Error']['Message']}"


@contextmanager
def refused() -> Iterator[None]:
    """Prints the one line with which the block is expected to be refused, and the notebook goes on.

    >>> from lambda_study.lesson import fact
    >>> with refused():
    ...     fact("memory.mx")
    Refused: There is no fact "memory.mx". The nearest is "memory.max".
    >>> with refused():
    ...     pass
    Not refused: this was accepted.
    """
    try:
        yield
    except OneLineError as error:
        print(f"Refused: {error}")
    else:
        print("Not refused: this was accepted.")
