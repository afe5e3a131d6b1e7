"""Every invented export as a workbook, beside the mapping that reads it and the list of what is wrong in it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from demo.foreign.cbioportal import cbioportal_clinical
from demo.foreign.laboratory import laboratory_results
from demo.foreign.sheet import ForeignSheet
from demo.foreign.survey import survey_table
from demo.foreign.tace import tace_clinical_data
from demo.foreign.visits import hospital_visits

MANIFEST = "manifest-foreign.json"
EXPORTS: Mapping[str, Callable[[], ForeignSheet]] = {
    "hospital-visits": hospital_visits,
    "laboratory-results": laboratory_results,
    "cbioportal": cbioportal_clinical,
    "survey": survey_table,
    "hcc-tace-seg": tace_clinical_data,
}


def write_foreign_workbooks(folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths, told = list[Path](), list[dict[str, object]]()
    for make in EXPORTS.values():
        export = make()
        path = folder / export.filename
        path.write_bytes(export.as_workbook())
        (folder / f"{export.mapping}.yaml").write_text(export.mapping_text, encoding="utf-8")
        paths.append(path)
        about = {"file": export.filename, "mapping": export.mapping, "rows": len(export.rows)}
        told.append({**about, "planted": [asdict(one) for one in export.planted]})
    (folder / MANIFEST).write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return paths
