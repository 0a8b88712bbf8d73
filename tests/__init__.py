"""The tests compute on one thread in each process, unless OMP_NUM_THREADS says otherwise: each core has a process already.

Threads that wait for each other cost more than all else: beside other programs training LeNet took 47 s of the processor
instead of 2.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", os.environ.setdefault("OMP_NUM_THREADS", "1"))
