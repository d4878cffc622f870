"""Raises an exception that nothing catches."""


def handler(event, context):
    raise ValueError("no photo in the event")
