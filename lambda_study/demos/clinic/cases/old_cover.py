"""A function whose role may not do what the handler does."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_study.cloud.permissions import Permissions
from lambda_study.demos.clinic.case import Case
from lambda_study.demos.clinic.evidence import Evidence, Lines, Log, failure_of
from lambda_study.demos.small_account import policy

_TRUSTS = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
_READS = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}
_TOO_MUCH = {
    "delete photos": ("s3:DeleteObject", "arn:aws:s3:::photos/swan.jpg"),
    "overwrite photos": ("s3:PutObject", "arn:aws:s3:::photos/swan.jpg"),
    "delete the bucket": ("s3:DeleteBucket", "arn:aws:s3:::covers"),
}


class OldCover(Case):
    name = "old-cover"
    title = "Yesterday's photo on the cover"
    complaint = (
        "Each morning the cover of our site gets a new photo. Since covers have a bucket of their own, it "
        "stays as it was. The function can read the photo, that much we see. It is started every morning."
    )
    parts = (
        "bucket photos: the photos of the members",
        "function cover, with the role cover: reads a photo, writes it as today.jpg into the bucket covers",
    )
    causes = (
        "a role that may not write into the bucket covers",
        "a schedule that may not invoke the function",
        "a bucket that is not there",
    )
    cause = causes[0]
    hints = (
        "The function runs, so nobody was kept from invoking it. Which call fails, and who made it?",
        "The message names the role, the action and the resource. A policy of the role has to allow that.",
        '`put_role_policy(RoleName="cover", PolicyName=..., PolicyDocument=...)` of boto3\'s iam client. The '
        "resource is each object of the bucket: `arn:aws:s3:::covers/*`.",
    )
    checks = ("The cover is today's photo", "The role may do no more than it needs")
    functions = ("cover",)
    enforced = True

    def admit(self) -> None:
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        role = self.account.iam.create_role(RoleName="cover", AssumeRolePolicyDocument=policy(trust))
        self.account.iam.put_role_policy(
            RoleName="cover", PolicyName="reads-photos", PolicyDocument=policy(_READS)
        )
        for bucket in ("photos", "covers"):
            self.account.bucket(bucket)
        self.account.put("photos", "swan.jpg")
        self._first = self.given("cover", role=role["Role"]["Arn"]).invoke({"photo": "swan.jpg"})

    def evidence(self) -> Evidence:
        names = self.account.iam.list_role_policies(RoleName="cover")["PolicyNames"]
        return Evidence(
            {
                "The log of cover": Log(self._first),
                "Policies of the role cover": Lines(*map(self._shown, names)),
            }
        )

    def examine(self) -> Iterator[str]:
        body = f"photo {self.looks}".encode()
        self.account.put("photos", "owl.jpg", body)
        run = self.function().invoke({"photo": "owl.jpg"})
        if not run.ok:
            yield failure_of(run)
            return
        cover = self.account.s3.get_object(Bucket="covers", Key="today.jpg")["Body"].read()
        yield "" if cover == body else "The function ran, and the cover is another photo."
        role = self.account.lambda_.get_function_configuration(FunctionName="cover")["Role"]
        decides = Permissions(enforced=True).role_allows
        wide = [what for what, asked in _TOO_MUCH.items() if decides(role, *asked)]
        yield f"It may now {' and '.join(wide)} as well. Name the action and the bucket." if wide else ""

    def _shown(self, name: str) -> str:
        answer = self.account.iam.get_role_policy(RoleName="cover", PolicyName=name)
        (statement,) = answer["PolicyDocument"]["Statement"]
        return f"{name}: {statement['Effect']} {statement['Action']} on {statement['Resource']}"
