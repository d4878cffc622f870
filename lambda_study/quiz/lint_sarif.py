"""Findings as SARIF 2.1.0, the format in which editors and code hosts show what linters find."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lambda_study import __version__
from lambda_study.quiz.finding import Finding, Severity
from lambda_study.quiz.lint import BANK_RULES, RULES, descriptions

# The schema of OASIS's standard, read 2026-11-23.
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(findings: Iterable[Finding]) -> dict[str, Any]:
    """The SARIF log of one run of the lint that found FINDINGS; all rules are named, found or not.

    A finding of a file as a whole has its place without a line. Paths are as in the findings.

    >>> log = sarif([Finding("quizzes/s3.md", 7, "key-with-a-space", "clang", "warning", "has a key ...")])
    >>> log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
    {'startLine': 7}
    """
    rules = [_rule(name, text) for name, text in descriptions().items()]
    places = {rule["id"]: index for index, rule in enumerate(rules)}
    driver = {"name": "lambda-study bank lint", "version": __version__, "rules": rules}
    results = [_result(finding, places[finding.rule]) for finding in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(name: str, text: str) -> dict[str, Any]:
    return {
        "id": name,
        "shortDescription": {"text": text},
        "defaultConfiguration": {"level": _SEVERITIES.get(name, "error")},
    }


_SEVERITIES: dict[str, Severity] = {rule.name: rule.severity for rule in (*RULES, *BANK_RULES)} | {
    "unused-ignore": "warning",
    "source-age": "warning",
}


def _result(finding: Finding, index: int) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": finding.path}}
    if finding.line:
        place["region"] = {"startLine": finding.line}
    message = f'"{finding.id}" {finding.message}' if finding.id else finding.message
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": message},
        "locations": [{"physicalLocation": place}],
    }
