"""What is told apart between ways to a function by HTTP, and between kinds of code at the edge."""

from __future__ import annotations

from lambda_study.model.requirements import Comparison, Requirement, Violation

_REST_API = "REST API"
_HTTP_API = "HTTP API"
_FUNCTION_URL = "function URL"

WEB = Comparison(
    "web",
    "Which way in?",
    (_REST_API, _HTTP_API, _FUNCTION_URL),
    (
        "The gallery answers requests for photos.",
        "The shop of the club answers requests for prices.",
        "The list of members answers requests by HTTP.",
    ),
    (
        Requirement(
            "keys",
            "Each partner has an API key and a quota.",
            {
                _HTTP_API: Violation(
                    "API keys and usage plans are features of REST APIs.", "apigw.rest_only"
                ),
                _FUNCTION_URL: Violation("It has neither keys nor quotas.", "url.lacks"),
            },
        ),
        Requirement(
            "waf",
            "AWS WAF stands directly before it.",
            {
                _HTTP_API: Violation("WAF is a feature of REST APIs.", "apigw.rest_only"),
                _FUNCTION_URL: Violation("WAF would need CloudFront before a function URL.", "url.lacks"),
            },
        ),
        Requirement(
            "private",
            "It is reached from a VPC, and not from the internet.",
            {
                _HTTP_API: Violation("Private endpoints are a feature of REST APIs.", "apigw.rest_only"),
                _FUNCTION_URL: Violation(
                    "It is reached by the public internet alone, without PrivateLink.", "url.for"
                ),
            },
        ),
        Requirement(
            "cache",
            "Answers are kept in a cache of the API.",
            {
                _HTTP_API: Violation("Caching is a feature of REST APIs.", "apigw.rest_only"),
                _FUNCTION_URL: Violation("It has no cache.", "url.lacks"),
            },
        ),
        Requirement(
            "routes",
            "Ten routes lead to six functions.",
            {
                _FUNCTION_URL: Violation("It belongs to one function or alias.", "url.for"),
            },
        ),
        Requirement(
            "domain",
            "It has a domain name of the club, without CloudFront.",
            {
                _FUNCTION_URL: Violation("Domain names of your own need API Gateway.", "url.lacks"),
            },
        ),
        Requirement(
            "price",
            "No further feature is needed, and the price of an API is kept low.",
            {
                _REST_API: Violation(
                    "An HTTP API has fewer features and a lower price.", "apigw.lower_price"
                ),
            },
        ),
        Requirement(
            "nothing",
            "Nothing is paid but the invocations of one function.",
            {
                _REST_API: Violation(
                    "Its requests cost more than those of an HTTP API.", "apigw.lower_price"
                ),
                _HTTP_API: Violation("Its requests are paid by the million.", "apigw.http"),
            },
        ),
    ),
)

_CLOUDFRONT_FUNCTION = "CloudFront Function"
_LAMBDA_AT_EDGE_AT_VIEWER_REQUEST = "Lambda@Edge at viewer request"
_LAMBDA_AT_EDGE_AT_ORIGIN_REQUEST = "Lambda@Edge at origin request"

EDGE = Comparison(
    "edge",
    "Where does the code stand?",
    (_CLOUDFRONT_FUNCTION, _LAMBDA_AT_EDGE_AT_VIEWER_REQUEST, _LAMBDA_AT_EDGE_AT_ORIGIN_REQUEST),
    (
        "CloudFront delivers the photos of the gallery.",
        "CloudFront delivers the pages of the club.",
        "CloudFront stands before the shop.",
    ),
    (
        Requirement(
            "misses",
            "The code runs when the cache does not have the answer, and then alone.",
            {
                _CLOUDFRONT_FUNCTION: Violation(
                    "It stands at the viewer: it runs for each request.", "edge.cloudfront_functions"
                ),
                _LAMBDA_AT_EDGE_AT_VIEWER_REQUEST: Violation(
                    "A viewer request comes before the look into the cache.", "edge.trigger_points"
                ),
            },
        ),
        Requirement(
            "each",
            "The code runs for each request, also for what is cached.",
            {
                _LAMBDA_AT_EDGE_AT_ORIGIN_REQUEST: Violation(
                    "What the cache has does not come to the origin.", "edge.trigger_points"
                ),
            },
        ),
        Requirement(
            "network",
            "The code asks another service over the network.",
            {
                _CLOUDFRONT_FUNCTION: Violation("It has no network.", "edge.cloudfront_functions"),
            },
        ),
        Requirement(
            "body",
            "The code reads the body of a request.",
            {
                _CLOUDFRONT_FUNCTION: Violation(
                    "It does not see the body.", "edge.cloudfront_functions_body"
                ),
            },
        ),
        Requirement(
            "python",
            "The code is in Python.",
            {
                _CLOUDFRONT_FUNCTION: Violation("It is written in JavaScript.", "edge.cloudfront_functions"),
            },
        ),
        Requirement(
            "millions",
            "The code changes a header for millions of requests a second.",
            {
                _LAMBDA_AT_EDGE_AT_VIEWER_REQUEST: Violation(
                    "It scales to thousands of requests a second.", "edge.scale"
                ),
                _LAMBDA_AT_EDGE_AT_ORIGIN_REQUEST: Violation(
                    "It scales to thousands of requests a second.", "edge.scale"
                ),
            },
        ),
    ),
)
