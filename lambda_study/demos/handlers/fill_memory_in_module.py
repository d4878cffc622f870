"""Fills 256 MB of memory when the environment starts."""

photo = [b"x" * (1024 * 1024) for _ in range(256)]


def handler(event, context):
    return len(photo)
