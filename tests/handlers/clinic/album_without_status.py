def handler(event, context):
    return ["swan.jpg", "owl.jpg", "heron.jpg"]
