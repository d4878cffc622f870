"""What is told apart between places to compute, and between settings of concurrency."""

from __future__ import annotations

from lambda_study.model.requirements import Comparison, Requirement, Violation

_LAMBDA_FUNCTION = "Lambda function"
_STEP_FUNCTIONS_WORKFLOW = "Step Functions workflow"
_FARGATE_TASK = "Fargate task"
_EC2_INSTANCE = "EC2 instance"

COMPUTE = Comparison(
    "compute",
    "Where does it run?",
    (_LAMBDA_FUNCTION, _STEP_FUNCTIONS_WORKFLOW, _FARGATE_TASK, _EC2_INSTANCE),
    (
        "The club renders its yearbook.",
        "The gallery of the club moves to AWS.",
        "Prints are ordered, made and sent.",
    ),
    (
        Requirement(
            "long",
            "One run computes for 40 minutes.",
            {
                _LAMBDA_FUNCTION: Violation(
                    "A run of a standard function ends after 15 minutes.", "timeout.max"
                ),
                _STEP_FUNCTIONS_WORKFLOW: Violation(
                    "A workflow calls services. It computes nothing itself.", "sfn.vs_durable"
                ),
            },
        ),
        Requirement(
            "code",
            "It is code of yours in Python.",
            {
                _STEP_FUNCTIONS_WORKFLOW: Violation(
                    "A workflow is drawn from calls of services. It runs no Python.", "sfn.vs_durable"
                ),
            },
        ),
        Requirement(
            "idle",
            "A request may come at any time and is answered within a second; hours without one cost nothing.",
            {
                _STEP_FUNCTIONS_WORKFLOW: Violation(
                    "A workflow calls services. What answers is still needed.", "sfn.vs_durable"
                ),
                _FARGATE_TASK: Violation(
                    "A task that waits for requests is paid for its vCPU and memory.", "fargate.x86"
                ),
                _EC2_INSTANCE: Violation(
                    "An instance that waits for requests is paid all the time.", "ec2.month_hours"
                ),
            },
        ),
        Requirement(
            "servers",
            "Nobody of the club cares for operating systems.",
            {
                _EC2_INSTANCE: Violation(
                    "The machine image of an instance, and what it lacks, are yours to care for.",
                    "ec2.needed_for",
                ),
            },
        ),
        Requirement(
            "image",
            "The kernel is patched: a machine image of your own.",
            {
                _LAMBDA_FUNCTION: Violation(
                    "AWS chooses the machine on which a function runs.", "ec2.needed_for"
                ),
                _STEP_FUNCTIONS_WORKFLOW: Violation("A workflow has no machine.", "ec2.needed_for"),
                _FARGATE_TASK: Violation(
                    "A task takes a container image. Machine images of your own need EC2.", "ec2.needed_for"
                ),
            },
        ),
        Requirement(
            "connections",
            "A server keeps its connections open for hours.",
            {
                _LAMBDA_FUNCTION: Violation(
                    "A run of a standard function ends after 15 minutes.", "timeout.max"
                ),
                _STEP_FUNCTIONS_WORKFLOW: Violation(
                    "A workflow calls services. Nobody connects to it.", "sfn.vs_durable"
                ),
            },
        ),
        Requirement(
            "approval",
            "A drawn flow without code waits two weeks until somebody approves, and nothing runs meanwhile.",
            {
                _LAMBDA_FUNCTION: Violation(
                    "A durable function can wait so long, but its flow is code.", "sfn.vs_durable"
                ),
                _FARGATE_TASK: Violation("A task that waits is paid for its vCPU and memory.", "fargate.x86"),
                _EC2_INSTANCE: Violation("An instance that waits is paid all the time.", "ec2.month_hours"),
            },
        ),
        Requirement(
            "steps",
            "Ten calls of AWS services follow each other, tried again if needed, without code to patch.",
            {
                _LAMBDA_FUNCTION: Violation("A function would be that code.", "sfn.vs_durable"),
                _FARGATE_TASK: Violation("A task would be that code, in a container.", "sfn.vs_durable"),
                _EC2_INSTANCE: Violation("A program on an instance would be that code.", "sfn.vs_durable"),
            },
        ),
    ),
)

_RESERVED_CONCURRENCY = "reserved concurrency"
_PROVISIONED_CONCURRENCY = "provisioned concurrency"
_SNAPSTART = "SnapStart"

CONCURRENCY = Comparison(
    "concurrency",
    "Which setting is it?",
    (_RESERVED_CONCURRENCY, _PROVISIONED_CONCURRENCY, _SNAPSTART),
    (
        "A function tells the price of prints.",
        "A function imports members.",
        "A function draws the map of the gallery.",
    ),
    (
        Requirement(
            "limit",
            "At most 20 run at a time, for the sake of a database.",
            {
                _PROVISIONED_CONCURRENCY: Violation(
                    "What comes above the provisioned number runs on demand.", "pc.spill"
                ),
                _SNAPSTART: Violation(
                    "It changes how environments start, and not how many.", "snapstart.start"
                ),
            },
        ),
        Requirement(
            "free",
            "Room is kept for the function, and the setting costs nothing.",
            {
                _PROVISIONED_CONCURRENCY: Violation("Each GB-second that is held ready is paid.", "pc.x86"),
                _SNAPSTART: Violation(
                    "It changes how environments start, and keeps no room for them.", "snapstart.start"
                ),
            },
        ),
        Requirement(
            "latest",
            "Room is kept for callers of `$LATEST`.",
            {
                _PROVISIONED_CONCURRENCY: Violation("It needs a published version or an alias.", "pc.rules"),
                _SNAPSTART: Violation(
                    "It needs a published version, and keeps no room.", "snapstart.not_with"
                ),
            },
        ),
        Requirement(
            "tens of ms",
            "The first call is answered within tens of milliseconds, too.",
            {
                _RESERVED_CONCURRENCY: Violation(
                    "It starts nothing ahead of time: the caller waits for the init.",
                    "concurrency.reserved_does",
                ),
                _SNAPSTART: Violation(
                    "A restore takes up to a second. Stricter needs are for provisioned concurrency.",
                    "snapstart.start",
                ),
            },
        ),
        Requirement(
            "unknown",
            "An init of 6 seconds goes down below one, and nothing is paid for environments that wait.",
            {
                _RESERVED_CONCURRENCY: Violation(
                    "It starts nothing ahead of time: the caller waits for the init.",
                    "concurrency.reserved_does",
                ),
                _PROVISIONED_CONCURRENCY: Violation(
                    "It is paid while it waits, and what comes above it starts as before.", "pc.x86"
                ),
            },
        ),
        Requirement(
            "sooner",
            "The long init no longer makes the first caller wait.",
            {
                _RESERVED_CONCURRENCY: Violation(
                    "It starts nothing ahead of time.", "concurrency.reserved_does"
                ),
            },
        ),
        Requirement(
            "node",
            "The function runs on Node.js.",
            {
                _SNAPSTART: Violation("It is for Java, Python and .NET.", "snapstart.runtimes"),
            },
        ),
        Requirement(
            "efs",
            "The function reads from an EFS file system.",
            {
                _SNAPSTART: Violation("It does not go with EFS.", "snapstart.not_with"),
            },
        ),
    ),
)
