"""The same work on this project, on NumPy written by hand, and on its peers, side by side: `python -m benchmarks engine`.

Everybody computes on one thread, unless OMP_NUM_THREADS says otherwise: on a machine that others use too, threads that
wait for each other make a step of 0.3 ms last 40, and a ratio of such numbers says nothing.
"""

import os

THREADS = int(os.environ.setdefault("OMP_NUM_THREADS", "1"))
os.environ.setdefault("OPENBLAS_NUM_THREADS", str(THREADS))
os.environ.setdefault("MKL_NUM_THREADS", str(THREADS))
if THREADS == 1:
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
