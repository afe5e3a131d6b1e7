"""manage.py sweep [--center C01 …] [--by USER]: all checks over all that is stored; prints how often each found something."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from registry.models import Center
from registry.queries.sweep import active_centers, sweep, system_account


class Command(BaseCommand):
    help = "Run the data check: all edit checks on all stored records. Queries are opened and closed accordingly."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--center", action="append", default=[], metavar="C01", help="check only this center; can be repeated"
        )
        parser.add_argument("--by", help="user name for the audit trail; defaults to the system account")

    def handle(self, *args: Any, **options: Any) -> None:
        centers, by = _centers(options["center"]), _user(options["by"])
        result = sweep(centers, by=by, report=lambda percent, _message: self.stderr.write(f"{percent}%", ending="\r"))
        self.stdout.write(
            f"{result.patients} patients, {result.records} records: "
            f"{result.opened} queries opened, {result.closed} closed"
        )
        for center, found in sorted(result.found.items()):
            for code, count in sorted(found.items()):
                self.stdout.write(f"{center} {code} {count}")


def _centers(codes: list[str]) -> list[Center]:
    known = {center.center_code: center for center in active_centers()}
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise CommandError(f"no active center with code {', '.join(unknown)}", returncode=2)
    return [known[code] for code in codes] if codes else list(known.values())


def _user(name: str | None) -> Any:
    if name is None:
        return system_account()
    user = get_user_model().objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"no active user named {name}", returncode=2)
    return user
