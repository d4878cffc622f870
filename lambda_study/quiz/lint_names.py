"""Names of services as AWS writes them, names that are wrong, and abbreviations that need no words."""

from __future__ import annotations

import re

# Service by service as AWS's documentation titled them on 2026-11-23: the part that follows the prefix.
_AWS = (
    "Lambda", "CloudFormation", "Step Functions", "Fargate", "CodeDeploy", "CodePipeline", "CodeBuild",
    "X-Ray", "Secrets Manager", "Systems Manager", "Compute Optimizer", "CloudTrail", "AppSync", "Batch",
    "Key Management Service", "App Runner", "AppConfig", "Signer", "WAF", "IAM Access Analyzer",
)  # fmt: skip
_AMAZON = (
    "S3", "SQS", "SNS", "DynamoDB", "API Gateway", "EventBridge", "CloudWatch", "CloudFront", "Cognito",
    "Kinesis", "EC2", "ECS", "ECR", "EFS", "RDS", "Aurora", "ElastiCache", "Athena", "MSK", "MQ", "SES",
    "OpenSearch", "Redshift", "Rekognition", "Textract", "Bedrock", "VPC Lattice",
)  # fmt: skip
# Stems name these in full the first time. The others are seldom the subject of a question.
_NAMED_IN_FULL = (
    "Lambda", "Step Functions", "Fargate", "CloudFormation", "CodeDeploy", "S3", "SQS", "SNS", "DynamoDB",
    "API Gateway", "EventBridge", "CloudWatch", "CloudFront", "Cognito", "Kinesis", "EC2", "ECS", "ECR",
    "EFS", "RDS", "Aurora",
)  # fmt: skip
# Names of other things begin with it: Lambda@Edge, a Lambda authorizer of an API.
_NOT_BEFORE = {"Lambda": r"(?!@| Power Tuning| Insights| layer| authorizer)"}


def _name(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.:/-]){re.escape(name)}(?![\w.:/-]*\w){_NOT_BEFORE.get(name, '')}")


FULL_NAMES = tuple((_name(name), f"{'AWS' if name in _AWS else 'Amazon'} {name}") for name in _NAMED_IN_FULL)


def _wrong(pattern: str, right: str) -> tuple[re.Pattern[str], str]:
    return re.compile(pattern), right


WRONG_NAMES = (
    _wrong(rf"\bAmazon ({'|'.join(map(re.escape, _AWS))})\b", "with AWS in front"),
    _wrong(rf"\bAWS ({'|'.join(map(re.escape, _AMAZON))})\b(?! (Region|SDK))", "with Amazon in front"),
    _wrong(r"\b(Dynamo DB|DynamoDb|Dynamodb)\b", "DynamoDB"),
    _wrong(r"\b(Cloud Watch|Cloudwatch)\b(?! Events)", "CloudWatch"),
    _wrong(r"\b(Cloud Front|Cloudfront)\b", "CloudFront"),
    _wrong(r"\b(Event Bridge|Eventbridge)\b", "EventBridge"),
    _wrong(r"\b(Cloud Formation|Cloudformation)\b", "CloudFormation"),
    _wrong(r"\b(API gateway|Api Gateway|APIGateway)\b(?!s)", "API Gateway"),
    _wrong(r"\b(Step functions|StepFunctions|Step Function)\b(?!s)", "Step Functions"),
    _wrong(r"\b(XRay|X-ray)\b", "X-Ray"),
    _wrong(r"\b(Recognition|Rekognitions)\b", "Rekognition"),
    _wrong(r"\b(Lamda|Lambada|Kinesys|Congito|Cognitto|Farget)\b", "misspelled"),
    _wrong(r"\bCloudWatch Events\b", "Amazon EventBridge, since 2019"),
    _wrong(r"\b(AWS SSO|AWS Single Sign-On)\b", "AWS IAM Identity Center, since 2022"),
    _wrong(r"\b(Amazon )?Kinesis (Data )?Firehose\b", "Amazon Data Firehose, since 2024"),
    _wrong(r"\bKinesis Data Analytics\b", "Amazon Managed Service for Apache Flink, since 2023"),
    _wrong(r"\b(Amazon )?Elasticsearch Service\b", "Amazon OpenSearch Service, since 2021"),
)

_COMMON = """
AI API APIS ARN ARM CD CI CLI CORS CPU CSV DNS GB GET GIF HEAD HTML HTTP HTTPS ID IO IP ISO JPEG JPG JSON
JWT KB KMS MAC MB MFA ML OK OS PATCH PDF PNG POST PUT DELETE OPTIONS REST SDK SQL SSD SSH TB TCP TLS TTL
UDP UI URI URL USD UTC UUID VM VPN XML YAML ZIP FIFO RAM PID PHP AWS EC2 ECR ECS EKS EFS EBS IAM MSK RDS
SAM S3 SES SNS SQS STS VPC WAF ALB NAT AMI AZ ACM CDK CNAME DLQ ENI SSE SSM US EU DB MQ A AND OR NOT IN
TO OF THE ONE TWO THREE FOUR FIVE MOST LEAST BEST LOWEST HIGHEST FEWEST FASTEST NO SIMPLEST FIRST ONCE
ALARM INIT INVOKE REPORT START END TOKEN REQUEST NONE SHUTDOWN HIT MISS
"""
# The web, AWS, and what stands in capitals without being an abbreviation.
ABBREVIATIONS = frozenset(_COMMON.split())
