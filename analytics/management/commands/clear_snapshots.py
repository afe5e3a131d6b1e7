"""`manage.py clear_snapshots --days N`: records that runs read longer ago than this are cleared; results and hashes stay."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from analytics.cohort.reader import active_centers
from analytics.snapshots.services import clear
from registry.access.scope import center_scope


class Command(BaseCommand):
    help = "Clear the records kept by runs that are older than the given number of days. Their results stay."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, required=True, help="how long the records of a run are kept")
        parser.add_argument("--by", required=True, metavar="USER", help="user to whom this is attributed")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(username=options["by"]).first()
        if by is None:
            raise CommandError(f"There is no user named {options['by']}.", returncode=2)
        if options["days"] < 1:
            raise CommandError("Keep records for at least one day.", returncode=2)
        with center_scope(active_centers(), by=by, reason="cleared snapshots after their time"):
            count = clear(taken_before=timezone.now() - timedelta(days=options["days"]))
        self.stdout.write(f"{count} snapshots cleared.")
