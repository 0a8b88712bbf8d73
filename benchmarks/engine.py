"""The engine against NumPy written by hand and against its peers: training steps, scalars, overhead, memory, import."""

from benchmarks import importing, memory, nets, overhead, scalars

SECTIONS = {
    "nets": nets.section,
    "scalars": scalars.section,
    "overhead": overhead.section,
    "memory": memory.section,
    "import": importing.section,
}
