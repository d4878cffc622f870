"""A job as it runs in many containers: it does its work, prints what it has to say, and ends."""

print("hello")
