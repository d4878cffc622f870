"""Who may invoke which function, and what a function's role may do."""

from __future__ import annotations


class Permissions:
    """Resource policies of functions and their execution roles; not ENFORCED, everything is allowed."""

    def __init__(self, enforced: bool = False) -> None:
        self.enforced = enforced

    def allows(
        self, function_name: str, principal: str, source_arn: str, qualifier: str | None = None
    ) -> bool:
        """Return whether PRINCIPAL may invoke the function for SOURCE_ARN."""
        return not self.enforced
