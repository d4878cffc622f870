"""The embedded metric format: log events that CloudWatch makes metrics of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from lambda_study.cloud.seam.cloudwatch import Sample


def embedded(message: str) -> Iterator[tuple[str, Sample]]:
    """Yield the values that a log event holds, each with the namespace of its metric.

    >>> directive = {"Namespace": "club", "Dimensions": [["kind"]], "Metrics": [{"Name": "faces"}]}
    >>> about = {"Timestamp": 0, "CloudWatchMetrics": [directive]}
    >>> [(namespace, sample)] = embedded(json.dumps({"_aws": about, "kind": "swan", "faces": 3}))
    >>> namespace, sample.name, sample.value, sample.dimensions
    ('club', 'faces', 3.0, {'kind': 'swan'})
    >>> list(embedded("no metric"))
    []

    Unlike AWS: what does not follow the format is passed over without a word.
    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/\
CloudWatch_Embedded_Metric_Format_Specification.html (read 2026-11-23).
    """
    if '"_aws"' not in message:
        return
    try:
        document = json.loads(message)
        at = datetime.fromtimestamp(document["_aws"]["Timestamp"] / 1000, UTC)
        for directive in document["_aws"]["CloudWatchMetrics"]:
            for sample in _samples(directive, document, at):
                yield directive["Namespace"], sample
    except (ValueError, KeyError, TypeError):
        return


def _samples(directive: Mapping[str, Any], document: Mapping[str, Any], at: datetime) -> Iterator[Sample]:
    """Yield each value of each metric, once for each set of dimensions."""
    for metric in directive["Metrics"]:
        found = document[metric["Name"]]
        for names in directive.get("Dimensions") or [[]]:
            dimensions = {name: str(document[name]) for name in names}
            for value in found if isinstance(found, list) else [found]:
                yield Sample(metric["Name"], dimensions, at, float(value), metric.get("Unit", "None"))
