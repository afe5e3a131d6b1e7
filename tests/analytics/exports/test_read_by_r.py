"""R reads the SPSS file with haven and finds the same hazard ratio in it."""

import math
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.engine.comparison import compare
from analytics.frame import AnalysisFrame
from analytics.protocol.population import StudyProtocol
from analytics.result.comparison import result_object

IN_R = """
suppressPackageStartupMessages({library(haven); library(survival)})
data <- read_sav(commandArgs(trailingOnly = TRUE)[1])
focal <- as.character(data$arm) == commandArgs(trailingOnly = TRUE)[2]
fit <- coxph(Surv(as.numeric(data$os_months), as.numeric(data$os_event)) ~ focal)
cat(format(c(nrow(data), fit$n, unname(coef(fit)), sqrt(fit$var)), digits = 15), sep = "\\n")
"""


def r_with_haven() -> bool:
    if shutil.which("Rscript") is None:
        return False
    asked = ["Rscript", "-e", 'quit(status = !requireNamespace("haven", quietly = TRUE))']
    return subprocess.run(asked, capture_output=True).returncode == 0


@pytest.mark.reference
def test_haven_reads_the_spss_file_and_r_finds_the_same_hazard_ratio(
    packed: Callable[..., dict[str, bytes]], frame: AnalysisFrame, protocol: StudyProtocol, tmp_path: Path
) -> None:
    if not r_with_haven():
        pytest.skip("R with haven is not installed: script/tools installs it on Debian")
    complete = replace(frame, table=frame.table.dropna().reset_index(drop=True))  # no row leaves before the score
    kept = tmp_path / "data.sav"
    kept.write_bytes(packed(complete, protocol=protocol, file_format="sav")["data.sav"])
    script = tmp_path / "read.R"
    script.write_text(IN_R)
    said = subprocess.run(
        ["Rscript", str(script), str(kept), protocol.arms.focal.label], check=True, capture_output=True, text=True
    )
    rows, n, coefficient, error = map(float, said.stdout.split())
    ratio = result_object(compare(complete, protocol=protocol))["endpoints"]["OS"]["unmatched"]["hazard_ratio"]
    sign = -1 if protocol.arms.hr == "reference_vs_focal" else 1
    assert rows == n == len(complete.table) > 50
    assert math.log(ratio["hr"]) == pytest.approx(sign * coefficient, rel=1e-6)
    assert ratio["se"] == pytest.approx(error, rel=1e-6)
