"""Nearest neighbor with a caliper beside MatchIt, CPU seconds, medians of five: python -m bench.matching [ROWS ...]

R is asked where Rscript and a MatchIt of 4.5.4 or newer are found; both get the same scores."""

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np
import pandas as pd

from analytics.stats.matching.nearest import Rules, caliper_width, match_nearest

SIZES = (609, 10_000, 100_000)
RUNS = 5
VARIANTS = {
    "1:1": Rules(),
    "1:2": Rules(ratio=2),
    "closest": Rules(order="closest"),
    "replacement": Rules(replace=True),
}


def main() -> None:
    sizes = tuple(int(size) for size in sys.argv[1:]) or SIZES
    with tempfile.TemporaryDirectory() as folder:
        paths = {size: _write(Path(folder), size=size) for size in sizes}
        of_r = _ask_r(list(paths.values()))
    for size in sizes:
        score, treated = _scores(size)
        width = caliper_width(score, treated=treated, width=0.2)
        for name, rules in VARIANTS.items():
            seconds = _time(score, treated=treated, rules=Rules(**(rules.__dict__ | {"caliper": width})))
            beside = f", R {of_r[size]:.4f}, {of_r[size] / seconds:.1f} x" if name == "1:1" and size in of_r else ""
            print(f"{size:>9,} rows {name:<12} {seconds:.4f}{beside}")


def _scores(size: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(size)
    treated = random.random(size) < 0.36
    return 1 / (1 + np.exp(-random.normal(np.where(treated, 0.3, -0.3), 1.0))), treated


def _write(folder: Path, *, size: int) -> Path:
    score, treated = _scores(size)
    path = folder / f"{size}.csv"
    pd.DataFrame({"score": score, "treat": treated.astype(int)}).to_csv(path, index=False)
    return path


def _ask_r(paths: list[Path]) -> dict[int, float]:
    script = Path(__file__).parent / "matching.R"
    try:
        done = subprocess.run(["Rscript", str(script), *map(str, paths)], capture_output=True, text=True, check=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        print("no R with MatchIt: our times alone")
        return {}
    return {int(line.split()[0]): float(line.split()[1]) for line in done.stdout.splitlines()}


def _time(score: np.ndarray, *, treated: np.ndarray, rules: Rules) -> float:
    seconds = []
    for _ in range(RUNS):
        start = process_time()
        match_nearest(score, treated=treated, rules=rules)
        seconds.append(process_time() - start)
    return median(seconds)


if __name__ == "__main__":
    main()
