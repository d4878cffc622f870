"""Returns as many MB as the event says."""


def handler(event, context):
    return "x" * (event["mb"] * 1024 * 1024)
