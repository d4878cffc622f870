import club_names


def handler(event, context):
    return f"{event['photo']}, by {club_names.full(event['by'])}"
