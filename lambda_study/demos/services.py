"""Which service meets what is stated, asked of the rules that tell neighbouring services apart."""

from __future__ import annotations

from lambda_study.model.drill import COMPARISONS


def requirements_that_rule_an_http_api_out() -> list[str]:
    """Which of five requirements an HTTP API of API Gateway does not meet.

    >>> requirements_that_rule_an_http_api_out()
    ['cache', 'waf']
    """
    web = COMPARISONS["web"]
    asked = [web.requirement(id) for id in ("routes", "cache", "domain", "waf", "price")]
    return [each.id for each in asked if "HTTP API" in each.violated_by]
