"""Demos of queues beyond their doctests: tuning a mapping, its table and its figure."""

from __future__ import annotations

from decimal import Decimal

import boto3
import clouds
import pytest

from lambda_study.cloud import Cloud
from lambda_study.demos import mapping_tuning
from lambda_study.demos.mapping_tuning import tune_mapping
from lambda_study.demos.sending import look_into, map_queue, send_all
from lambda_study.demos.small_account import HANDLERS
from lambda_study.errors import BadInput
from lambda_study.model.mapping_tuning import MappingRun, MappingTuning
from lambda_study.show.mapping_figure import mapping_figure

cloud = clouds.cloud
RUN = MappingRun(10, 5, 20, 2, 4.5, Decimal("0.0000006"))


def test_a_window_saves_invocations_where_a_larger_batch_size_alone_does_not(cloud):
    single, batched, gathered = tune_mapping(cloud, [(1, 0), (10, 0), (10, 5)]).runs
    assert (single.invocations, batched.invocations, gathered.invocations) == (20, 20, 2)
    assert (single.longest_wait_s, gathered.longest_wait_s) == (0, 4.5)
    assert gathered.usd_per_million < single.usd_per_million / 4


def test_a_run_is_told_for_other_numbers_of_messages():
    assert RUN.invocations_for(1000) == 100
    assert RUN.usd_per_million == Decimal("0.03")


def test_the_table_is_the_same_in_a_notebook():
    table = MappingTuning((RUN,))._repr_mimebundle_()
    assert "4.5 s" in table["text/plain"]
    assert "<td>4.5 s</td>" in table["text/html"]


def test_the_figure_names_every_setting_in_words():
    figure = mapping_figure(MappingTuning((RUN,)))
    assert "Batch size 10, window 5 s: 100 invocations, longest wait 4.5 s." in figure.alt
    assert figure.headline == "Fewest: 100 invocations with batch size 10, window 5 s."
    assert figure.png().startswith(b"\x89PNG")


def test_many_messages_are_sent_in_tens(cloud):
    url = boto3.client("sqs").create_queue(QueueName="jobs")["QueueUrl"]
    assert send_all(url, map(str, range(25))) == 25
    names = ["ApproximateNumberOfMessages"]
    answer = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    assert answer["Attributes"] == {names[0]: "25"}


def test_looking_into_a_queue_leaves_its_messages_there(cloud):
    url = boto3.client("sqs").create_queue(QueueName="jobs")["QueueUrl"]
    send_all(url, ["a", "b"])
    assert look_into(url) == look_into(url) == ["a", "b"]


def test_a_clock_that_runs_cannot_tune():
    with Cloud(clock="real") as cloud, pytest.raises(BadInput, match="manual"):
        tune_mapping(cloud)


def test_tuning_that_was_interrupted_leaves_nothing_behind(cloud, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(mapping_tuning, "send_all", interrupt)
        with pytest.raises(BadInput, match="interrupted"):
            tune_mapping(cloud, [(10, 5)])
    assert "QueueUrls" not in boto3.client("sqs").list_queues()
    assert tune_mapping(cloud, [(10, 5)]).runs[0].invocations == 2


def test_a_queue_that_is_mapped_again_keeps_its_mapping_with_the_new_settings(cloud):
    url = boto3.client("sqs").create_queue(QueueName="jobs")["QueueUrl"]
    cloud.deploy(f"{HANDLERS / 'counter.py'}:handler", name="counter")
    first = map_queue(url, "counter", BatchSize=5)
    second = map_queue(url, "counter", BatchSize=1)
    assert (second["UUID"], second["BatchSize"]) == (first["UUID"], 1)
