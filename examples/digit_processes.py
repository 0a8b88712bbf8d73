"""Handwritten digits read by a net that all processes train together: each takes its share of every batch.

    python -m examples.digit_processes                   # one process
    mpiexec -n 2 python -m examples.digit_processes      # two, with the same losses

The gradients of the shares are averaged by `parallel.allreduce`. Prints the loss of every epoch, with all its digits.
"""

import argparse

import numpy as np

import nn
from autograd_core import parallel
from examples.common import optional, positive


def train(epochs, comm):
    """The mean loss of each epoch, the same in all processes."""
    rank, size = comm.Get_rank(), comm.Get_size()
    images, labels = nn.data.load_digits(np.float64)
    nn.manual_seed(rank)  # other weights in each process, until `broadcast`; dropout would draw other numbers too
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
    parallel.broadcast(model.parameters(), comm)
    optimizer, criterion = nn.optim.Adam(model.parameters(), lr=0.002), nn.CrossEntropyLoss()
    losses = []
    for epoch in range(epochs):
        total = 0.0
        for x, y in nn.data.DataLoader(images, labels, batch_size=64, shuffle=True, seed=epoch):  # the same in every process
            x, y = x[rank::size], y[rank::size]
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            parallel.allreduce(model.parameters(), comm, weight=len(x))
            optimizer.step()
            total += loss.item() * len(x)
        losses.append(comm.allreduce(total) / len(images))
    return losses


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m examples.digit_processes", description=__doc__)
    parser.add_argument("--epochs", type=positive(int), default=10, help="(10)")
    options = parser.parse_args(argv)
    optional("sklearn")
    comm = optional("mpi4py.MPI", "dev").COMM_WORLD
    losses = train(options.epochs, comm)
    if comm.Get_rank() == 0:
        print(*(f"{loss:.15g}" for loss in losses), sep="\n")


if __name__ == "__main__":
    main()
