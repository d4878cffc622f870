"""Three questions of each kind that the tests of the quiz view and the handouts share."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from lambda_study.quiz.question import Answer, Option, Question, Source

SOURCE = Source("https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html", date(2026, 11, 23))

SINGLE = Question(
    id="async-retry-default",
    topic="concurrency",
    kind="single",
    level="recall",
    domains=(("DVA-C03", 1),),
    stem="An asynchronous invocation raises an exception every time.\nHow many times does the handler run?",
    options=(
        Option("A", "Once", False, "A synchronous caller sees `one` run; the queue tries again.", 1),
        Option("B", "Three times", True, "One run and two retries.", 3),
        Option("C", "Until it expires", False, "Throttling is retried for hours, errors are not.", 9),
    ),
    sources=(SOURCE,),
    note="Errors in your code: two **retries**.",
)

MULTIPLE = Question(
    id="who-shares-tmp",
    topic="concurrency",
    kind="multiple",
    level="exam",
    domains=(("DVA-C03", 1),),
    stem="A handler does this:\n\n```python\nopen('/tmp/n', 'a')  # <b>\n```\n\nWhat is true? (Select TWO.)",
    options=(
        Option(
            "A", "The file `/tmp/n` stays while the environment is warm", True, "It lives in the environment."
        ),
        Option("B", "Each environment has a file of its own", True, "Environments share no disk."),
        Option("C", "All environments append to one file", False, "That would need Amazon EFS."),
        Option("D", "The file is in Amazon S3", False, "Nothing copies it there."),
    ),
    sources=(SOURCE,),
)

NUMERIC = Question(
    id="busy-environments",
    topic="concurrency",
    kind="numeric",
    level="exam",
    domains=(("DVA-C03", 1),),
    stem="20 requests arrive each second; each takes 500 ms. How many environments are busy on average?",
    answer=Answer(Decimal(10), "environments", reason="20 requests/s times 0.5 s."),
    sources=(SOURCE,),
)

QUESTIONS = (SINGLE, MULTIPLE, NUMERIC)

# What must not leave Python before Submit, and must not stand on a student's sheet.
SECRETS = tuple(
    [option.reason for question in QUESTIONS for option in question.options]
    + ["20 requests/s times 0.5 s.", "two **retries**", "two <strong>retries</strong>", "10 environments"]
)


def with_another_key(question: Question) -> Question:
    """The same question to a learner's eye, with another key and other reasons."""
    if question.answer is not None:
        other = replace(question.answer, value=question.answer.value + 1, reason="Other.")
        return replace(question, answer=other, note="Other.")
    keys = [option.correct for option in question.options]
    options = tuple(
        replace(option, correct=correct, reason="Other.", claim=None)
        for option, correct in zip(question.options, keys[1:] + keys[:1], strict=True)
    )
    return replace(question, options=options, note="Other.")
