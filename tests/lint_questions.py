"""Questions at exam level without a fault, for the tests of the lint: one of four options and one of five."""

from __future__ import annotations

EXAM_META = "level: exam · domain: DVA-C03/2, SAA-C03/1"
EXAM_SOURCE = "source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-permissions.html (read 2026-11-23)"

SOLUTION = f"""\
# Permissions

## photos-from-a-function
{EXAM_META}
{EXAM_SOURCE}

A company keeps photos in an Amazon S3 bucket. An AWS Lambda function has to read them. The company does not
want to keep passwords.
Which solution meets these requirements with the LEAST operational overhead?

- [ ] Write an access key into the function's settings.
  The key of a user is a password that somebody has to change.
- [x] Attach a policy to the function's execution role.
  Lambda gets short-lived credentials of the role by itself.
- [ ] Create a user name in the function's database.
  The photos are in a bucket, and a database says nothing about it.
- [ ] Send a certificate with the function's requests.
  Nothing in the request of an SDK takes a certificate here.
"""

CHANGES = f"""\
# Permissions

## two-changes
{EXAM_META}
{EXAM_SOURCE}

A developer writes a function that sends mail by Amazon SES. Each call ends in an error of missing rights,
and the address of the sender is not verified.
Which changes solve the problem? Select TWO.

- [x] Extend the execution role by the right to send.
  Without it, the service refuses each call of the function.
- [ ] Raise the timeout of the function to a minute.
  The call is refused at once, and time does not help it.
- [ ] Put the function into a private subnet.
  A subnet gives no right, and takes away the way out.
- [x] Verify the address from which the mail comes.
  The service sends from verified addresses alone.
- [ ] Publish a new version of the code.
  A version has the same role, and so the same rights.
"""
