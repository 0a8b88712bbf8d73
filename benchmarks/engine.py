"""The engine against NumPy by hand and against its peers: training steps, scalars, derivatives, overhead, memory, import."""

from benchmarks import functions, importing, memory, nets, overhead, scalars

SECTIONS = {
    "nets": nets.section,
    "scalars": scalars.section,
    "functions": functions.section,
    "overhead": overhead.section,
    "memory": memory.section,
    "import": importing.section,
}
