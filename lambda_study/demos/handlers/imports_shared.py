"""Returns what a module of a layer says."""

import shared


def handler(event, context):
    return shared.SENDER
