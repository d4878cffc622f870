MB = 1024 * 1024


def handler(event, context):
    size = 0
    for _ in range(event["parts"]):
        size += len(b"\x7f" * MB)  # one part at a time goes on to the bucket
    return {"mb": size // MB}
