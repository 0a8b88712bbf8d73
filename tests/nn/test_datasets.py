"""Data sets, samplers, and samples made into batches."""

import collections
import pickle

import numpy as np
import pytest

import nn
from autograd_core import Tensor, errors
from nn import data
from nn.data import DataLoader

X = np.arange(20.0).reshape(10, 2)
Y = np.arange(10)
Point = collections.namedtuple("Point", "x y")


class Squares(data.Dataset):
    """Of numbers: what `__getitem__` returns never ends, and NumPy would ask it for ever."""

    def __len__(self):
        return 5

    def __getitem__(self, index):
        return index**2


class Endless:
    def __getitem__(self, index):
        return index


class Lines(data.IterableDataset):
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return iter(range(self.n))


def same(a, b):
    """Whether two batches are the same, kinds and dtypes included."""
    assert type(a) is type(b)
    if isinstance(a, dict):
        assert a.keys() == b.keys()
        a, b = list(a.values()), list(b.values())
    if isinstance(a, (tuple, list)):
        assert len(a) == len(b)
        return all(same(*pair) for pair in zip(a, b, strict=True))
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b)
    return a == b


def test_a_map_style_class_of_numbers():
    assert [batch.tolist() for batch in DataLoader(Squares(), batch_size=2)] == [[0, 1], [4, 9], [16]]


def test_a_data_set_ends():
    assert list(Squares()) == [0, 1, 4, 9, 16]
    np.testing.assert_array_equal(np.asarray(Squares()), [0, 1, 4, 9, 16])
    assert [sample for sample, *_ in data.TensorDataset(Y)] == Y.tolist()
    assert list(data.Subset(Squares(), [3])) == [9]


def test_any_object_with_an_index_and_a_length_is_a_data_set():
    class Own:
        def __len__(self):
            return 3

        def __getitem__(self, index):
            return {"x": np.full(2, index), "name": f"row {index}"}

    (batch,) = DataLoader(Own(), batch_size=3)
    assert same(batch, {"x": np.array([[0, 0], [1, 1], [2, 2]]), "name": ["row 0", "row 1", "row 2"]})


def test_pytorchs_names_of_arguments():
    assert [b.tolist() for b in DataLoader(dataset=Squares(), batch_size=3, pin_memory=True)] == [[0, 1, 4], [9, 16]]
    one, other = (DataLoader(Squares(), shuffle=True, **name) for name in ({"generator": 1}, {"seed": 1}))
    assert [b.tolist() for b in one] == [b.tolist() for b in other]
    assert len(list(DataLoader(Squares(), shuffle=None))) == 5


def test_without_a_length_the_sampler_says_which():
    assert [b.tolist() for b in DataLoader(Endless(), batch_size=2, sampler=[7, 9, 8])] == [[7, 9], [8]]
    assert [b.tolist() for b in DataLoader(Endless(), batch_sampler=[[1], [2, 3]])] == [[1], [2, 3]]


def test_a_data_set_that_fetches_many_at_once():
    class Many(Squares):
        def __getitems__(self, indices):
            return [-i for i in indices]

    assert [b.tolist() for b in DataLoader(Many(), batch_size=3)] == [[0, -1, -2], [-3, -4]]


def test_tensor_dataset():
    dataset = data.TensorDataset(Tensor(X), Y)
    assert len(dataset) == 10
    x, y = dataset[3]
    assert (x.tolist(), y) == ([6, 7], 3)
    batches = list(DataLoader(dataset, batch_size=4))
    assert all(same(ours, theirs) for ours, theirs in zip(batches, DataLoader(X, Y, batch_size=4), strict=True))
    assert np.shares_memory(batches[0][0], X)
    assert type(next(iter(DataLoader(data.TensorDataset(X))))) is tuple  # also of one array, as each sample is


def test_the_same_seed_gives_arrays_and_tensor_datasets_the_same_order():
    loaders = [DataLoader(*rows, batch_size=3, shuffle=True, seed=1) for rows in ((X, Y), (data.TensorDataset(X, Y),))]
    for _ in range(2):
        assert all(same(*pair) for pair in zip(*loaders, strict=True))
    assert sorted(y for _, ys in loaders[0] for y in ys) == list(range(10))


def test_parts_of_data_sets():
    subset = data.Subset(Squares(), [4, 1])
    assert (len(subset), subset[0], subset[1]) == (2, 16, 1)
    assert data.Subset(data.TensorDataset(Y), [4, 1])[[1, 0]][0].tolist() == [1, 4]
    both = Squares() + subset
    assert [both[i] for i in range(len(both))] == [0, 1, 4, 9, 16, 16, 1]
    assert (both[-1], both[-7]) == (1, 0)
    for outside in (7, -8):
        with pytest.raises(IndexError, match="not one of the 7 samples"):
            both[outside]
    assert list(Lines(2) + Lines(3)) == [0, 1, 0, 1, 2]
    assert len(data.ChainDataset([[1], [2, 3]])) == 3


@pytest.mark.parametrize(
    ("lengths", "sizes"), [([7, 3], [7, 3]), ([0.5, 0.5], [5, 5]), ([0.33, 0.33, 0.34], [4, 3, 3]), ([10], [10])]
)
def test_random_split(lengths, sizes):
    parts = data.random_split(Y, lengths, generator=0)
    assert [len(part) for part in parts] == sizes
    drawn = [int(part[i]) for part in parts for i in range(len(part))]
    assert sorted(drawn) == list(range(10))
    assert drawn == np.random.default_rng(0).permutation(10).tolist()


# Samplers


def test_samplers_take_every_sample_once():
    assert list(data.SequentialSampler("abc")) == [0, 1, 2]
    sampler = data.RandomSampler(Y, generator=3)
    first, second = list(sampler), list(sampler)
    assert first != second
    assert sorted(first) == sorted(second) == list(range(10))
    assert sorted(data.SubsetRandomSampler([3, 8, 5], generator=0)) == [3, 5, 8]


def test_more_than_one_round():
    drawn = list(data.RandomSampler("abc", num_samples=8, generator=0))
    assert len(drawn) == 8
    assert sorted(drawn[:3]) == sorted(drawn[3:6]) == [0, 1, 2]
    assert len(set(drawn[6:])) == 2


def test_replacement_draws_uniformly():
    drawn = np.bincount(list(data.RandomSampler("abcd", replacement=True, num_samples=4000, generator=0)))
    np.testing.assert_allclose(drawn, 1000, atol=5 * np.sqrt(4000 * 0.25 * 0.75))  # five standard deviations


def test_weights():
    drawn = np.bincount(list(data.WeightedRandomSampler([1, 0, 3], 4000, generator=0)))
    np.testing.assert_allclose(drawn, [1000, 0, 3000], atol=5 * np.sqrt(4000 * 0.25 * 0.75))
    assert sorted(data.WeightedRandomSampler([1, 0, 3], 2, replacement=False, generator=0)) == [0, 2]


def test_samplers_without_a_generator_draw_from_the_shared_one():
    for sampler in (
        data.RandomSampler(Y),
        data.RandomSampler(Y, True),
        data.SubsetRandomSampler(Y.tolist()),
        data.WeightedRandomSampler(np.ones(10), 10),
    ):
        nn.manual_seed(0)
        first = list(sampler)
        nn.manual_seed(0)
        assert list(sampler) == first


@pytest.mark.parametrize("drop", [False, True])
def test_batch_sampler(drop):
    sampler = data.BatchSampler(data.SequentialSampler(Y), 4, drop)
    expected = [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]][: 3 - drop]
    assert list(sampler) == expected
    assert len(sampler) == len(expected)
    assert [b.tolist() for b in DataLoader(Y, batch_sampler=sampler)] == expected
    assert [b.tolist() for b in DataLoader(Squares(), sampler=[4, 3, 1], batch_size=2, drop_last=drop)] == [[16, 9], [1]][
        : 2 - drop
    ]


# Samples made into batches: dtypes as PyTorch's default_collate gives them

COLLATED = {
    "numbers": ([1, 2], np.array([1, 2], np.int64)),
    "floats": ([1.0, 2.0], np.array([1.0, 2.0])),
    "bools": ([True, False], np.array([True, False])),
    "mixed": ([1, 2.5], np.array([1.0, 2.5])),
    "mixed dtypes": ([np.float32(1), np.ones((), int)], np.array([1.0, 1.0])),
    "swapped bytes": ([np.array([1, 2], ">i2"), np.array([3, 4], ">i2")], np.array([[1, 2], [3, 4]], "=i2")),
    "float32": ([np.float32(1), np.float32(2)], np.array([1, 2], np.float32)),
    "arrays": ([X[0], X[1]], X[:2]),
    "tensors": ([Tensor(X[0]), Tensor(X[1])], X[:2]),
    "strings": (["a", "b"], ["a", "b"]),
    "tuples": ([(1, "a"), (2, "b")], (np.array([1, 2]), ["a", "b"])),
    "lists": ([[1, 2.0], [3, 4.0]], [np.array([1, 3]), np.array([2.0, 4.0])]),
    "dicts": ([{"a": 1, "b": (X[0], 0)}, {"a": 2, "b": (X[1], 1)}], {"a": np.array([1, 2]), "b": (X[:2], np.array([0, 1]))}),
    "named": ([Point(1, 2.0), Point(3, 4.0)], Point(np.array([1, 3]), np.array([2.0, 4.0]))),
}  # fmt: skip


@pytest.mark.parametrize("case", COLLATED)
def test_default_collate(case):
    samples, expected = COLLATED[case]
    assert same(data.default_collate(samples), expected)


def test_a_recorded_sample_stays_recorded():
    w = Tensor([1.0, 2.0], requires_grad=True)
    batch = data.default_collate([w * 2, w * 3])
    batch.sum().backward()
    np.testing.assert_array_equal(w.grad, [5, 5])


def test_without_batches():
    assert list(DataLoader(Squares(), batch_size=None)) == [0, 1, 4, 9, 16]
    assert [x.tolist() for x in DataLoader(X, batch_size=None)] == X.tolist()
    assert list(DataLoader(Lines(3), batch_size=None)) == [0, 1, 2]
    (sample,) = DataLoader([{"x": (Tensor(X), Point(1, [Tensor(Y)]))}], batch_size=None)
    assert same(sample, {"x": (X, Point(1, [Y]))})


def test_collate_fn():
    assert list(DataLoader(Squares(), batch_size=2, collate_fn=sum)) == [1, 13, 16]
    padded = DataLoader([([1], 0), ([2, 3], 1)], batch_size=2, collate_fn=lambda rows: [x for xs, _ in rows for x in xs])
    assert list(padded) == [[1, 2, 3]]
    assert [len(rows) for rows in DataLoader(X, Y, batch_size=4, collate_fn=list)] == [4, 4, 2]


@pytest.mark.parametrize(
    ("n", "size", "drop", "expected"), [(5, 2, False, 3), (5, 2, True, 2), (4, 2, True, 2), (0, 2, False, 0)]
)
def test_streams(n, size, drop, expected):
    batches = list(DataLoader(Lines(n), batch_size=size, drop_last=drop))
    assert len(batches) == expected
    assert [x for batch in batches for x in batch] == list(range(n))[: expected * size]


def test_length_of_a_stream():
    class Known(Lines):
        def __len__(self):
            return self.n

    assert len(DataLoader(Known(5), batch_size=2)) == 3
    assert len(DataLoader(Known(5), batch_size=2, drop_last=True)) == 2
    with pytest.raises(TypeError, match="Lines is a stream without __len__"):
        len(DataLoader(Lines(5)))


def test_loaders_can_be_pickled():
    loader = pickle.loads(pickle.dumps(DataLoader(X, batch_size=5, shuffle=True, seed=0)))
    assert [b.tolist() for b in loader] == [b.tolist() for b in DataLoader(X, batch_size=5, shuffle=True, seed=0)]


def loading(*args, **kwargs):
    return lambda: list(DataLoader(*args, **kwargs))


MISTAKES = {
    "batch size by position": (loading(X, 2), TypeError, r"DataLoader: argument 1 must be an array, got 2; write batch_size=2"),
    "shuffle by position": (loading(X, True), TypeError, r"got True; write shuffle=True"),
    "of a data set": (loading(Squares(), 2), TypeError, r"a data set, here Squares, stands alone, got 2 .*batch_size=…"),
    "a data set beside": (loading(X, Squares()), TypeError, "argument 1 must be an array, got Squares; a data set stands alone"),
    "dataset too": (loading(X, dataset=Squares()), TypeError, "argument 1 must be an array, got Squares"),
    "no length": (loading(Endless()), TypeError, "Endless has __getitem__ but no __len__.*a sampler with the indices"),
    "no index": (loading({1, 2}), TypeError, r"expected arrays, or a data set with __getitem__ and __len__, got set"),
    "a class": (loading(Squares), TypeError, r"Squares is a class; give it an object of it: DataLoader\(Squares\(\), …\)"),
    "a number": (loading(3), errors.ShapeError, "the same number of rows"),
    "shuffle a stream": (loading(Lines(3), shuffle=True), ValueError, "shuffle=True needs a data set with an index, Lines is"),
    "shuffle and sampler": (loading(Y, shuffle=True, sampler=[1]), ValueError, "shuffle=True and sampler say the same thing"),
    "two sizes": (loading(Y, batch_size=2, batch_sampler=[[1]]), ValueError, "batch_sampler and batch_size say"),
    "drop no batch": (loading(Y, batch_size=None, drop_last=True), ValueError, "batch_size=None and drop_last"),
    "two seeds": (loading(Y, seed=1, generator=2), ValueError, "seed and generator are two names for one thing"),
    "num_workers": (loading(Y, num_workers=-1), ValueError, "num_workers must be a whole number of at least 0, got -1"),
    "timeout alone": (loading(Y, timeout=3), ValueError, "timeout=3 is about workers, and num_workers is 0"),
    "timeout": (loading(Y, timeout=-3, num_workers=1), ValueError, "timeout must be at least 0 seconds, got -3"),
    "persistent": (loading(Y, persistent_workers=True), ValueError, "persistent_workers=True is about workers"),
    "prefetch": (loading(Y, prefetch_factor=0), ValueError, "prefetch_factor must be a whole number of at least 1, got 0"),
    "collate None": (loading([(1, None)]), TypeError, r"sample 0 \(its part \[1\]\) is a NoneType; it knows arrays.*collate_fn"),
    "collate large": (loading([{"n": 2**70}]), TypeError, "sample 0 .* is a int; it knows"),
    "collate shapes": (
        loading([{"a": X}, {"a": Y}], batch_size=2),
        errors.ShapeError,
        r"sample 0 \(its part \['a'\]\) has shape \(10, 2\), sample 1 shape \(10,\); cut or pad",
    ),
    "collate lengths": (
        loading([(1, 2), (1,)], batch_size=2),
        errors.ShapeError,
        "sample 0 is a tuple of 2, sample 1 a tuple of 1",
    ),
    "collate keys": (loading([{"a": 1}, {"b": 1}], batch_size=2), errors.ShapeError, "0 and 1 differ in '[ab]', '[ab]'"),
    "collate nothing": (lambda: data.default_collate([]), ValueError, "expected samples, got none"),
    "split": (lambda: data.random_split(Y, [5, 4]), ValueError, r"add up to the 10 samples .* got \[5, 4\]"),
    "split shares": (lambda: data.random_split(Y, [0.5, 0.4]), ValueError, r"or to 1 as shares"),
    "split negative": (lambda: data.random_split(Y, [11, -1]), ValueError, "at least 0"),
    "concat streams": (lambda: data.ConcatDataset([Lines(1)]), TypeError, "Lines is a stream.*ChainDataset"),
    "concat nothing": (lambda: data.ConcatDataset([]), ValueError, "at least one data set"),
    "tensors nothing": (lambda: data.TensorDataset(), TypeError, "expected arrays, got nothing"),
    "tensors lengths": (lambda: data.TensorDataset(X, Y[:2]), errors.ShapeError, r"TensorDataset: .* \(10, 2\), \(2,\)"),
    "tensors of an endless": (lambda: data.TensorDataset(Endless()), TypeError, "argument 0 must be an array, got Endless"),
    "split an endless": (lambda: data.train_test_split(Squares()), TypeError, "train_test_split: argument 0 must be an array"),
    "fit an endless": (lambda: data.Standardizer().fit(Squares()), TypeError, "Standardizer.fit: .* an array, got Squares"),
    "an index of a stream": (lambda: Lines(3)[0], TypeError, "Lines is a stream, an IterableDataset, without an index"),
    "weights": (lambda: data.WeightedRandomSampler([1, -1], 2), ValueError, r"weights must be .* got \[ 1. -1.\]"),
    "weights 0": (lambda: data.WeightedRandomSampler([0, 0], 2), ValueError, "not all 0"),
    "weights too few": (lambda: data.WeightedRandomSampler([0, 1], 2, False), ValueError, "can draw 1 samples.*num_samples=2"),
    "samples": (lambda: data.RandomSampler(Y, num_samples=0), ValueError, "num_samples must be .* at least 1, got 0"),
    "no getitem": (lambda: data.Dataset()[0], NotImplementedError, r"Dataset has no method __getitem__\(self, index\)"),
    "no iter": (lambda: list(data.IterableDataset()), NotImplementedError, r"no method __iter__\(self\)"),
    "no order": (lambda: list(data.Sampler()), NotImplementedError, r"no method __iter__\(self\)"),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_are_told(case):
    run, kind, words = MISTAKES[case]
    with pytest.raises(kind, match=words):
        run()


def test_an_error_in_a_sample_names_it():
    class Broken(Squares):
        def __getitem__(self, index):
            return 1 / (index - 3)

    with pytest.raises(ZeroDivisionError) as caught:
        list(DataLoader(Broken(), batch_size=2))
    assert caught.value.__notes__ == ["in sample 3 of the data set Broken, taken by a DataLoader"]
