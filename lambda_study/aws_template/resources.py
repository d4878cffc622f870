"""The resources around the functions, each as CloudFormation has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lambda_study.aws_template.application import Application
from lambda_study.aws_template.names import Json, arn_of, bucket_name, function_id, get, id_of, ref, sub

_POLICY = "2012-10-17"
_DAY_S = 86_400
_CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"  # a cache policy of AWS: keeps for a day


def resources(app: Application) -> Json:
    """All resources of APP but its functions, by logical id."""
    made: Json = {}
    for name, kind in app.resources.items():
        made |= _MAKERS[kind](app, name)
    for topic, queue in app.sends_on.items():
        made |= _subscription(app, topic, queue)
    return made


def _bucket(app: Application, name: str) -> Json:
    given = bucket_name(app, name)
    resource: Json = {"Type": "AWS::S3::Bucket"}
    if given:
        resource["Properties"] = {"BucketName": sub(given)}
    return {id_of(app, name): resource}


def _table(app: Application, name: str) -> Json:
    """A table that is paid by request. A third key is that of an index; a stream is there if it is read."""
    keys = app.keys[name]
    properties: Json = {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in keys],
        "KeySchema": _schema(*keys[:2]),
    }
    for day in keys[2:]:
        index = {"IndexName": f"by_{day}", "KeySchema": _schema(day, keys[1])}
        properties["GlobalSecondaryIndexes"] = [{**index, "Projection": {"ProjectionType": "ALL"}}]
    if app.triggered_by(name):
        properties["StreamSpecification"] = {"StreamViewType": "NEW_IMAGE"}
    return {id_of(app, name): {"Type": "AWS::DynamoDB::Table", "Properties": properties}}


def _schema(*keys: str) -> list[Json]:
    return [
        {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
    ]


def _queue(app: Application, name: str) -> Json:
    """A queue. One that invokes a function has another one behind it, for what fails five times.

    What waits for people is kept for as long as SQS keeps anything. The queue of a
    function hides a message for six times the function's timeout and the window of a batch, as AWS advises:
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html (read 2026-11-23).
    """
    logical_id, readers = id_of(app, name), app.triggered_by(name)
    kept = {"MessageRetentionPeriod": 14 * _DAY_S}
    if not readers:
        return {logical_id: {"Type": "AWS::SQS::Queue", "Properties": kept}}
    window = max(int(str(each.trigger.settings.get("MaximumBatchingWindowInSeconds", 0))) for each in readers)
    failed = logical_id.replace("Queue", "FailedQueue")
    properties = {
        "VisibilityTimeout": 6 * max(each.timeout_s for each in readers) + window,
        "RedrivePolicy": {"deadLetterTargetArn": get(failed), "maxReceiveCount": 5},
    }
    return {
        logical_id: {"Type": "AWS::SQS::Queue", "Properties": properties},
        failed: {"Type": "AWS::SQS::Queue", "Properties": kept},
    }


def _topic(app: Application, name: str) -> Json:
    """A topic. That of the alarms tells the parameter's address, if there is one."""
    logical_id = id_of(app, name)
    made: Json = {logical_id: {"Type": "AWS::SNS::Topic"}}
    if name == "trouble":
        told = {"Protocol": "email", "Endpoint": ref("AlarmEmail"), "TopicArn": ref(logical_id)}
        made["TroubleEmail"] = {"Type": "AWS::SNS::Subscription", "Condition": "IsTold", "Properties": told}
    return made


def _stream(app: Application, name: str) -> Json:
    return {id_of(app, name): {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 1}}}


def _user_pool(app: Application, name: str) -> Json:
    logical_id = id_of(app, name)
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    client = {"UserPoolId": ref(logical_id), "ExplicitAuthFlows": flows}
    return {
        logical_id: {"Type": "AWS::Cognito::UserPool", "Properties": {"AutoVerifiedAttributes": ["email"]}},
        f"{logical_id}Client": {"Type": "AWS::Cognito::UserPoolClient", "Properties": client},
    }


def _api(app: Application, name: str) -> Json:
    """An HTTP API for those who have signed in at the user pool; it takes ten requests a second."""
    (pool,) = app.of_kind("user pool")
    pool_id = id_of(app, pool)
    issuer = sub(f"https://cognito-idp.${{AWS::Region}}.amazonaws.com/${{{pool_id}}}")
    authorizer = {
        "IdentitySource": "$request.header.Authorization",
        "JwtConfiguration": {"issuer": issuer, "audience": [ref(f"{pool_id}Client")]},
    }
    properties = {
        "Auth": {"DefaultAuthorizer": "Members", "Authorizers": {"Members": authorizer}},
        "DefaultRouteSettings": {"ThrottlingRateLimit": 10, "ThrottlingBurstLimit": 20},
    }
    return {id_of(app, name): {"Type": "AWS::Serverless::HttpApi", "Properties": properties}}


def _distribution(app: Application, name: str) -> Json:
    """A distribution before a bucket that nobody else may read."""
    logical_id, bucket = id_of(app, name), app.shows[name]
    access = {
        "Name": sub(f"${{AWS::StackName}}-{name}"),
        "OriginAccessControlOriginType": "s3",
        "SigningBehavior": "always",
        "SigningProtocol": "sigv4",
    }
    return {
        f"{logical_id}Access": {
            "Type": "AWS::CloudFront::OriginAccessControl",
            "Properties": {"OriginAccessControlConfig": access},
        },
        logical_id: {
            "Type": "AWS::CloudFront::Distribution",
            "Properties": {"DistributionConfig": _site(app, bucket, f"{logical_id}Access")},
        },
        f"{logical_id}MayRead": _may_read(app, bucket, logical_id),
    }


def _site(app: Application, bucket: str, access: str) -> Json:
    origin = {
        "Id": bucket,
        "DomainName": get(id_of(app, bucket), "RegionalDomainName"),
        "OriginAccessControlId": get(access, "Id"),
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    behavior = {
        "TargetOriginId": bucket,
        "ViewerProtocolPolicy": "redirect-to-https",
        "CachePolicyId": _CACHING_OPTIMIZED,
    }
    return {"Enabled": True, "Origins": [origin], "DefaultCacheBehavior": behavior}


def _may_read(app: Application, bucket: str, distribution: str) -> Json:
    """The bucket's policy: this one distribution may read its objects."""
    arn = sub(f"arn:${{AWS::Partition}}:cloudfront::${{AWS::AccountId}}:distribution/${{{distribution}}}")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": arn_of(app, bucket, "/*"),
        "Condition": {"StringEquals": {"AWS:SourceArn": arn}},
    }
    document = {"Version": _POLICY, "Statement": [statement]}
    properties = {"Bucket": ref(id_of(app, bucket)), "PolicyDocument": document}
    return {"Type": "AWS::S3::BucketPolicy", "Properties": properties}


def _alarm(app: Application, name: str) -> Json:
    """An alarm that goes off when a run of its function has failed within a minute."""
    properties = {
        "Namespace": "AWS/Lambda",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": ref(function_id(app.watches[name]))}],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "AlarmActions": [ref(id_of(app, "trouble"))],
    }
    return {id_of(app, name): {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}}


def _subscription(app: Application, topic: str, queue: str) -> Json:
    """What a topic needs to send its messages to a queue as they are."""
    topic_id, queue_id = id_of(app, topic), id_of(app, queue)
    subscription = {
        "Protocol": "sqs",
        "TopicArn": ref(topic_id),
        "Endpoint": get(queue_id),
        "RawMessageDelivery": True,
    }
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": get(queue_id),
        "Condition": {"ArnEquals": {"aws:SourceArn": ref(topic_id)}},
    }
    document = {"Version": _POLICY, "Statement": [statement]}
    policy = {"Queues": [ref(queue_id)], "PolicyDocument": document}
    return {
        f"{topic_id}To{queue_id}": {"Type": "AWS::SNS::Subscription", "Properties": subscription},
        f"{queue_id}MayGet": {"Type": "AWS::SQS::QueuePolicy", "Properties": policy},
    }


def _made_by_sam(app: Application, name: str) -> Json:
    """Nothing: SAM makes a schedule from the function's event."""
    return {}


_MAKERS: Mapping[str, Callable[[Application, str], Json]] = MappingProxyType(
    {
        "bucket": _bucket,
        "table": _table,
        "queue": _queue,
        "topic": _topic,
        "stream": _stream,
        "user pool": _user_pool,
        "api": _api,
        "distribution": _distribution,
        "schedule": _made_by_sam,
        "alarm": _alarm,
    }
)
