MB = 1024 * 1024


def handler(event, context):
    parts = [b"\x7f" * MB for _ in range(event["parts"])]
    print("stitching", len(parts), "MB")
    panorama = b"".join(parts)
    return {"mb": len(panorama) // MB}
