"""The photo club's application as a whole, made by boto3 as it would be on AWS."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import boto3

from lambda_study.cloud import Cloud
from lambda_study.cloud.addresses import api_url, distribution_url
from lambda_study.demos.photo_club.functions import (
    FUNCTIONS,
    RESOURCES,
    RUNTIME,
    Allowed,
    ClubFunction,
    Ref,
    Resource,
)
from lambda_study.demos.photo_club.happened import Happened, happened
from lambda_study.demos.photo_club.resources import (
    Made,
    make_alarm,
    make_plain,
    make_role,
    make_site,
    subscribe,
)
from lambda_study.demos.web import function_uri
from lambda_study.engine.function import ACCOUNT, REGION

_LOGS: dict[str, object] = {
    "Effect": "Allow",
    "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
    "Resource": "*",
}


class ClubApplication:
    """The application in CLOUD: RESOURCES and FUNCTIONS, connected, with an execution role for each function.

    `made` has the resources by name. Who uses the application is a `Member`.

    Unlike AWS: what is made is there at once. There a script waits for the table, the stream, the site and
    the roles; a template waits by itself. The names of buckets are taken there, too.

    >>> with Cloud(clock="manual", enforce_permissions=True) as cloud:
    ...     ClubApplication(cloud)
    8 functions: admit, address, thumbnail, announce, newsletter, gallery, looks, report
    """

    def __init__(
        self,
        cloud: Cloud,
        functions: Mapping[str, ClubFunction] = FUNCTIONS,
        resources: Mapping[str, Resource] = RESOURCES,
    ) -> None:
        self.cloud = cloud
        self.functions = functions
        self._told = 0
        self._lambda = boto3.client("lambda")
        self.made = make_plain(resources)
        subscribe(self.made["news"], self.made["letters"])
        subscribe(self.made["trouble"], self.made["desk"])
        self.arns = {function.name: self._deploy(function) for function in functions.values()}
        self._connect()

    def __repr__(self) -> str:
        return f"{len(self.arns)} functions: {', '.join(self.arns)}"

    @property
    def api(self) -> str:
        """The address of the API."""
        return api_url(self.cloud.endpoint_url, self.made["web"].ref)

    @property
    def site(self) -> str:
        """The address of the site that shows the thumbnails."""
        return distribution_url(self.cloud.endpoint_url, self.made["site"].ref)

    @property
    def client_id(self) -> str:
        """By which the club's page names itself to the user pool."""
        return self._client_id

    def happened(self) -> Happened:
        """What has happened in the cloud since it was asked last, or since the application was made."""
        self.cloud.settle()
        events = self.cloud.trace[self._told :]
        self._told += len(events)
        return happened(events)

    def waiting(self, queue: str) -> list[Any]:
        """What waits in a queue of the application; it stays there. At most ten messages, read as JSON."""
        answer = boto3.client("sqs").receive_message(
            QueueUrl=self.made[queue].ref, MaxNumberOfMessages=10, VisibilityTimeout=0
        )
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    def papers(self, folder: str) -> list[str]:
        """What lies in a folder of the bucket "office": newsletters, or reports."""
        s3, office = boto3.client("s3"), self.made["office"].ref
        listed = s3.list_objects_v2(Bucket=office, Prefix=f"{folder}/").get("Contents", [])
        return [s3.get_object(Bucket=office, Key=each["Key"])["Body"].read().decode() for each in listed]

    def logged(self, function: str, pattern: str) -> list[str]:
        """The lines of a function's log in which CloudWatch Logs finds PATTERN."""
        found = boto3.client("logs").filter_log_events(
            logGroupName=f"/aws/lambda/{function}", filterPattern=pattern
        )
        return [event["message"].rstrip("\n") for event in found["events"]]

    # -- functions

    def _deploy(self, function: ClubFunction) -> str:
        """Make the execution role of a function, and the function; its ARN."""
        statements = [_LOGS, *(self._statement(allowed) for allowed in function.allowed)]
        more: dict[str, Any] = {}
        if function.dead_letter:
            more = {"DeadLetterConfig": {"TargetArn": self.made[function.dead_letter].arn}}
        created = self._lambda.create_function(
            FunctionName=function.name,
            Runtime=RUNTIME,
            Handler=function.handler,
            Role=make_role(f"{function.name}-role", "lambda", *statements),
            Code={"ZipFile": _zipped(function)},
            MemorySize=function.memory_mb,
            Timeout=function.timeout_s,
            Environment={"Variables": self._variables(function.environment)},
            **more,
        )
        return str(created["FunctionArn"])

    def _statement(self, allowed: Allowed) -> dict[str, object]:
        resource = "*" if allowed.resource == "*" else self.made[allowed.resource].arn + allowed.part
        return {"Effect": "Allow", "Action": list(allowed.actions), "Resource": resource}

    def _variables(self, given: Mapping[str, Ref | str]) -> dict[str, str]:
        return {
            name: self.made[value.resource].ref if isinstance(value, Ref) else value
            for name, value in given.items()
        }

    def _let_in(self, function: str, service: str, source_arn: str, **more: str) -> None:
        """Let SERVICE invoke a function for what SOURCE_ARN names."""
        self._lambda.add_permission(
            FunctionName=function,
            StatementId=service,
            Action="lambda:InvokeFunction",
            Principal=f"{service}.amazonaws.com",
            SourceArn=source_arn,
            **more,
        )

    # -- triggers

    def _connect(self) -> None:
        """Make what needs the functions: whatever invokes them, or looks after them."""
        self._notify()
        self._read()
        self.made["members"] = self._user_pool()
        self.made["web"] = self._api()
        self.made["night"] = self._schedule()
        self.made["site"] = make_site(self.made["thumbnails"])
        self.made["thumbnail-fails"] = make_alarm("thumbnail-fails", "thumbnail", self.made["trouble"])

    def _notify(self) -> None:
        """Let the bucket tell its function of photos."""
        trigger, photos = self.functions["thumbnail"].trigger, self.made["photos"]
        self._let_in("thumbnail", "s3", photos.arn, SourceAccount=ACCOUNT)
        rule = {"LambdaFunctionArn": self.arns["thumbnail"], "Events": [trigger.event]}
        boto3.client("s3").put_bucket_notification_configuration(
            Bucket=photos.ref, NotificationConfiguration={"LambdaFunctionConfigurations": [rule]}
        )

    def _read(self) -> None:
        """Let Lambda read the queue and both streams."""
        table = boto3.client("dynamodb").describe_table(TableName=self.made["album"].ref)["Table"]
        sources = {
            "announce": table["LatestStreamArn"],
            "newsletter": self.made["letters"].arn,
            "looks": self.made["looks"].arn,
        }
        for name, arn in sources.items():
            settings = self.functions[name].trigger.settings
            self._lambda.create_event_source_mapping(FunctionName=name, EventSourceArn=arn, **settings)

    def _user_pool(self) -> Made:
        client, trigger = boto3.client("cognito-idp"), self.functions["admit"].trigger
        pool = client.create_user_pool(
            PoolName="members",
            LambdaConfig={trigger.event: self.arns["admit"]},
            AutoVerifiedAttributes=["email"],
        )["UserPool"]
        self._let_in("admit", "cognito-idp", pool["Arn"])
        made = client.create_user_pool_client(
            UserPoolId=pool["Id"], ClientName="web", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
        )
        self._client_id = str(made["UserPoolClient"]["ClientId"])
        return Made(str(pool["Arn"]), str(pool["Id"]))

    def _api(self) -> Made:
        """Make an HTTP API whose routes take the ID tokens of the user pool alone."""
        client = boto3.client("apigatewayv2")
        api_id = str(client.create_api(Name="web", ProtocolType="HTTP")["ApiId"])
        issuer = f"https://cognito-idp.{REGION}.amazonaws.com/{self.made['members'].ref}"
        authorizer = client.create_authorizer(
            ApiId=api_id,
            Name="members",
            AuthorizerType="JWT",
            IdentitySource=["$request.header.Authorization"],
            JwtConfiguration={"Issuer": issuer, "Audience": [self._client_id]},
        )
        arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api_id}"
        for function in self.functions.values():
            if function.trigger.resource == "web":
                self._route(api_id, str(authorizer["AuthorizerId"]), function)
                self._let_in(function.name, "apigateway", f"{arn}/*/{_path(function.trigger.event)}")
        client.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
        return Made(arn, api_id)

    def _route(self, api_id: str, authorizer_id: str, function: ClubFunction) -> None:
        client = boto3.client("apigatewayv2")
        integration = client.create_integration(
            ApiId=api_id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=function_uri(self.arns[function.name]),
            PayloadFormatVersion="2.0",
        )
        client.create_route(
            ApiId=api_id,
            RouteKey=function.trigger.event,
            AuthorizationType="JWT",
            AuthorizerId=authorizer_id,
            Target=f"integrations/{integration['IntegrationId']}",
        )

    def _schedule(self) -> Made:
        """Make the schedule of the report, with a role by which Scheduler invokes it."""
        invoke = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": self.arns["report"]}
        target = {
            "Arn": self.arns["report"],
            "RoleArn": make_role("night-role", "scheduler", invoke),
            "Input": json.dumps({"time": "<aws.scheduler.scheduled-time>"}),
        }
        made = boto3.client("scheduler").create_schedule(
            Name="night",
            ScheduleExpression=self.functions["report"].trigger.event,
            FlexibleTimeWindow={"Mode": "OFF"},
            Target=target,
        )
        return Made(str(made["ScheduleArn"]), "night")


def _path(route: str) -> str:
    """A route as an ARN has it.

    >>> _path("GET /photos")
    'GET/photos'
    """
    return route.replace(" ", "")


def _zipped(function: ClubFunction) -> bytes:
    """The deployment package. What the function requires comes from this computer.

    Unlike AWS: there Pillow has to be in the package, or in a layer.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.write(function.file, function.file.name)
    return file.getvalue()
