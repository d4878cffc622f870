"""The AWS around the functions, on one loopback address: plain boto3 works against it."""
