"""A key that S3 has encoded, and a handler that takes it as it is."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_study.demos.clinic.case import Case
from lambda_study.demos.clinic.evidence import Evidence, Log, failure_of
from lambda_study.demos.notifications import bucket_rule, let_bucket, notify


class LostNames(Case):
    name = "lost-names"
    title = "Some photos are never hung up"
    complaint = (
        "In our exhibition swan.jpg hangs, and Grace Hopper.jpg does not. Ada's photos do, Björn's do not. "
        "They are in the bucket, everybody can see them. But the function says that they do not exist."
    )
    parts = (
        "bucket exhibition: where members upload",
        "function curator: is told of each photo, looks it up and hangs it",
    )
    causes = (
        "an event that comes before the object can be read",
        "a key that is URL-encoded in the event",
        "a role that may not read these photos",
    )
    cause = causes[1]
    hints = (
        "Compare what the function looks for with the name of the photo, letter by letter.",
        "S3 encodes the key in its events: a space becomes +, and + becomes %2B.",
        "`unquote_plus` of Python's `urllib.parse` turns all of it back.",
    )
    checks = (
        "A name with a space is found",
        "So is one with an umlaut",
        "So is one with a plus sign",
    )
    functions = ("curator",)

    def admit(self) -> None:
        function = self.given("show_photo")
        self.account.bucket("exhibition")
        let_bucket(function, "exhibition")
        notify("exhibition", bucket_rule(function, "s3:ObjectCreated:*"))
        function.configure_async(maximum_retry_attempts=0)
        for key in ("swan.jpg", "Grace Hopper.jpg"):
            self.account.put("exhibition", key)

    def evidence(self) -> Evidence:
        return Evidence({"The last log of curator": Log(self.runs()[-1]), "Trace": self.trace[:5]})

    def examine(self) -> Iterator[str]:
        for name in ("Alan Turing", "Björn", "cat+dog"):
            before, key = len(self.runs()), f"{name} {self.looks}.jpg"
            self.account.put("exhibition", key)
            runs = self.runs()[before:]
            if not runs:
                yield "The function did not run."
                return
            hung = any(line.startswith(f"hung up {key} ") for line in runs[-1].logs)
            yield "" if hung else f"{key} does not hang. {failure_of(runs[-1])}".rstrip()
