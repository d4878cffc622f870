"""Fills as much memory as the event says, step by step, and returns the number of MB."""


def handler(event, context):
    return len(fill(event["mb"]))


def fill(mb):
    return [b"x" * (1024 * 1024) for _ in range(mb)]
