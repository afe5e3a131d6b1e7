"""Measurements, run by hand from the project's folder: python -m bench.<name>. No test needs them.

One BLAS thread, set before numpy is loaded: the processes are the parallel part.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
