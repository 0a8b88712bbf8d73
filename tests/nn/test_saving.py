"""Files: what goes in comes out, PyTorch reads and writes the same, a crash leaves the old file, bad files are refused whole."""

import contextlib
import io
import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

import nn
import nn.files
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


SMALL = {
    "flat": {"weight": np.arange(4.0), "größe": np.ones(2, np.float32), "b.c": np.arange(3)},
    "nested": {"model": {"w": np.ones(2), "b": np.zeros(3, np.float32)}, "epoch": 3, "names": ["a", None, 0.5, (1, 2)]},
}


def same(a, b):
    if isinstance(a, dict):
        return type(b) is dict and a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
    return type(a) is type(b) and a == b


@pytest.mark.heavy
@pytest.mark.parametrize("content", [*SMALL, "by NumPy", "by NumPy, compressed"])
def test_every_damaged_byte_is_an_error_or_does_no_harm(content, path):
    """Each bit is flipped, and each byte made 0, 255 and a space: the file is what was saved, or a FileError."""
    state = SMALL.get(content, SMALL["flat"])
    if content in SMALL:
        save(state, path)
    elif path.suffix == ".npz":
        (np.savez_compressed if "compressed" in content else np.savez)(path, **state)
    else:
        pytest.skip("NumPy writes .npz only")
    whole = path.read_bytes()
    assert same(load(path), state)
    refused = 0
    for i, byte in enumerate(whole):
        for other in {0, 255, 32, *(byte ^ 1 << bit for bit in range(8))} - {byte}:
            path.write_bytes(whole[:i] + bytes([other]) + whole[i + 1 :])
            try:
                found = load(path)
            except FileError:
                refused += 1
                continue
            assert same(found, state), (i, byte, other)
    assert refused > 3 * len(whole)


def test_what_parsers_raise_is_a_file_error(tmp_path):
    """AttributeError of a structure that is no dict, TokenError of a head of NumPy's: both with right checksums."""
    for structure in ("[1]", "{}", "3", '{"dict": 1}', '{"array": ["w"]}', "[" * 10**5):
        entries = [("w.npy", npy((1,), bytes(8))), ("structure.json", structure)]
        with pytest.raises(FileError, match=r"strange\.npz is damaged"):
            load(zipped(tmp_path / "strange.npz", entries))
    good = npy((1,), bytes(8))
    for i in range(6, len(good) - 8):
        for other in (good[i] ^ 1, good[i] ^ 0x20, ord("("), ord("'"), 0, 255):
            with contextlib.suppress(FileError):
                load(zipped(tmp_path / "strange.npz", [("w.npy", good[:i] + bytes([other]) + good[i + 1 :])]))


def test_a_structure_that_forgets_an_array(tmp_path):
    entries = [
        ("w.npy", npy((1,), bytes(8))),
        ("v.npy", npy((1,), bytes(8))),
        ("structure.json", '{"dict": [["w", {"array": "w"}]]}'),
    ]
    with pytest.raises(FileError, match="its structure has no place for v"):
        load(zipped(tmp_path / "strange.npz", entries))


def test_a_safetensors_file_without_our_checksum(tmp_path):
    library = pytest.importorskip("safetensors.numpy", reason="the safetensors package is not installed")
    library.save_file({"w": np.ones(2)}, tmp_path / "theirs.safetensors", metadata={"format": "pt"})
    np.testing.assert_array_equal(load(tmp_path / "theirs.safetensors")["w"], [1, 1])


def test_big_endian_arrays(path):
    save({"w": np.array([1.0, 2.0], ">f8")}, path)
    np.testing.assert_array_equal(load(path)["w"], [1, 2])


# Names, modes, and what a crash leaves

BAD_NAMES = {
    "a NUL": ("a\0b", r"save: the name 'a\\x00b' has a NUL in it, which no file can hold"),
    "half a surrogate pair": ("a\ud800", r"save: the name 'a\\ud800' has half of a surrogate pair in it"),
    "too long": ("a" * 70_000, r"save: the name 'a+' has 70000 bytes, more than 60000"),
}


@pytest.mark.parametrize("case", BAD_NAMES)
def test_a_name_that_no_file_holds_leaves_the_old_file(case, path):
    name, words = BAD_NAMES[case]
    save({"w": np.ones(2)}, path)
    with pytest.raises(ValueError, match=words):
        save({name: np.zeros(2)}, path)
    with pytest.raises(ValueError, match="which no file can hold"):
        save({"model": {name: np.zeros(2)}}, path)
    np.testing.assert_array_equal(load(path)["w"], [1, 1])


def test_a_backslash_stays_one_on_windows(tmp_path, monkeypatch):
    path = tmp_path / "w.npz"
    monkeypatch.setattr(os, "sep", "\\")  # by which `zipfile` knows Windows
    save({"a\\b": np.ones(2)}, path)
    assert list(load(path)) == ["a\\b"]


@pytest.mark.parametrize(
    "name", ["", "a/b", "../a", "a\\b", "/a", "a.npy", "é" * 100, "\n", " ", "__metadata", "-", "\x7f", "😀"]
)
def test_strange_names_come_back(name, path):
    save({name: np.ones(2), "other": np.zeros(1)}, path)
    assert sorted(load(path)) == sorted([name, "other"])


posix = pytest.mark.skipif(os.name != "posix", reason="modes and signals of POSIX")


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_a_file_keeps_its_mode(mode, tmp_path):
    path = tmp_path / "w.npz"
    save({"w": np.ones(2)}, path)
    path.chmod(mode)
    (tmp_path / "link.npz").symlink_to(path)
    for name in ("w.npz", "link.npz"):
        save({"w": np.zeros(2)}, tmp_path / name)
        assert path.stat().st_mode & 0o7777 == mode
    np.testing.assert_array_equal(load(path)["w"], [0, 0])


@posix
def test_a_new_file_has_the_mode_that_open_gives(tmp_path):
    before = os.umask(0o027)
    try:
        save({"w": np.ones(2)}, tmp_path / "w.npz")
    finally:
        os.umask(before)
    assert (tmp_path / "w.npz").stat().st_mode & 0o7777 == 0o640


KILLED = """
import os, signal, sys
import numpy as np
import nn, nn.files
if sys.argv[3] == "named":
    nn.files._without_name = lambda path, mode: None
setattr(os, sys.argv[2], lambda *args: os.kill(os.getpid(), signal.SIGKILL))
nn.save({"w": np.zeros(2)}, sys.argv[1])
"""


@posix
@pytest.mark.parametrize("kind", ["unnamed", "named"])
@pytest.mark.parametrize("at", ["fsync", "replace"])
def test_a_killed_save_leaves_the_old_file_and_the_next_one_cleans_up(at, kind, tmp_path):
    path = tmp_path / "w.npz"
    save({"w": np.ones(2)}, path)
    run = subprocess.run([sys.executable, "-c", KILLED, path, at, kind], cwd=Path(nn.__file__).parents[1], check=False)
    assert run.returncode == -signal.SIGKILL
    np.testing.assert_array_equal(load(path)["w"], [1, 1])
    if kind == "unnamed" and at == "fsync" and hasattr(os, "O_TMPFILE"):
        assert os.listdir(tmp_path) == ["w.npz"]
    (tmp_path / f".other.npz.{'0' * 32}.tmp").touch()  # another file's
    save({"w": np.zeros(2)}, path)
    assert sorted(os.listdir(tmp_path)) == [f".other.npz.{'0' * 32}.tmp", "w.npz"]
    np.testing.assert_array_equal(load(path)["w"], [0, 0])


@posix
def test_a_save_leaves_another_one_to_the_same_path_alone(tmp_path, monkeypatch):
    """The first writer has its file beside the place; the second must not take it for an abandoned one."""
    path, real = tmp_path / "w.npz", os.replace
    monkeypatch.setattr(nn.files, "_without_name", lambda path, mode: None)

    def replace(source, target):
        monkeypatch.setattr(os, "replace", real)
        save({"w": np.ones(2)}, path)
        assert Path(source).exists()
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    save({"w": np.zeros(2)}, path)
    np.testing.assert_array_equal(load(path)["w"], [0, 0])
    assert os.listdir(tmp_path) == ["w.npz"]


def test_a_link_that_cannot_be_given_a_name(tmp_path, monkeypatch):
    """Where a file without a name cannot get one, it is written with a name at once."""

    def link(*args, **kwargs):
        raise OSError(1, "not here")

    monkeypatch.setattr(os, "link", link)
    save({"w": np.ones(2)}, tmp_path / "w.npz")
    assert "w" in load(tmp_path / "w.npz")
    assert os.listdir(tmp_path) == ["w.npz"]


def test_the_longest_name_of_a_file(tmp_path):
    path = tmp_path / ("é" * 125 + ".npz")
    save({"w": np.ones(2)}, path)
    assert "w" in load(path)


def test_no_directory_and_a_directory_in_its_place(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"save: .*none.w\.npz was not written"):
        save({"w": np.ones(2)}, tmp_path / "none" / "w.npz")
    (tmp_path / "w.npz").mkdir()
    with pytest.raises(IsADirectoryError, match=r"save: .*w\.npz was not written.*it is a directory"):
        save({"w": np.ones(2)}, tmp_path / "w.npz")


@posix
@pytest.mark.parametrize("what", ["file", "directory"])
def test_what_may_not_be_written(what):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w.npz"
        save({"w": np.ones(2)}, path)
        protected = path if what == "file" else path.parent
        protected.chmod(0o555 if what == "directory" else 0o444)
        if os.getuid() == 0:  # root may do anything
            path.parent.chmod(0o555 if what == "directory" else 0o777)
            os.seteuid(65534)
        try:
            with pytest.raises(PermissionError, match=r"save: .*w\.npz was not written, and is as it was before: "):
                save({"w": np.zeros(2)}, path)
        finally:
            if os.getuid() == 0:
                os.seteuid(0)
            path.parent.chmod(0o755)
        np.testing.assert_array_equal(load(path)["w"], [1, 1])
        assert os.listdir(folder) == ["w.npz"]


def test_tensors_are_values(tmp_path):
    save({"w": Tensor([1.0], requires_grad=True) * 2}, tmp_path / "w.npz")
    np.testing.assert_array_equal(load(tmp_path / "w.npz")["w"], [2.0])
