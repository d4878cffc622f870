try:
    from club_names import full
except ImportError:
    full = str


def handler(event, context):
    return f"{event['photo']}, by {full(event['by'])}"
