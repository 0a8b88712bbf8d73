"""What a result was measured on: the machine, the versions, and which peers are missing."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import THREADS

PEERS = {
    "PyTorch": "torch", "JAX": "jax", "HIPS autograd": "autograd", "MyGrad": "mygrad", "micrograd": "micrograd",
    "torchdiffeq": "torchdiffeq", "diffrax": "diffrax", "CasADi": "casadi", "dask-glm": "dask-glm",
}  # fmt: skip


def installed(peer):
    """The version of a peer's distribution, or None."""
    return release(PEERS[peer])


def release(distribution):
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def described():
    """{what: value} for the head of a report."""
    found = {peer: installed(peer) for peer in PEERS}
    return {
        "machine": f"{platform.machine()}, {processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
        "threads": THREADS,
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "scipy": release("scipy") or "none",
        "peers": ", ".join(f"{peer} {number}" for peer, number in found.items() if number) or "none",
        "missing": ", ".join(peer for peer, number in found.items() if not number) or "none",
    }


def processor():
    """The processor's name, as Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown processor"
