# Sourced by demo, test and server: find a Python, install, and leave its path in $python.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  echo "cannot start: Python 3.11 or newer with venv and pip is required" >&2
  return 2
}

install() { # requirements file
  local base
  base=$(find_python) || exit 2
  python=$("$base" script/install.py "$1") || exit 2
}
