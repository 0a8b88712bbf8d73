"""Data for training: batches, splits, standardizing, and two sets of handwritten digits.

    x, y = nn.data.load_digits()
    x_train, x_test, y_train, y_test = nn.data.train_test_split(x, y, seed=0)
    for x_batch, y_batch in nn.data.DataLoader(x_train, y_train, batch_size=64, shuffle=True, seed=0):
        …

Arrays in, arrays out; nothing here is random without a seed that says so, or `nn.manual_seed`.
"""

from nn.data.digits import load_digits, load_mnist
from nn.data.idx import read_idx
from nn.data.loader import DataLoader
from nn.data.preparing import Standardizer, train_test_split

__all__ = ["DataLoader", "train_test_split", "Standardizer", "load_digits", "load_mnist", "read_idx"]
