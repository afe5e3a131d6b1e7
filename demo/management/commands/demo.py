"""Set up the demo (database, 12 synthetic centers, their uploads, two comparisons), then serve the site with a guided first hour."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from demo.run import DemoFailed, prepare


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="set up the demo without serving the site")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, no_serve: bool, port: int, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        try:
            prepare(say=self.stdout.write)
        except DemoFailed as error:
            self.stderr.write(str(error))
            sys.exit(2)
        self.stdout.write("")
        if not no_serve:
            os.environ.setdefault("GUIDED_FIRST_HOUR", "True")  # read by the processes of the site
            call_command("serve", port=port)
