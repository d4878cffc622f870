"""A bucket that is not allowed to invoke the function any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lambda_study.demos.clinic.case import Case
from lambda_study.demos.clinic.evidence import Evidence, Lines, Log, failure_of
from lambda_study.demos.clinic.invokers import invokers
from lambda_study.demos.notifications import bucket_rule, let_bucket, notify


class NoThumbnails(Case):
    name = "no-thumbnails"
    title = "No thumbnails since Tuesday"
    complaint = (
        "On Monday everything was fine. On Tuesday Ben tidied up the account, and since then no photo gets a "
        "thumbnail. The uploads themselves work. And the function has no errors: its log ends on Monday."
    )
    parts = (
        "bucket photos: whoever uploads here is a member",
        "function thumbnail: is told of every new photo, and makes the thumbnail",
        "bucket thumbnails: where they go",
    )
    causes = (
        "a role that may not read the bucket",
        "a bucket that may not invoke the function",
        "a function that is too slow",
    )
    cause = causes[1]
    hints = (
        "A function that runs and is refused writes a line in its log. Is there one?",
        "The trace says what became of Tuesday's event, and why.",
        "S3 pushes. Who pushes needs a statement in the function's resource policy: `add_permission` of "
        "boto3's lambda client, with Principal s3.amazonaws.com and the bucket's ARN as SourceArn.",
    )
    checks = ("A new photo gets a thumbnail", "No bucket but photos may invoke the function")
    functions = ("thumbnail",)
    enforced = True

    def admit(self) -> None:
        role = self.account.role("thumbnail", s3="GetObject PutObject ListBucket")
        function = self.given("thumbnail", role=role)
        for bucket in ("photos", "thumbnails"):
            self.account.bucket(bucket)
        let_bucket(function, "photos")
        notify("photos", bucket_rule(function, "s3:ObjectCreated:*"))
        self.account.put("photos", "monday.jpg")
        self.cloud.clock.advance(days=1)
        self.account.lambda_.remove_permission(FunctionName=function.name, StatementId="photos")
        self.account.put("photos", "tuesday.jpg")

    def evidence(self) -> Evidence:
        policy = [*map(str, invokers(self.account.lambda_, "thumbnail"))] or ["it has none"]
        return Evidence(
            {
                "The last log of thumbnail": Log(self.runs()[-1]),
                "Trace": self.trace[:3],
                "What became of tuesday.jpg": Lines(self.trace.of("failure")[0].error),
                "Resource policy of thumbnail": Lines(*policy),
            }
        )

    def examine(self) -> Iterator[str]:
        key, before = f"wednesday-{self.looks}.jpg", len(self.runs())
        self.account.put("photos", key)
        made = {each["Key"] for each in self._listed("thumbnails")}
        runs = self.runs()[before:]
        yield "" if key in made else _why_not(failure_of(runs[-1]) if runs else "")
        wide = [each for each in invokers(self.account.lambda_, "thumbnail") if not each.names("photos")]
        yield f"The policy has {wide[0]}. Name the bucket in SourceArn." if wide else ""

    def _listed(self, bucket: str) -> list[dict[str, Any]]:
        return list(self.account.s3.list_objects_v2(Bucket=bucket).get("Contents", []))


def _why_not(error: str) -> str:
    if error:
        return f"The function ran, and failed: {error}."
    return "The photo came, and the function did not run: S3 is still refused."
