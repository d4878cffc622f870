"""Lets those sign up who have an address of the club. The pool then mails a code to that address."""

import os


def handler(event, context):
    address = event["request"]["userAttributes"].get("email", "")
    if not address.endswith(f"@{os.environ['DOMAIN']}"):
        raise ValueError("Only members sign up here")  # the visitor reads this
    return event
