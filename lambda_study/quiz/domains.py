"""The exams that questions are tagged for, and the domains of their guides."""

from __future__ import annotations

# Read 2026-11-23 in the exam guides at https://docs.aws.amazon.com/aws-certification/latest/examguides/.
DOMAINS = {
    "CLF-C02": (
        "Cloud Concepts",
        "Security and Compliance",
        "Cloud Technology and Services",
        "Billing, Pricing, and Support",
    ),
    "SAA-C03": (
        "Design Secure Architectures",
        "Design Resilient Architectures",
        "Design High-Performing Architectures",
        "Design Cost-Optimized Architectures",
    ),
    "DVA-C02": (
        "Development with AWS Services",
        "Security",
        "Deployment",
        "Troubleshooting and Optimization",
    ),
    "DVA-C03": (
        "Development with AWS Services",
        "Security",
        "Testing and Deployment",
        "Troubleshooting and Optimization",
    ),
}


def domain_name(exam: str, number: int) -> str | None:
    """The name of domain NUMBER of EXAM, or None if the exam or the number is not known.

    >>> domain_name("DVA-C03", 2)
    'Security'
    """
    names = DOMAINS.get(exam, ())
    return names[number - 1] if 1 <= number <= len(names) else None
