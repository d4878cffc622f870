"""A function that writes where its own trigger listens."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_study.demos.clinic.case import Case
from lambda_study.demos.clinic.evidence import Evidence, Lines
from lambda_study.demos.notifications import bucket_rule, let_bucket, notify

_MOST_RUNS = 2  # a second one may look at the thumbnail and leave it


class EndlessThumbnails(Case):
    name = "endless-thumbnails"
    title = "One photo, sixteen invocations"
    complaint = (
        "Alan uploaded one photo. The bucket now has seventeen objects, with names like "
        "small-small-small-in/swan.jpg, and AWS sent a mail about a loop. What does a whole album cost us?"
    )
    parts = (
        "bucket album: photos are uploaded as in/NAME",
        "function square: is told of every new object, writes small-in/NAME into the same bucket",
    )
    causes = (
        "S3, which delivers each event several times",
        "a failure that is tried again",
        "a thumbnail that is a new object, too",
    )
    cause = causes[2]
    hints = (
        "Look at the details of the triggers: which object does each one tell of?",
        "Lambda stopped the loop after about 16 runs. Without that it would go on.",
        "A rule of the bucket can be limited to keys that begin with `in/`: "
        '`notify("album", bucket_rule(case.function(), "s3:ObjectCreated:*", prefix=...))`. '
        "A second bucket is the other way.",
    )
    checks = ("Loops are still stopped by Lambda", "A photo gets one thumbnail", "It costs one run, or two")
    functions = ("square",)

    def admit(self) -> None:
        function = self.given("square")
        self.account.bucket("album")
        let_bucket(function, "album")
        notify("album", bucket_rule(function, "s3:ObjectCreated:*"))
        self.account.put("album", "in/swan.jpg")

    def evidence(self) -> Evidence:
        triggers = self.trace.of("trigger", "failure")
        rules = self.account.s3.get_bucket_notification_configuration(Bucket="album")
        filters = [each.get("Filter", "no filter") for each in rules["LambdaFunctionConfigurations"]]
        return Evidence(
            {
                "Trace, its beginning": triggers[:3],
                "Trace, its end": triggers[-2:],
                "Rules of the bucket": Lines(*(f"ObjectCreated -> square: {each}" for each in filters)),
                "Counted": Lines(f"{len(self.runs())} invocations of square for one photo"),
            }
        )

    def examine(self) -> Iterator[str]:
        loop = self.account.lambda_.get_function_recursion_config(FunctionName="square")["RecursiveLoop"]
        if loop == "Allow":
            yield "RecursiveLoop is Allow: that stops no loop, it lets it run for ever. Set it to Terminate."
            return
        yield ""
        before, runs = self._objects(), len(self.runs())
        self.account.put("album", f"in/heron-{self.looks}.jpg")
        made, ran = len(self._objects() - before) - 1, len(self.runs()) - runs
        yield "" if made == 1 else f"It got {made}."
        yield "" if ran <= _MOST_RUNS else f"It took {ran} runs, and Lambda stopped it."

    def _objects(self) -> set[tuple[str, str]]:
        buckets = [each["Name"] for each in self.account.s3.list_buckets()["Buckets"]]
        return {
            (bucket, each["Key"])
            for bucket in buckets
            for each in self.account.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        }
