"""How Lambda polls a queue: batches, windows, failures, redrives, groups; all on the clock."""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import clouds
from queues import FIFO, Queue, Role, Worker, connect, redriven

from lambda_study.cloud.sources import sqs

cloud, real_cloud, strict_cloud = clouds.cloud, clouds.real_cloud, clouds.strict_cloud
REPORTING = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
BARRIER = """
import json, os, time
from pathlib import Path

def handler(event, context):
    folder = Path(os.environ["FOLDER"])
    (folder / f"started-{context.aws_request_id}").touch()
    while not (folder / "go").exists():
        time.sleep(0.005)
"""


def names(*bodies: str) -> list[str]:
    return sorted(bodies)


def test_messages_that_wait_come_in_one_batch_and_are_deleted(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue()
    connect(worker, queue)
    queue.send("a", "b", "c")
    cloud.settle()
    assert worker.batches == [["a", "b", "c"]]
    assert queue.counts == (0, 0)


def test_a_batch_has_ten_messages_at_most_unless_told(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue()
    connect(worker, queue)
    queue.send(*map(str, range(25)))
    cloud.settle()
    assert sorted(map(len, worker.batches)) == [5, 10, 10]


def test_messages_sent_before_the_mapping_are_delivered(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue()
    queue.send("early")
    cloud.clock.advance(hours=1)
    connect(worker, queue)
    cloud.settle()
    assert worker.batches == [["early"]]


def test_a_window_gathers_from_its_first_message_on(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue(VisibilityTimeout="300")
    connect(worker, queue, BatchSize=100, MaximumBatchingWindowInSeconds=60)
    cloud.clock.advance(45)
    queue.send("a", "b")
    cloud.clock.advance(59)
    queue.send("c")
    cloud.settle()
    assert worker.batches == []
    cloud.clock.advance(1)
    assert worker.batches == [["a", "b", "c"]]


def test_a_full_batch_does_not_wait_for_its_window(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue(VisibilityTimeout="300")
    connect(worker, queue, BatchSize=2, MaximumBatchingWindowInSeconds=60)
    queue.send("a", "b", "c")
    cloud.settle()
    assert worker.batches == [["a", "b"]]
    cloud.clock.advance(60)
    assert worker.batches == [["a", "b"], ["c"]]


def test_a_batch_of_six_megabytes_does_not_wait_for_its_window(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue(VisibilityTimeout="300")
    connect(worker, queue, BatchSize=100, MaximumBatchingWindowInSeconds=60)
    queue.send(*(["x" * 1_000_000] * 8))
    cloud.settle()
    assert [len(batch) for batch in worker.batches] == [6]
    cloud.clock.advance(60)
    assert [len(batch) for batch in worker.batches] == [6, 2]


def test_a_message_that_becomes_visible_within_a_window_is_processed_twice(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue(VisibilityTimeout="30")
    connect(worker, queue, MaximumBatchingWindowInSeconds=45)
    queue.send("a")
    cloud.clock.advance(60)
    assert worker.batches == [["a", "a"]]


def test_a_delayed_message_is_processed_at_the_end_of_its_delay(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue(DelaySeconds="60")
    connect(worker, queue)
    queue.send("a")
    cloud.clock.advance(59)
    assert worker.batches == []
    cloud.clock.advance(1)
    assert worker.batches == [["a"]]


def test_a_failed_batch_comes_again_after_the_visibility_time_out(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue(VisibilityTimeout="30")
    connect(worker, queue)
    queue.send("good", "bad")
    cloud.clock.advance(29)
    assert worker.batches == [["good", "bad"]]
    cloud.clock.advance(1)
    assert worker.batches == [["good", "bad"]] * 2


def test_only_messages_that_are_named_come_again(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path, environment={"REPORTS": "1"}), Queue(VisibilityTimeout="30")
    connect(worker, queue, **REPORTING)
    queue.send("good", "bad")
    cloud.clock.advance(30)
    assert worker.batches == [["good", "bad"], ["bad"]]


def test_failures_that_are_named_count_for_nothing_unless_the_mapping_asks_for_them(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path, environment={"REPORTS": "1"}), Queue()
    connect(worker, queue)
    queue.send("good", "bad")
    cloud.clock.advance(minutes=5)
    assert worker.batches == [["good", "bad"]]
    assert queue.counts == (0, 0)


def test_a_poison_message_ends_in_the_dead_letter_queue_after_its_third_receive(cloud, tmp_path):
    worker = Worker(cloud, tmp_path)
    queue, dead = redriven("jobs", receives=3, VisibilityTimeout="30")
    connect(worker, queue)
    queue.send("bad")
    cloud.clock.advance(89)
    assert (worker.batches, dead.counts) == ([["bad"]] * 3, (0, 0))
    cloud.clock.advance(1)
    assert (worker.batches, dead.bodies()) == ([["bad"]] * 3, ["bad"])
    assert [event.target for event in cloud.trace.of("delivery")] == ["sqs:dead"]


def test_each_receive_is_counted_in_the_trace(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue(VisibilityTimeout="30")
    connect(worker, queue)
    queue.send("bad")
    cloud.clock.advance(30)
    triggers = [event for event in cloud.trace.of("trigger") if event.source == "sqs:jobs"]
    assert [event.detail for event in triggers] == ["1 message", "1 message, received 2 times"]
    failures = [event.detail for event in cloud.trace.of("failure") if event.source == "sqs:jobs"]
    assert failures == ["1 of 1 failed"] * 2


def test_a_filtered_message_is_deleted_and_never_seen(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue()
    connect(worker, queue, FilterCriteria={"Filters": [{"Pattern": '{"body": {"size": ["A3"]}}'}]})
    wanted, other = '{"size": "A3"}', '{"size": "A4"}'
    queue.send(wanted, other, "no JSON")
    cloud.settle()
    assert worker.batches == [[wanted]]
    assert queue.counts == (0, 0)


def test_a_throttled_batch_is_tried_again_until_it_has_room(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path, reserved_concurrency=0), Queue(VisibilityTimeout="30")
    connect(worker, queue)
    queue.send("a")
    cloud.clock.advance(10)
    assert len(cloud.trace.of("throttle")) == 4  # at 0, 1, 3 and 7 s
    worker.function.update(reserved_concurrency=None)
    cloud.clock.advance(5)
    assert worker.batches == [["a"]]


def test_throttles_alone_can_send_a_message_to_the_dead_letter_queue(cloud, tmp_path):
    worker = Worker(cloud, tmp_path, reserved_concurrency=0)
    queue, dead = redriven("jobs", receives=2, VisibilityTimeout="30")
    connect(worker, queue)
    queue.send("innocent")
    cloud.clock.advance(90)
    assert dead.bodies() == ["innocent"]
    assert worker.batches == []


def test_a_disabled_mapping_rests_and_goes_on_when_it_is_enabled(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue()
    uuid = connect(worker, queue, Enabled=False)
    queue.send("a")
    cloud.clock.advance(hours=1)
    assert worker.batches == []
    boto3.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=True)
    cloud.settle()
    assert worker.batches == [["a"]]


def test_a_mapping_that_is_disabled_while_it_works_rests_with_its_next_message(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue()
    uuid = connect(worker, queue)
    queue.send("a")
    cloud.settle()
    boto3.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=False)
    queue.send("b")
    cloud.clock.advance(hours=1)
    assert (worker.batches, queue.counts) == ([["a"]], (1, 0))


def test_a_changed_batch_size_holds_for_the_next_messages(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue()
    uuid = connect(worker, queue)
    boto3.client("lambda").update_event_source_mapping(UUID=uuid, BatchSize=1)
    queue.send("a", "b")
    cloud.settle()
    assert sorted(worker.batches) == [["a"], ["b"]]


def test_a_deleted_mapping_takes_no_message_any_more(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue()
    boto3.client("lambda").delete_event_source_mapping(UUID=connect(worker, queue))
    queue.send("a")
    cloud.clock.advance(hours=1)
    assert worker.batches == []
    assert queue.counts == (1, 0)


def test_two_functions_of_one_queue_share_its_messages(cloud, tmp_path):
    workers = [Worker(cloud, tmp_path, name) for name in ("one", "two")]
    queue = Queue()
    for worker in workers:
        connect(worker, queue, BatchSize=1)
    queue.send(*"abcdef")
    cloud.settle()
    assert sorted(workers[0].bodies + workers[1].bodies) == list("abcdef")
    assert workers[0].bodies
    assert workers[1].bodies


def test_a_queue_that_is_deleted_is_told_of_once(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue()
    connect(worker, queue)
    queue.send("a", DelaySeconds=5)
    queue.close()
    cloud.clock.advance(hours=1)
    assert ["NonExistentQueue" in event.error for event in cloud.trace.of("failure")] == [True]


def test_a_group_stays_in_order_and_behind_its_failure(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue("jobs.fifo", **FIFO, VisibilityTimeout="30")
    connect(worker, queue, BatchSize=1)
    queue.send("bad", "a2", MessageGroupId="a")
    queue.send("b1", "b2", MessageGroupId="b")
    cloud.clock.advance(29)
    assert sorted(worker.bodies) == names("bad", "b1", "b2")
    queue.send("a3", MessageGroupId="a")
    cloud.clock.advance(1)
    assert sorted(worker.bodies) == names("bad", "b1", "b2", "bad")


def test_a_group_goes_on_when_its_poison_is_in_the_dead_letter_queue(cloud, tmp_path):
    worker = Worker(cloud, tmp_path)
    queue, dead = redriven("jobs", 2, **FIFO, VisibilityTimeout="30")
    connect(worker, queue, BatchSize=1)
    queue.send("bad", "a2", MessageGroupId="a")
    cloud.clock.advance(60)
    assert worker.bodies == ["bad", "bad", "a2"]
    assert dead.bodies() == ["bad"]


def test_the_poison_of_all_groups_goes_at_the_same_moment(cloud, tmp_path):
    worker = Worker(cloud, tmp_path)
    queue, dead = redriven("jobs", 1, **FIFO, VisibilityTimeout="30")
    connect(worker, queue)
    queue.send("bad 1", MessageGroupId="a")
    queue.send("bad 2", MessageGroupId="b")
    cloud.clock.advance(30)
    assert dead.counts == (2, 0)


def test_a_batch_of_a_fifo_queue_keeps_the_order_of_its_group(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue("jobs.fifo", **FIFO)
    connect(worker, queue)
    queue.send(*"abc", MessageGroupId="one")
    cloud.settle()
    assert worker.batches == [["a", "b", "c"]]


def held(cloud, folder: Path, batches: int, begun: int = 1, **settings) -> int:
    """How many batches of one message run when BEGUN have begun, BATCHES wait, and no handler ends."""
    file = folder / "holds.py"
    file.write_text(BARRIER, encoding="utf-8")
    function = cloud.deploy(
        f"{file}:handler", name="holds", timeout_s=30, environment={"FOLDER": str(folder)}
    )
    queue = Queue()
    queue.send(*map(str, range(batches)))
    boto3.client("lambda").create_event_source_mapping(
        FunctionName=function.name, EventSourceArn=queue.arn, BatchSize=1, **settings
    )
    settling = threading.Thread(target=cloud.settle)
    settling.start()
    a_moment, patience = threading.Event(), time.monotonic() + 30
    while len(list(folder.glob("started-*"))) < begun:
        assert time.monotonic() < patience
        a_moment.wait(0.01)
    running = len(cloud.trace.of("trigger"))
    (folder / "go").touch()
    settling.join()
    assert queue.counts == (0, 0)
    return running


def test_five_batches_run_at_a_time_at_first(cloud, tmp_path):
    assert held(cloud, tmp_path, 7) == 5


def test_more_batches_run_when_messages_still_wait_after_a_second(real_cloud, tmp_path):
    assert held(real_cloud, tmp_path, 7, begun=7) == 7


def test_a_maximum_concurrency_of_two_lets_two_batches_run_at_a_time(cloud, tmp_path):
    assert held(cloud, tmp_path, 4, ScalingConfig={"MaximumConcurrency": 2}) == 2


def test_a_role_that_may_no_longer_read_the_queue_is_told_of_until_it_may(strict_cloud, tmp_path):
    worker, queue, role = Worker(strict_cloud, tmp_path), Queue(), Role("reads-jobs")
    role.allow("sqs:*")
    boto3.client("lambda").update_function_configuration(FunctionName="worker", Role=role.arn)
    connect(worker, queue)
    role.allow("logs:*")
    queue.send("a")
    strict_cloud.clock.advance(minutes=5)
    [failure] = strict_cloud.trace.of("failure")
    assert "does not have permissions to call ReceiveMessage" in failure.error
    assert (worker.batches, queue.counts) == ([], (1, 0))
    role.allow("sqs:*")
    strict_cloud.clock.advance(minutes=1)
    assert worker.batches == [["a"]]


def test_in_real_time_eight_clients_lose_no_message_and_none_is_processed_twice(real_cloud, tmp_path):
    worker, queue = Worker(real_cloud, tmp_path), Queue()
    connect(worker, queue)

    def send(client: int) -> None:
        own = boto3.client("sqs")
        entries = [{"Id": str(n), "MessageBody": f"{client}-{n}"} for n in range(10)]
        own.send_message_batch(QueueUrl=queue.url, Entries=entries)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(send, range(8)))
    real_cloud.settle()
    assert Counter(worker.bodies) == Counter(f"{c}-{n}" for c in range(8) for n in range(10))


def test_message_attributes_count_towards_the_six_megabytes_of_a_batch(cloud, tmp_path):
    worker, queue = Worker(cloud, tmp_path), Queue()
    connect(worker, queue)
    note = {"note": {"DataType": "String", "StringValue": "x" * 900_000}}
    queue.send(*"abcdefgh", MessageAttributes=note)
    cloud.settle()
    assert sorted(map(len, worker.batches)) == [2, 6]
    assert queue.counts == (0, 0)


def test_a_batch_that_no_function_can_take_comes_again_and_the_next_ones_go_on(cloud, tmp_path, monkeypatch):
    monkeypatch.setattr(sqs, "MOST_BYTES", 60_000_000)
    worker, queue = Worker(cloud, tmp_path), Queue(VisibilityTimeout="300")
    connect(worker, queue)
    queue.send(*(["x" * 1_000_000] * 8))
    cloud.settle()
    assert queue.counts == (0, 8)
    queue.send("a")
    cloud.settle()
    assert worker.batches == [["a"]]
