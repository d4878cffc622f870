"""Prints the lines of its event, logs its warning, and raises if told to."""

import logging


def handler(event, context):
    for line in event.get("lines", []):
        print(line)
    if "warning" in event:
        logging.getLogger().warning(event["warning"])
    if event.get("fail"):
        raise KeyError("photo")
