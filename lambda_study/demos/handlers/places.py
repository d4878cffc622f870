"""Puts a value into five places and returns those in which an earlier invocation had left one."""

import tempfile
from pathlib import Path

module_variable = None


def handler(event, context):
    global module_variable
    file = Path(tempfile.gettempdir(), "rates.json")  # /tmp on AWS
    found = {
        "file in /tmp": file.exists(),
        "event": "rates" in event,
        "context": hasattr(context, "rates"),
        "module variable": module_variable is not None,
        "local variable": "local_variable" in locals(),
    }
    file.write_text("{}")
    event["rates"] = context.rates = module_variable = local_variable = {}
    return [place for place, there in found.items() if there]
