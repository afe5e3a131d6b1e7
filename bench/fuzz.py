"""Many spoiled workbooks, read, checked and loaded: python -m bench.fuzz [--runs 1000] [--seed 0]. Exit 0: every one got an answer."""

import argparse
import os
import subprocess
import sys
from time import monotonic


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    environment = {**os.environ, "CALIPER_FUZZ_RUNS": str(asked.runs), "CALIPER_FUZZ_SEED": str(asked.seed)}
    start = monotonic()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "tests/hostile/test_fuzz.py",
        "-q",
        "--reuse-db",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(command, env=environment, check=False)
    print(f"{asked.runs} spoiled workbooks from seed {asked.seed} in {monotonic() - start:.0f} s")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
