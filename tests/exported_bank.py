"""A small bank with a question of each kind and all that is hard to carry over to other formats."""

from __future__ import annotations

from pathlib import Path

from lambda_study.quiz import Bank, load_bank

TOPIC = """# Retries/limits: 50 % {more}

For `us-east-1`.

## who-tries-again
level: recall · domain: DVA-C03/1, SAA-C03/3 · proof: fact async.retries
source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html (read 2026-11-23)

A handler does this each time:

```python
raise ValueError({"n": 1})  # ~ = # { } : <b>

print("never")
```

How many times does it run?

- [ ] Once {1}
  A synchronous caller sees one run; `x = {1}` is code.
- [x] Three times {3}
  One run and two retries.

> Errors: two **retries**.

## three-of-six
level: exam · domain: DVA-C03/1
source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs.html (read 2026-11-23)

Which services are polled?
Select THREE.

- [x] Amazon SQS
  Polled in batches.
- [x] Amazon Kinesis
  Polled a shard.
- [x] DynamoDB Streams
  Polled like Kinesis.
- [ ] Amazon S3
  Pushes.
- [ ] Amazon SNS
  Pushes.
- [ ] Amazon API Gateway
  Waits for the answer.

## month
level: recall · domain: CLF-C02/4 · proof: calc 1/2
source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-23)

What does it cost?

= 0.5 USD ± 0.01
  Half a dollar.
"""


def small_bank(folder: Path) -> Bank:
    """The bank, written to FOLDER and read again."""
    (folder / "retries.md").write_text(TOPIC, encoding="utf-8")
    bank = load_bank(folder)
    assert bank.problems == ()
    return bank
