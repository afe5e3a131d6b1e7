"""All figures of the library, drawn in both languages and read.

.venv/bin/python -m bench.figures

Compares every study of the library on this registry and prints a line per study.
"""

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if __name__ == "__main__":
    django.setup()

from django.conf import settings
from django.utils import translation

from analytics.errors import AnalysisError
from analytics.protocol.library import library
from analytics.result.comparison import result_json
from analytics.studies.services import centers_to_compare, compare_centers
from bench.figures.text import faults_of, figures_of, lines_of


def main() -> int:
    centers, all_faults = centers_to_compare(None), 0
    for protocol in library():
        try:
            result = json.loads(result_json(compare_centers(protocol, center_ids=centers)))
        except AnalysisError:
            print(f"{protocol.id:18} refused")
            continue
        all_faults += _report(result, name=protocol.id)
    return 1 if all_faults else 0


def _report(result: Mapping[str, Any], *, name: str) -> int:
    figures, lines, faults = 0, 0, []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for figure in figures_of(result):
                figures, lines = figures + 1, lines + len(lines_of(figure))
                faults += faults_of(figure)
    print(f"{name:18} {figures:3} figures {lines:5} lines of text {len(faults):3} faults")
    print(*(f"  {fault}" for fault in faults), sep="\n", end="\n" if faults else "")
    return len(faults)


if __name__ == "__main__":
    sys.exit(main())
