def handler(event, context):
    print("somebody is at the door")
    return f"Welcome to the club, {event['name']}!"
