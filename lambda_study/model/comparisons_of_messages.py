"""What is told apart between services for messages, and between places for what failed."""

from __future__ import annotations

from lambda_study.model.requirements import Comparison, Requirement, Violation

_SQS_QUEUE = "SQS queue"
_SNS_TOPIC = "SNS topic"
_EVENTBRIDGE_BUS = "EventBridge bus"
_KINESIS_DATA_STREAM = "Kinesis data stream"

MESSAGES = Comparison(
    "messages",
    "What takes the messages?",
    (_SQS_QUEUE, _SNS_TOPIC, _EVENTBRIDGE_BUS, _KINESIS_DATA_STREAM),
    (
        "Members of the club order prints, and the shop tells the rest of the application.",
        "Cameras of the club report each photo that is taken.",
        "The gallery tells what happens in it.",
    ),
    (
        Requirement(
            "several",
            "A message can be for several applications.",
            {
                _SQS_QUEUE: Violation(
                    "A message of a queue is for one consumer, who deletes it.", "sqs.one_consumer"
                ),
            },
        ),
        Requirement(
            "deleted",
            "One of many workers takes each message, and deletes it when it is done.",
            {
                _SNS_TOPIC: Violation(
                    "A topic pushes a copy to each subscriber. Nobody deletes a message from it.",
                    "sns.protocols",
                ),
                _EVENTBRIDGE_BUS: Violation(
                    "A bus pushes each event to the targets of its rules. Nobody deletes one.",
                    "eventbridge.delivery_retry",
                ),
                _KINESIS_DATA_STREAM: Violation(
                    "Records stay until their retention ends, whoever has read them.", "kinesis.retention"
                ),
            },
        ),
        Requirement(
            "fetched",
            "The readers fetch when they have time, up to a day later.",
            {
                _SNS_TOPIC: Violation(
                    "A topic pushes. There is no operation that fetches from it.", "sns.protocols"
                ),
                _EVENTBRIDGE_BUS: Violation(
                    "A bus pushes, and tries again for a day. Nobody fetches from it.",
                    "eventbridge.delivery_retry",
                ),
            },
        ),
        Requirement(
            "again",
            "Each reader keeps its own place, and can go back a week.",
            {
                _SQS_QUEUE: Violation(
                    "What one consumer has deleted, no other can read.", "sqs.one_consumer"
                ),
                _SNS_TOPIC: Violation(
                    "A standard topic keeps nothing. An archive is for FIFO topics.", "sns.archive"
                ),
                _EVENTBRIDGE_BUS: Violation(
                    "A replay sends events to the bus again. No target has a place of its own.",
                    "eventbridge.archive",
                ),
            },
        ),
        Requirement(
            "partner",
            "Some of the messages come from a SaaS partner of AWS, without code of yours.",
            {
                _SQS_QUEUE: Violation(
                    "Partners send to partner event buses of EventBridge.", "eventbridge.partners"
                ),
                _SNS_TOPIC: Violation(
                    "Partners send to partner event buses of EventBridge.", "eventbridge.partners"
                ),
                _KINESIS_DATA_STREAM: Violation(
                    "Partners send to partner event buses of EventBridge.", "eventbridge.partners"
                ),
            },
        ),
        Requirement(
            "content",
            "The content of a message decides which of the receivers get it, without code of yours.",
            {
                _SQS_QUEUE: Violation(
                    "A queue has one kind of consumer, and no rules that choose among several.",
                    "sqs.one_consumer",
                ),
                _KINESIS_DATA_STREAM: Violation(
                    "A reader begins at a position of the stream, and gets each record from there.",
                    "kinesis.starting_position",
                ),
            },
        ),
        Requirement(
            "e-mail",
            "Some of the receivers are people, by e-mail.",
            {
                _SQS_QUEUE: Violation(
                    "People are reached by a subscription of SNS. A queue waits for programs.",
                    "sns.protocols",
                ),
                _EVENTBRIDGE_BUS: Violation(
                    "E-mail is a protocol of SNS. A rule would send to a topic first.", "sns.protocols"
                ),
                _KINESIS_DATA_STREAM: Violation(
                    "People are reached by a subscription of SNS. A stream waits for programs.",
                    "sns.protocols",
                ),
            },
        ),
    ),
)

_DEAD_LETTER_QUEUE_OF_THE_FUNCTION = "dead-letter queue of the function"
_ON_FAILURE_DESTINATION = "on-failure destination"
_ON_SUCCESS_DESTINATION = "on-success destination"
_DEAD_LETTER_QUEUE_OF_THE_SOURCE_QUEUE = "dead-letter queue of the source queue"

FAILURES = Comparison(
    "failures",
    "What keeps the record?",
    (
        _DEAD_LETTER_QUEUE_OF_THE_FUNCTION,
        _ON_FAILURE_DESTINATION,
        _ON_SUCCESS_DESTINATION,
        _DEAD_LETTER_QUEUE_OF_THE_SOURCE_QUEUE,
    ),
    (
        "A function makes thumbnails.",
        "A function prints orders.",
        "A function writes invoices.",
    ),
    (
        Requirement(
            "queue",
            "Lambda reads the messages from an SQS queue.",
            {
                _DEAD_LETTER_QUEUE_OF_THE_FUNCTION: Violation(
                    "This one is for asynchronous invocations. A mapping invokes synchronously.", "sqs.dlq_of"
                ),
                _ON_FAILURE_DESTINATION: Violation(
                    "A queue keeps its own failures: by its redrive policy.", "sqs.dlq_of"
                ),
                _ON_SUCCESS_DESTINATION: Violation(
                    "Destinations of a function are for asynchronous invocations.", "async.destination_of"
                ),
            },
        ),
        Requirement(
            "asynchronous",
            "A bucket invokes the function asynchronously.",
            {
                _DEAD_LETTER_QUEUE_OF_THE_SOURCE_QUEUE: Violation(
                    "There is no source queue. Lambda keeps the event itself.", "model.async"
                ),
            },
        ),
        Requirement(
            "failed",
            "What failed all attempts is kept.",
            {
                _ON_SUCCESS_DESTINATION: Violation(
                    "This one gets records of what succeeded.", "async.destination_of"
                ),
            },
        ),
        Requirement(
            "response",
            "The record tells what the function answered or raised.",
            {
                _DEAD_LETTER_QUEUE_OF_THE_FUNCTION: Violation(
                    "A dead-letter queue gets the content of the event, without the response.",
                    "async.dlq_content",
                ),
                _DEAD_LETTER_QUEUE_OF_THE_SOURCE_QUEUE: Violation(
                    "A queue moves the message as it was, and knows nothing of the function.", "sqs.dlq_of"
                ),
            },
        ),
        Requirement(
            "bucket",
            "The records go straight into an S3 bucket.",
            {
                _DEAD_LETTER_QUEUE_OF_THE_FUNCTION: Violation(
                    "It can be an SQS queue or an SNS topic.", "async.dlq_targets"
                ),
                _ON_SUCCESS_DESTINATION: Violation("A bucket is for failures alone.", "async.destination_of"),
                _DEAD_LETTER_QUEUE_OF_THE_SOURCE_QUEUE: Violation("It is a queue.", "sqs.dlq_of"),
            },
        ),
        Requirement(
            "next",
            "The answer of a run that succeeded starts the next step, without code.",
            {
                _DEAD_LETTER_QUEUE_OF_THE_FUNCTION: Violation("It gets what failed.", "async.dlq_content"),
                _ON_FAILURE_DESTINATION: Violation("It gets what failed.", "async.destination_of"),
                _DEAD_LETTER_QUEUE_OF_THE_SOURCE_QUEUE: Violation(
                    "It gets what was received too often.", "sqs.dlq_of"
                ),
            },
        ),
        Requirement(
            "as it was",
            "The body is the event as it came, so that it can be sent again as it is.",
            {
                _ON_FAILURE_DESTINATION: Violation(
                    "A record wraps the event together with the response.", "async.dlq_content"
                ),
                _ON_SUCCESS_DESTINATION: Violation(
                    "A record wraps the event together with the response.", "async.dlq_content"
                ),
            },
        ),
    ),
)
