"""A record that no retry can mend, in front of all that follow on its shard."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lambda_study.demos.clinic.case import Case
from lambda_study.demos.clinic.evidence import Evidence, Lines, Log
from lambda_study.demos.stream_account import make_stream, put_all, read_stream
from lambda_study.demos.watching import sum_of


class LikesStandStill(Case):
    name = "likes-stand-still"
    title = "The likes stand still"
    complaint = (
        "Since midnight no photo gets a like any more, except one: the swan has dozens, and it gets "
        "more all the time. An old phone had sent something strange then, but only once."
    )
    parts = (
        "data stream likes, one shard: a record is a like, as JSON",
        "function counter: reads the stream, writes what it counted into its log",
        "queue bad-likes: made for such things, and never used",
    )
    causes = (
        "a record that fails again and again, before all others",
        "a shard that takes no more writes",
        "a role that may not read the stream",
    )
    cause = causes[0]
    hints = (
        "The log of the last run names the error. Was it the same at midnight?",
        "A shard is read in order. Without settings Lambda tries a failed batch until its records expire.",
        "`update_event_source_mapping` takes MaximumRetryAttempts, BisectBatchOnFunctionError (the bad "
        "record alone is left) and DestinationConfig (who learns of it). `case.mapping` is the UUID.",
    )
    checks = (
        "The likes behind the bad one are counted",
        "No good like is lost",
        "The bad one is reported to the queue bad-likes",
    )
    functions = ("counter",)

    def admit(self) -> None:
        function = self.given("likes", "counter")
        self.bad_likes = self.account.queue("bad-likes")
        self.mapping = read_stream(function, make_stream("likes"))
        put_all("likes", [_like("owl")], key="k")
        self.cloud.settle()
        put_all("likes", [_like("swan"), "{like: heron", _like("heron")], key="k")
        self.cloud.clock.advance(minutes=10)
        put_all("likes", [_like("crane")], key="k")
        self.cloud.clock.advance(minutes=10)

    def evidence(self) -> Evidence:
        errors = sum_of(self.account, "Errors", "counter")
        return Evidence(
            {
                "The last log of counter": Log(self.runs()[-1]),
                "How it began": self.trace[:9],
                "Metrics and settings": Lines(
                    f"counter: {len(self.runs())} invocations, {errors:.0f} errors",
                    *self._settings(),
                ),
            }
        )

    def examine(self) -> Iterator[str]:
        self._drain()
        names = [f"{bird}-{self.looks}" for bird in ("swan", "heron", "crane")]
        put_all("likes", [_like(names[0]), "{like: owl", _like(names[1])], key="k")
        self.cloud.clock.advance(minutes=10)
        put_all("likes", [_like(names[2])], key="k")
        self.cloud.clock.advance(minutes=10)
        counted = self._counted()
        waits = names[2] not in counted
        yield "They still wait: a batch fails, and is tried again." if waits else ""
        if waits:
            return
        lost = [name for name in names[:2] if name not in counted]
        yield f"{' and '.join(lost)} went away together with the bad one of the batch." if lost else ""
        yield "" if self._drain() else "The queue is empty: nobody will know that something was left out."

    def _counted(self) -> set[str]:
        """The photos that a run counted which did not fail afterwards: a failed one counts for nothing."""
        lines = [line.strip() for run in self.runs() if run.ok for line in run.logs]
        return {line.removeprefix("counted ") for line in lines if line.startswith("counted ")}

    def _settings(self) -> list[str]:
        mapping = self.account.lambda_.get_event_source_mapping(UUID=self.mapping)
        names = ("BatchSize", "MaximumRetryAttempts", "BisectBatchOnFunctionError")
        return [f"{name}: {mapping[name]}" for name in names]

    def _drain(self) -> int:
        """Take what is in the queue, and say how many that were."""
        answer = self.account.sqs.receive_message(QueueUrl=self.bad_likes, MaxNumberOfMessages=10)
        messages = answer.get("Messages", [])
        for message in messages:
            self.account.sqs.delete_message(QueueUrl=self.bad_likes, ReceiptHandle=message["ReceiptHandle"])
        return len(messages)


def _like(photo: str) -> str:
    return json.dumps({"photo": photo})
