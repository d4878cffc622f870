#!/bin/sh
# The event comes in on standard input, the answer goes out on standard output.
echo "somebody is at the door" >&2
name=$(sed 's/.*"name": *"\([^"]*\)".*/\1/')
echo "\"Welcome to the club, $name!\""
