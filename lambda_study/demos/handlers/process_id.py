"""Tells which process ran the handler."""

import os


def handler(event, context):
    return os.getpid()
