"""Files: what goes in comes out, PyTorch reads and writes the same, a crash leaves the old file, bad files are refused whole."""

import io
import json
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd_core import Tensor
from nn.errors import FileError
from nn.saving import load, save

REFERENCE = Path(__file__).parents[1] / "reference"
ENDINGS = (".npz", ".safetensors")


@pytest.fixture(params=ENDINGS)
def path(request, tmp_path):
    if request.param == ".safetensors":
        pytest.importorskip("safetensors", reason="the safetensors package is not installed")
    return tmp_path / ("state" + request.param)


def model(**kwargs):
    return nn.Sequential(nn.Linear(3, 4, **kwargs), nn.Tanh(), nn.Linear(4, 2, bias=False, **kwargs))


ARRAYS = {
    "weight": np.arange(6.0).reshape(2, 3), "single": np.array([1.5, -0.0, np.inf, np.nan], np.float32), "number": np.array(3.0),
    "empty": np.zeros((0, 4)), "columns": np.asfortranarray(np.arange(6).reshape(2, 3)), "flags": np.array([True, False]),
    "half": np.ones(2, np.float16), "bytes": np.arange(3, dtype=np.uint8), "file": np.ones(1), "a/b": np.ones(1),
}  # fmt: skip


def test_arrays_come_back_as_they_were(path):
    save(ARRAYS, path)
    found = load(path)
    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found[name], array, strict=True)
        assert found[name].flags.writeable


def test_numpy_reads_ours_and_we_read_numpys(tmp_path):
    save({**ARRAYS, "complex": np.array([1 + 2j]), "big end first": np.arange(3, dtype=">f8")}, tmp_path / "ours.npz")
    with np.load(tmp_path / "ours.npz", allow_pickle=False) as found:
        np.testing.assert_array_equal(found["weight"], ARRAYS["weight"])
        np.testing.assert_array_equal(found["complex"], [1 + 2j])
    np.savez_compressed(tmp_path / "theirs.npz", w=np.eye(3))
    np.testing.assert_array_equal(load(tmp_path / "theirs.npz")["w"], np.eye(3))
    assert load(tmp_path / "ours.npz")["big end first"].dtype.isnative


def test_a_module_is_its_state(path):
    before, after = model(generator=0), model(generator=1)
    save(before, path)
    after.load_state_dict(load(path))
    x = np.ones((1, 3))
    np.testing.assert_array_equal(after(x).data, before(x).data)


def test_a_checkpoint_goes_on_where_training_stopped(path):
    def trained(net, optimizer, steps):
        for _ in range(steps):
            optimizer.zero_grad()
            np.sum(net(np.ones((2, 3))) ** 2).backward()
            optimizer.step()
        return net.state_dict()

    first, second = model(generator=0), model(generator=1)
    optimizer, other = (nn.optim.Adam(m.parameters(), lr=0.1, betas=(0.8, 0.9)) for m in (first, second))
    trained(first, optimizer, 3)
    save(
        {"model": first.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3, "note": None, "names": ["a", True, 0.5]},
        path,
    )
    checkpoint = load(path)
    assert checkpoint["optimizer"]["param_groups"][0]["betas"] == (0.8, 0.9)
    assert (checkpoint["epoch"], checkpoint["note"], checkpoint["names"]) == (3, None, ["a", True, 0.5])
    second.load_state_dict(checkpoint["model"])
    other.load_state_dict(checkpoint["optimizer"])
    expected = trained(first, optimizer, 3)
    for name, array in trained(second, other, 3).items():
        np.testing.assert_array_equal(array, expected[name])


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_that_pytorch_wrote(ending):
    if ending == ".safetensors":
        pytest.importorskip("safetensors", reason="the safetensors package is not installed")
    state = load(REFERENCE / f"saved{ending}")
    x, y = state.pop("x"), state.pop("y")
    net = model(dtype=np.float32)
    net.load_state_dict(state)
    np.testing.assert_allclose(net(x).data, y, rtol=1e-6, atol=1e-6)


def test_from_pytorch_and_back(path):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2, bias=False))
    if path.suffix == ".npz":
        np.savez(path, **{name: tensor.numpy() for name, tensor in theirs.state_dict().items()})
    else:
        pytest.importorskip("safetensors.torch").save_file(theirs.state_dict(), path)
    ours = model(dtype=np.float32)
    ours.load_state_dict(load(path))
    x = np.random.RandomState(0).randn(5, 3).astype(np.float32)
    np.testing.assert_allclose(ours(x).data, theirs(torch.from_numpy(x)).detach().numpy(), rtol=1e-6, atol=1e-6)

    for p in ours.parameters():
        p.data = p.data * 2
    save(ours, path)
    if path.suffix == ".npz":
        state = {name: torch.from_numpy(array) for name, array in np.load(path).items()}
    else:
        state = pytest.importorskip("safetensors.torch").load_file(path)
    theirs.load_state_dict(state)
    np.testing.assert_allclose(ours(x).data, theirs(torch.from_numpy(x)).detach().numpy(), rtol=1e-6, atol=1e-6)


# Refusals


REFUSED = {
    "objects": ({"w": np.array([{}])}, r"save: w is an array of dtype object, which would need pickle"),
    "something else": ({"w": {1, 2}}, r"save: w is set, which would need pickle"),
    "inside": ({"a": [1, {"b": object()}]}, r"save: a.1.b is object"),
    "a key": ({(1, 2): np.ones(1)}, r"keys must be strings or integers, got \(1, 2\)"),
    "no dict": ([np.ones(1)], r"expected a Module or a dict of arrays, got list"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_saved(case, tmp_path):
    what, words = REFUSED[case]
    with pytest.raises(TypeError, match=words):
        save(what, tmp_path / "new.npz")
    assert os.listdir(tmp_path) == []


def test_names_that_collide(tmp_path):
    with pytest.raises(ValueError, match=r"the name 'a\.b' is there twice"):
        save({"a": {"b": np.ones(1)}, "a.b": np.ones(1)}, tmp_path / "new.npz")


@pytest.mark.parametrize("run", [lambda p: save({}, p), load], ids=["save", "load"])
def test_the_ending_says_what_it_is(run, tmp_path):
    with pytest.raises(ValueError, match=r"must end in \.npz or \.safetensors"):
        run(tmp_path / "model.pt")


def test_without_safetensors(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "safetensors", None)
    with pytest.raises(ImportError, match="pip install safetensors"):
        save({"w": np.ones(1)}, tmp_path / "new.safetensors")


def test_safetensors_has_no_place_for_it(tmp_path):
    pytest.importorskip("safetensors", reason="the safetensors package is not installed")
    with pytest.raises(TypeError, match=r"safetensors has no place for .*\.npz"):
        save({"w": np.ones(1, complex)}, tmp_path / "new.safetensors")


@pytest.mark.parametrize("fails", ["fsync", "replace"])
def test_a_crash_leaves_the_old_file(fails, path, monkeypatch):
    save({"w": np.ones(2)}, path)

    def crash(*args):
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(os, fails, crash)
        with pytest.raises(OSError, match="disk full"):
            save({"w": np.zeros(2)}, path)
    np.testing.assert_array_equal(load(path)["w"], [1, 1])
    assert os.listdir(path.parent) == [path.name]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "link.npz").symlink_to(tmp_path / "real.npz")
    save({"w": np.ones(2)}, tmp_path / "link.npz")
    assert (tmp_path / "link.npz").is_symlink()
    assert "w" in load(tmp_path / "real.npz")


class Crafted:
    def __reduce__(self):
        return pytest.fail, ("a pickle was run",)


def test_pickle_is_refused_and_not_run(tmp_path):
    np.savez(tmp_path / "crafted.npz", w=np.array([Crafted()], dtype=object))
    with pytest.raises(FileError, match="w holds Python objects, and would need pickle"):
        load(tmp_path / "crafted.npz")
    (tmp_path / "plain.npz").write_bytes(pickle.dumps(Crafted()))
    with pytest.raises(FileError, match=r"plain\.npz is damaged, or no \.npz file"):
        load(tmp_path / "plain.npz")


def zipped(path, entries, **kwargs):
    with zipfile.ZipFile(path, "w", **kwargs) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def npy(shape, content=b"", dtype="<f8"):
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": dtype, "fortran_order": False, "shape": shape})
    return file.getvalue() + content


def test_sizes_that_are_claimed(tmp_path):
    bomb = zipped(tmp_path / "bomb.npz", [("w.npy", npy((10**6,), bytes(8 * 10**6)))], compression=zipfile.ZIP_DEFLATED)
    assert bomb.stat().st_size < 20_000
    with pytest.raises(FileError, match=r"says that it holds 8000\d+ bytes, more than max_bytes=1000000"):
        load(bomb, max_bytes=10**6)
    claims = zipped(tmp_path / "claims.npz", [("w.npy", npy((10**12, 10**6)))])
    with pytest.raises(FileError, match=r"w: shape \(1000000000000, 1000000\) of float64 does not fit into the 0 bytes"):
        load(claims)
    pytest.importorskip("safetensors", reason="the safetensors package is not installed")
    save({"w": np.ones(100)}, tmp_path / "w.safetensors")
    with pytest.raises(FileError, match="more than max_bytes=100"):
        load(tmp_path / "w.safetensors", max_bytes=100)


@pytest.mark.parametrize(
    "entries",
    [[("archive/data.pkl", b"")], [("w.npy", npy((1,), bytes(8)))] * 2, [("w.npy", npy((1,), bytes(9)))],
     [("w.npy", npy((-1, -1), bytes(8)))], [("structure.json", b"{}")], [("structure.json", json.dumps({"array": "w"}))]],
    ids=["foreign", "twice", "more than its shape", "negative shape", "no structure", "missing array"],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_foreign_archives(entries, tmp_path):
    with pytest.raises(FileError, match=r"strange\.npz"):
        load(zipped(tmp_path / "strange.npz", entries))


def test_every_truncation_is_noticed(path):
    save({"weight": np.arange(4.0), "epoch": 3}, path)
    whole = path.read_bytes()
    for length in [*range(0, len(whole), 7), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(FileError):
            load(path)


def test_every_damaged_byte_is_an_error_or_does_no_harm(path):
    state = {"weight": np.arange(4.0)}
    save(state, path)
    whole = path.read_bytes()
    for i in range(len(whole)):
        for change in (0x01, 0xFF):
            path.write_bytes(whole[:i] + bytes([whole[i] ^ change]) + whole[i + 1 :])
            try:
                found = load(path)
            except FileError:
                continue
            if path.suffix == ".npz":  # which has checksums of what is inside; names and unused fields are not covered
                assert all(np.array_equal(array, state["weight"]) for array in found.values())


def test_tensors_are_values(tmp_path):
    save({"w": Tensor([1.0], requires_grad=True) * 2}, tmp_path / "w.npz")
    np.testing.assert_array_equal(load(tmp_path / "w.npz")["w"], [2.0])
