"""Prints a store as SQL, with the numbers by which byoc knows its files."""

import sqlite3
import sys

database = sqlite3.connect(sys.argv[1])
for name in ("application_id", "user_version"):
    print(f"PRAGMA {name} = {database.execute(f'PRAGMA {name}').fetchone()[0]};")
for line in database.iterdump():
    print(line)
