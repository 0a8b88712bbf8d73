"""Data for training: data sets, batches, splits, standardizing, and two sets of handwritten digits.

    x, y = nn.data.load_digits()
    x_train, x_test, y_train, y_test = nn.data.train_test_split(x, y, seed=0)
    for x_batch, y_batch in nn.data.DataLoader(x_train, y_train, batch_size=64, shuffle=True, seed=0):
        …

Arrays in, arrays out; nothing here is random without a seed that says so, or `nn.manual_seed`.
"""

from nn.data.collating import default_collate, default_convert
from nn.data.datasets import ChainDataset, ConcatDataset, Dataset, IterableDataset, Subset, TensorDataset, random_split
from nn.data.digits import load_digits, load_mnist
from nn.data.fetching import generator, get_worker_info
from nn.data.idx import read_idx
from nn.data.loader import DataLoader
from nn.data.preparing import Standardizer, train_test_split
from nn.data.samplers import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)
from nn.missing import missing as _missing

__all__ = [
    "DataLoader", "default_collate", "default_convert", "generator", "get_worker_info",
    "Dataset", "IterableDataset", "TensorDataset", "Subset", "ConcatDataset", "ChainDataset", "random_split",
    "Sampler", "SequentialSampler", "RandomSampler", "SubsetRandomSampler", "WeightedRandomSampler", "BatchSampler",
    "train_test_split", "Standardizer", "load_digits", "load_mnist", "read_idx",
]  # fmt: skip

__getattr__ = _missing("nn.data", "name")
