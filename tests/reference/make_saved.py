"""Makes saved.npz and saved.safetensors with PyTorch: the state of a small net, an input `x` and its output `y`."""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

HERE = Path(__file__).parent


def main():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2, bias=False))
    x = torch.randn(5, 3)
    tensors = {**model.state_dict(), "x": x, "y": model(x).detach()}
    save_file(tensors, HERE / "saved.safetensors")
    np.savez(HERE / "saved.npz", **{name: tensor.numpy() for name, tensor in tensors.items()})


if __name__ == "__main__":
    main()
