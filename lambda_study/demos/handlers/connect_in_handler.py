"""Opens a database connection in each invocation; returns how many it has opened so far."""

import sqlite3

opened = 0


def connect():
    global opened
    opened += 1
    return sqlite3.connect(":memory:")


def handler(event, context):
    connection = connect()
    connection.execute("select 1")
    connection.close()
    return opened
