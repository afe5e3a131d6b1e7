"""Make .venv and install the requirements, once per change of them. Standard library only; two may run at once.

Usage: install.py [requirements.txt | requirements-dev.txt]. Prints the path of the environment's Python.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"


def main() -> int:
    if sys.version_info < (3, 11):
        return _refuse(f"Python 3.11 or newer is required; this is {sys.version.split()[0]}")
    requirements = sys.argv[1] if len(sys.argv) > 1 else "requirements.txt"
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        failure = _install(requirements)
    if failure:
        return _refuse(failure)
    print(PYTHON)
    return 0


def _install(requirements: str) -> str | None:
    stamp = ENVIRONMENT / f"installed-{requirements}"
    wanted = _digest(requirements)
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return None
    _say(f"installing {requirements} into .venv (the first time takes a minute)")
    if not PYTHON.exists():
        venv.create(ENVIRONMENT, with_pip=True, clear=ENVIRONMENT.exists())
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", ROOT / requirements]
    if subprocess.run(command, cwd=ROOT, stdout=sys.stderr).returncode:
        return "pip could not install the requirements; see its message above"
    stamp.write_text(wanted)
    return None


def _digest(requirements: str) -> str:
    names = ["constraints.txt", "requirements.txt", requirements]
    texts = [(ROOT / name).read_bytes() for name in names]
    return hashlib.sha256(b"\0".join([*texts, sys.version.encode(), os.fsencode(ROOT)])).hexdigest()


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def _refuse(reason: str) -> int:
    _say(f"cannot install: {reason}")
    return 2


if __name__ == "__main__":
    sys.exit(main())
