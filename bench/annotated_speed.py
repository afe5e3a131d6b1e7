"""How fast the workbook sent back is written when every row of a large center is wrong: python -m bench.annotated_speed [PATIENTS]"""

import os
import resource
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main() -> None:
    django.setup()
    from importers.check import check_workbook  # noqa: PLC0415  # models need the setup above
    from importers.feedback import annotated_bytes  # noqa: PLC0415
    from importers.report import check_as_json  # noqa: PLC0415
    from importers.workbook import read_workbook  # noqa: PLC0415
    from tests.importers.big import PATIENTS, big_center  # noqa: PLC0415

    patients = int(sys.argv[1]) if len(sys.argv) > 1 else PATIENTS
    book = read_workbook(big_center(patients))
    report = check_as_json(check_workbook(book, center="C01"))
    start = process_time()
    few = annotated_bytes(book, report=report, center_code="C01", center_name="Bench", filename="big.xlsx")
    seconds_few = process_time() - start
    report["held"] = {raw.name: {"own": list(range(2, len(raw.rows) + 1)), "with_parent": []} for raw in book.sheets}
    start, clock = process_time(), perf_counter()
    every = annotated_bytes(book, report=report, center_code="C01", center_name="Bench", filename="big.xlsx")
    seconds_every, by_clock = process_time() - start, perf_counter() - clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found, rows = len(report["findings"]), sum(len(raw.rows) - 1 for raw in book.sheets)
    print(f"{found} findings: {seconds_few:.1f} s, {len(few) / 1e6:.1f} MB")
    print(
        f"all {rows} rows: {seconds_every:.1f} s, {by_clock:.1f} by the clock, {len(every) / 1e6:.1f} MB, peak {peak} MB"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "annotated.xlsx"
        path.write_bytes(every)
        start = process_time()
        read_workbook(path)
        print(f"read back: {process_time() - start:.1f} s")


if __name__ == "__main__":
    main()
