"""`manage.py load_ctcae FILE --ctcae-version 5.0`: the full list of CTCAE terms from the institute's spreadsheet."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registry.clinical.adverse_events.ctcae import VERSIONS
from registry.ctcae.nci_file import NotACtcaeFile, read_ctcae_file
from registry.ctcae.terms import load_official


class Command(BaseCommand):
    help = "Load the National Cancer Institute's list of CTCAE terms, replacing the stored list of that version."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the NCI spreadsheet, .xlsx or .xls")
        parser.add_argument("--ctcae-version", required=True, choices=VERSIONS, help="CTCAE version of the list")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            official = read_ctcae_file(options["file"], version=options["ctcae_version"])
        except NotACtcaeFile as refused:
            is_chinese = (get_language() or "").startswith("zh")
            raise CommandError(refused.message.zh if is_chinese else refused.message.en, returncode=2) from None
        count = load_official(official)
        self.stdout.write(
            _("CTCAE %(version)s: %(count)s terms loaded.") % {"version": official.version, "count": count}
        )
