"""What a step takes: seconds by the clock, seconds of this process and of the database's, and the most memory it held.

On a machine shared with others the clock tells of them as well; what the step itself costs are the seconds of the processes.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

MEGABYTE = 1024 * 1024
TICKS = os.sysconf("SC_CLK_TCK")
# Started by a small process, for a child's most memory counts from the moment it is still its parent
CHILD = """
import resource, subprocess, sys
given = sys.argv[1].encode() + b"\\n" + open(sys.argv[1], "rb").read()
subprocess.run([sys.executable, "-m", "importers.files.subprocess_reader"], input=given, stdout=subprocess.DEVNULL, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_maxrss // 1024, used.ru_utime + used.ru_stime)
"""


@dataclass(slots=True)
class Step:
    """`seconds` by the clock; `own` of this process and those it started, `server` of the database's processes; `peak_mb` of this one."""

    name: str
    seconds: float = 0.0
    own: float = 0.0
    server: float = 0.0
    peak_mb: int = 0

    @property
    def work(self) -> float:
        return self.own + self.server

    def __str__(self) -> str:
        parts = f"{self.own:5.1f} s of ours, {self.server:5.1f} s of the database, peak {self.peak_mb} MB"
        return f"{self.name:34} {self.seconds:6.1f} s by the clock, {parts}"


@contextmanager
def timed(name: str, *, database: str, into: list[Step]) -> Iterator[None]:
    step = Step(name)
    into.append(step)
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    start, own, server = perf_counter(), _own_seconds(), server_seconds(database)
    yield
    step.seconds, step.own = perf_counter() - start, _own_seconds() - own
    step.server, step.peak_mb = server_seconds(database) - server, peak_mb()
    print(step, flush=True)


def of_child(path: Path) -> tuple[int, float]:
    """Most memory in MB and seconds of the process that opens this file."""
    done = subprocess.run([sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, check=True)
    peak, seconds = done.stdout.split()
    return int(peak), float(seconds)


def _own_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def peak_mb() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def server_seconds(database: str) -> float:
    """Of a server on this machine: its processes are named after the database they serve."""
    ticks = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f" {database} " in (process / "cmdline").read_text():
                user, system = (process / "stat").read_text().rsplit(")", 1)[1].split()[11:13]
                ticks += int(user) + int(system)
    return ticks / TICKS
