"""Prints one line when the module is imported and one line in each invocation."""

print("module code runs")


def handler(event, context):
    print("handler runs")
    return "done"
