#!/usr/bin/env python
"""The command line: `manage.py <command> --help`."""

import os
import sys

from django.core.management import execute_from_command_line

from config import database, embedded_postgres

NEED_NO_SERVER = {"help", "version", "--help", "--version", "makemessages", "compilemessages", "collectstatic", "db"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    on_a_flat_file = command == "compare" and "--table" in sys.argv
    try:
        if command not in NEED_NO_SERVER and not on_a_flat_file:
            database.start()
    except (embedded_postgres.CannotStart, OSError) as error:
        sys.exit(_refuse(str(error)))
    try:
        execute_from_command_line(sys.argv)
    except BrokenPipeError:  # the reader, such as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


def _refuse(reason: str) -> int:
    sys.stderr.write(f"cannot start: {reason}\n")
    return 2


if __name__ == "__main__":
    main()
