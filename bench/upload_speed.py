"""How fast a large center's workbook is read and checked, and at what memory: python -m bench.upload_speed [PATIENTS]"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main() -> None:
    if len(sys.argv) == 3:
        return _check(Path(sys.argv[2]))
    patients = sys.argv[1] if len(sys.argv) > 1 else "4700"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.xlsx"
        make = f"import django; django.setup(); from tests.importers.big import big_center; open({str(path)!r}, 'wb').write(big_center({int(patients)}))"
        subprocess.run([sys.executable, "-c", make], check=True)
        subprocess.run([sys.executable, "-m", "bench.upload_speed", "check", str(path)], check=True)
    return None


def _check(path: Path) -> None:
    django.setup()
    from importers.check import check_workbook  # noqa: PLC0415  # models need the setup above
    from importers.workbook import read_workbook  # noqa: PLC0415

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = process_time()
    book = read_workbook(path)
    read = process_time()
    report = check_workbook(book, center="C01")
    checked = process_time()
    rows = sum(sheet.rows for sheet in report.sheets)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{path.stat().st_size / 1e6:.1f} MB, {rows} rows, {sum(map(len, report.accepted.values()))} records")
    print(
        f"read {read - start:.1f} s, checked {checked - read:.1f} s, peak {peak // 1024} MB ({before // 1024} MB before)"
    )


if __name__ == "__main__":
    main()
