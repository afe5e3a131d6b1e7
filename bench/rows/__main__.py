"""Whether every number printed of the results of the library has its row.

.venv/bin/python -m bench.rows [folder of results as JSON]

Without a folder each study is compared on this registry, with everything that a stored run computes. Prints a line per study and
language, and below it each number that has neither a row nor a declared source.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if __name__ == "__main__":
    django.setup()

from django.conf import settings

from analytics.cohort.extract import read_extract
from analytics.cohort.reader import entities_of
from analytics.errors import AnalysisError
from analytics.protocol.library import library, protocol_text
from analytics.protocol.population import read_study_protocol
from analytics.result.comparison import result_json
from analytics.studies.services import centers_to_compare, compare_extract
from bench.rows.reading import read_result


def main(arguments: list[str]) -> int:
    without = 0
    for result in _results(Path(arguments[0]) if arguments else None):
        protocol = read_study_protocol(protocol_text(result["protocol"]["id"]))
        for language, _name in settings.LANGUAGES:
            found = read_result(result, protocol=protocol, language=language)
            without += len(found.without)
            counts = (
                f"{found.with_row:6} with a row {found.with_source:5} with a source {len(found.without):4} with neither"
            )
            print(f"{protocol.id:20} {language:8} {counts}", flush=True)
            for each in dict.fromkeys(found.without):
                print(f"    {each}")
    return int(without > 0)


def _results(folder: Path | None) -> Iterator[dict[str, Any]]:
    if folder is not None:
        yield from (json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json")))
        return
    centers = centers_to_compare(None)
    for protocol in library():
        extract = read_extract(centers, entities=entities_of(protocol))
        try:
            comparison = compare_extract(extract, protocol=protocol, verify=True, vary=True)
        except AnalysisError as error:
            print(f"{protocol.id:20} refused: {error}", flush=True)
        else:
            yield json.loads(result_json(comparison))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
