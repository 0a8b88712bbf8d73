"""The examples run as their docstrings say, print the digits of the reference, and tell what is wrong with their input."""

import gzip
import json
import os
import pathlib
import runpy
import struct
import subprocess
import sys

import numpy as np
import pytest
import threadpoolctl

from examples import (
    autoencoder,
    char_gpt,
    common,
    digit_classification,
    neural_ode,
    physics_informed,
    planar_classification,
    recurrent_text,
    sine_regression,
    tanh_sigmoid_net,
    two_layer_half_mse,
    two_player,
)

ROOT = pathlib.Path(__file__).parents[2]
SYSTEMS = {
    "tanh_sigmoid_net": {"cost.png", "graph.gv", "graph.svg"},
    "two_layer_half_mse": {"cost.png"},
    "sine_regression": {"fit.png"},
    "planar_classification": {"tanh.png"},
    "native_pendulum": {"track.png"},
    "digit_classification": {"progress.png", "confusion.png", "misread.png", "backward.html", "first_layer.png", "model.npz"},
}
FEW_STEPS = {
    char_gpt: {"loss.png"},
    recurrent_text: {"loss.png", "surprise.png"},
    physics_informed: {"heat.png"},
    neural_ode: {"spiral.png"},
    two_player: {"losses.png", "ring.gif"},
}


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Tests run beside each other: threads that wait for a core take ten times as long as one that has it."""
    with threadpoolctl.threadpool_limits(1):
        yield


def reference(name):
    return json.loads((ROOT / "tests" / "reference" / f"{name}.json").read_text())


def run(name, *options):
    command = [sys.executable, "-W", "error", "-m", f"examples.{name}", *map(str, options)]
    env = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1"}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)


def test_every_example_is_on_the_page_of_examples_and_in_ci():
    programs = [path.stem for path in (ROOT / "examples").glob("*.py") if '__name__ == "__main__"' in path.read_text("utf-8")]
    page, steps = ((ROOT / name).read_text("utf-8") for name in ("docs/examples.md", ".ci/run"))
    assert len(programs) > 10
    assert [name for name in programs if f"`python -m examples.{name}`" not in page] == []
    assert [name for name in programs if name not in steps.partition("examples() {")[2].partition("\n}")[0]] == []


def test_quickstart():
    done = run("quickstart")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "All derivatives agree."
    assert done.stdout.count("differs from finite differences by") == 7


@pytest.mark.heavy
@pytest.mark.parametrize("name", SYSTEMS)
def test_run_draws_and_checks_itself(name, tmp_path):
    done = run(name, "--quick", "--out", tmp_path / "pictures")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "Everything agrees."
    assert {path.name for path in (tmp_path / "pictures").iterdir()} == SYSTEMS[name]
    for path in (tmp_path / "pictures").iterdir():
        assert f"wrote {path}" in done.stdout
        if path.suffix == ".png":
            content = path.read_bytes()
            width, height = struct.unpack(">II", content[16:24])
            assert content[:8] == b"\x89PNG\r\n\x1a\n"
            assert width > 400
            assert height > 200


@pytest.mark.heavy
@pytest.mark.parametrize("example", FEW_STEPS, ids=lambda example: example.__name__)
def test_a_few_steps_are_in_the_right_direction(example, tmp_path, capsys):
    """And are drawn. That whole runs reach what they should is checked by themselves, in CI."""
    assert example.main(["--steps", "30", "--quick", "--out", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == FEW_STEPS[example]
    out = capsys.readouterr().out
    assert out.splitlines()[-1] == "Everything agrees."
    assert "step    30: loss " in out


@pytest.mark.heavy
def test_an_autoencoder_beats_principal_components(tmp_path, capsys, monkeypatch):
    pictures = {}
    monkeypatch.setattr(autoencoder, "save", lambda picture, path: pictures.update({path.name: picture}))
    assert autoencoder.main(["--quick", "--out", str(tmp_path)]) == 0
    assert list(pictures) == ["loss.png", "plane.png", "again.png"]
    assert len(pictures["plane.png"].axes[0].texts) == 270  # each validation image is where the encoder puts it
    assert "over that of two principal components: 0." in capsys.readouterr().out


# The digits, from full runs


def printed(text, between):
    """The numbers that follow a word at the ends of lines."""
    return [line.split(between)[1] for line in text.splitlines() if between in line]


def test_tanh_sigmoid_net_in_numpy(capsys):
    known = reference("tanh_sigmoid_net_numpy")
    ours = tanh_sigmoid_net.numpy_half([3, 4, 1], quick=True)
    out = capsys.readouterr().out
    assert printed(out, ": ") == known["source_prints"]["costs"]
    assert printed(out, "cost = ")[0][:17] == known["source_prints"]["cost"][:17]
    close = {"rtol": 1e-12, "atol": 1e-17}
    np.testing.assert_allclose(ours["output"], known["output"], **close)
    np.testing.assert_allclose(ours["cost"], known["cost"], **close)
    np.testing.assert_allclose(ours["costs"][::100], known["costs_every_100"], rtol=1e-9)
    for name in ("W1", "b1", "W2", "b2"):
        np.testing.assert_allclose(ours["gradients"][name], known["grads"][name], **close)
        np.testing.assert_allclose(ours["updated"][name], known["params_after_first_step"][name], **close)


def test_tanh_sigmoid_net_in_nn(capsys):
    known = reference("tanh_sigmoid_net_torch")
    _, _, losses = tanh_sigmoid_net.torch_half(quick=True)
    assert printed(capsys.readouterr().out, "loss ") == known["source_prints"]
    np.testing.assert_allclose(losses[::100], known["losses_every_100"], rtol=2e-6)


def test_two_layer_half_mse(capsys):
    known = reference("two_layer_half_mse")
    costs, _, first = two_layer_half_mse.train(*two_layer_half_mse.data(), quick=True)
    assert len(costs) - 1 == known["steps_to_cost_below_0_1"]
    out = printed(capsys.readouterr().out, "cost ")
    assert [out[0], out[-1]] == [f"{known['initial_cost']:.6f}", f"{known['final_cost']:.6f}, which is below 0.1"]
    np.testing.assert_allclose([costs[0], costs[-1]], [known["initial_cost"], known["final_cost"]], rtol=1e-11)
    for name, gradient in known["first_grads"].items():
        np.testing.assert_allclose(first[name], gradient, rtol=1e-12)


def test_sine_regression(capsys):
    known = reference("sine_regression")
    errors, _ = sine_regression.train(sine_regression.make_model(), *sine_regression.data(), quick=True)
    assert printed(capsys.readouterr().out, "MSE ") == [f"{e:.3f}" for e in [*known["mse_every_100"], known["final_mse"]]]
    np.testing.assert_allclose(errors[:300:100], known["mse_every_100"][:3], rtol=1e-9)
    np.testing.assert_allclose(errors[-1], known["final_mse"], rtol=1e-4)


@pytest.mark.heavy
def test_sine_regression_captured(tmp_path, capsys):
    assert sine_regression.main(["--capture", "--out", str(tmp_path)]) == 0
    assert "MSE after the last step: agrees" in capsys.readouterr().out


@pytest.mark.heavy
@pytest.mark.parametrize("lr", [0.005, 1.2])
def test_planar_classification(lr, capsys):
    known = reference("planar_classification")["by_lr"][str(lr)]
    X, Y = planar_classification.flower()
    p, costs = planar_classification.train(X, Y, np.tanh, lr, 10_000, quick=True)
    decimals = [6] * 8 + [6 if lr == 0.005 else 2] * 2
    expected = [f"{cost:.{d}f}" for cost, d in zip(known["costs_every_1000"], decimals, strict=True)]
    assert printed(capsys.readouterr().out, "cost ") == expected
    np.testing.assert_allclose(costs[:8000:1000], known["costs_every_1000"][:8], rtol=1e-7)
    np.testing.assert_allclose(costs[-1], known["final_cost"], rtol=1e-9 if lr == 0.005 else 2e-3)
    assert np.mean((planar_classification.output_of(p, X, np.tanh) > 0.5) == Y) == known["accuracy"]


# The numbers that the examples carry with them are those of the reference files


def test_embedded_reference_numbers():
    known, ours = reference("tanh_sigmoid_net_numpy"), tanh_sigmoid_net.REFERENCE["numpy"]
    assert (ours["output"], ours["cost"], ours["W2"]) == (known["output"], known["cost"], known["grads"]["W2"])
    np.testing.assert_allclose(ours["costs_every_100"], known["costs_every_100"], atol=5.1e-10, rtol=0)
    known = reference("tanh_sigmoid_net_torch")
    assert [f"{loss:.6f}" for loss in tanh_sigmoid_net.REFERENCE["torch"]] == known["source_prints"]
    np.testing.assert_array_equal(np.array(tanh_sigmoid_net.SAMPLES, np.float32), np.array(known["X"], np.float32))
    assert tanh_sigmoid_net.START.keys() == known["init"].keys()
    for name, start in tanh_sigmoid_net.START.items():
        np.testing.assert_array_equal(np.array(start, np.float32), np.array(known["init"][name], np.float32))
    known, ours = reference("two_layer_half_mse"), two_layer_half_mse.REFERENCE
    assert {name: known[name] for name in ours} == ours
    known, ours = reference("sine_regression"), sine_regression.REFERENCE
    np.testing.assert_allclose(ours["mse_every_100"], known["mse_every_100"], atol=5.1e-7, rtol=0)
    assert ours["final_mse"] == known["final_mse"]
    known = reference("planar_classification")["by_lr"]
    for lr, ours in planar_classification.REFERENCE.items():
        np.testing.assert_allclose(ours["costs_every_1000"], known[str(lr)]["costs_every_1000"], atol=5.1e-7, rtol=0)
        assert (ours["final_cost"], ours["accuracy"]) == (known[str(lr)]["final_cost"], known[str(lr)]["accuracy"])


def test_data_and_initial_values_are_those_of_the_reference():
    known = reference("two_layer_half_mse")
    for ours, name in zip(two_layer_half_mse.data(), "XY", strict=True):
        np.testing.assert_array_equal(ours, known[name])
    known = reference("sine_regression")["init"]
    state = sine_regression.make_model().state_dict()
    np.testing.assert_array_equal(state["0.weight"], known["W1"])
    np.testing.assert_array_equal(state["2.weight"], known["W2"])
    np.testing.assert_array_equal(planar_classification.flower()[0][:, :5], reference("planar_classification")["X_first5"])


def test_a_wrong_number_is_found_and_ends_in_status_1(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(two_layer_half_mse.REFERENCE, "initial_cost", 0.23723470293483464)
    assert two_layer_half_mse.main(["--quick", "--out", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "first cost: WRONG, 0.237234702933" in out
    assert out.splitlines()[-1] == "Something is wrong."


# Other options


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "leaky_relu", "linear"])
def test_planar_activations(activation, tmp_path, capsys):
    options = ["--activation", activation, "--steps", "60", "--lr", "1.2", "--quick", "--out", str(tmp_path)]
    assert planar_classification.main(options) == 0
    assert (tmp_path / f"{activation}.png").exists()
    assert "reference numbers for tanh" in capsys.readouterr().out


def test_more_hidden_layers_still_learn():
    costs = tanh_sigmoid_net.numpy_half([3, 6, 5, 1], lr=1.0, steps=1000, quick=True)["costs"]
    assert costs[-1] < 0.1 < costs[0]


ONE_BY_ONE = ["--activation", "sigmoid", "--no-biases", "--optimizer", "sgd", "--batch-size", "1", "--lr", "0.02"]


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("options", "least"),
    [
        (["--model", "conv", "--capture"], 80),
        ([*ONE_BY_ONE, "--epochs", "1"], 20),
        (["--hidden", "40", "30", "20", "--optimizer", "momentum", "--activation", "tanh"], 80),
        (["--hidden", "--optimizer", "adagrad"], 60),
    ],
    ids=["conv, captured", "one image at a time", "three layers, momentum", "no hidden layer, adagrad"],
)
def test_digit_options(options, least, tmp_path, capsys):
    assert digit_classification.main([*options, "--quick", "--out", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "loaded again: reads the same" in out
    assert float(printed(out, "s, validation accuracy ")[-1].rstrip("%")) > least


# Bad input: one line on stderr, status 2


def refused(example, options, capsys):
    with pytest.raises(SystemExit) as stopped:
        example.main([str(option) for option in options])
    assert stopped.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return lines[0]


@pytest.mark.parametrize(
    ("example", "options", "words"),
    [
        (planar_classification, ["--activation", "step"], "invalid choice: 'step' (choose from"),
        (digit_classification, ["--activation", "step"], "invalid choice: 'step' (choose from"),
        (digit_classification, ["--hidden", "0"], "--hidden: must be above zero, got 0"),
        (digit_classification, ["--hidden", "100000", "100000"], "makes a net of 10,007,400,000 weights"),
        (digit_classification, ["--model", "conv", "--hidden", "5"], "--hidden goes with --model mlp"),
        (digit_classification, ["--epochs", "many"], "invalid int value: 'many'"),
        (digit_classification, ["--seed", "-1"], "--seed: must be at least zero, got -1"),
        (digit_classification, ["--lr", "nan"], "--lr: must be above zero, got nan"),
        (digit_classification, ["--mnist-folder", "."], "--mnist-folder goes with --data mnist"),
        (digit_classification, ["--optimizer", "sgd", "--lr", "1e9"], "the loss became nan in epoch 1; try a smaller rate than"),
        (sine_regression, ["--lr", "1e9", "--quick"], "try a smaller rate than --lr 1000000000.0"),
        (tanh_sigmoid_net, ["--layers", "2", "1"], "--layers must begin with 3, the inputs, and end with 1"),
        (two_layer_half_mse, ["--goal", "0"], "--goal: must be above zero, got 0"),
        (autoencoder, ["--epochs", "0"], "--epochs: must be above zero, got 0"),
        *[(example, ["--bogus"], "unrecognized arguments: --bogus") for example in FEW_STEPS],
        (char_gpt, ["--text", "nowhere.txt"], "--text nowhere.txt: No such file or directory"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)  # fmt: skip
def test_bad_options(example, options, words, tmp_path, capsys):
    assert words in refused(example, [*options, "--out", tmp_path], capsys)


@pytest.mark.parametrize("name", ["quickstart", "engine_in_60_lines", "find_wrong_gradient", "explore_graph"])
def test_examples_without_options_refuse_them(name, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [f"{name}.py", "--bogus"])
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(str(ROOT / "examples" / f"{name}.py"), run_name="__main__")
    assert stopped.value.code == 2
    assert capsys.readouterr().err == f"{name}: unrecognized arguments: --bogus (--help lists the options)\n"


def test_a_text_must_be_one(tmp_path, capsys):
    (tmp_path / "binary").write_bytes(bytes(range(256)) * 100)
    (tmp_path / "short").write_text("abc")
    for name, words in (("binary", "this is no text in UTF-8"), ("short", "at least 20,000 letters are needed, there are 3")):
        assert refused(char_gpt, ["--text", tmp_path / name, "--out", tmp_path], capsys).endswith(words)


def test_out_must_be_a_folder(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert "no such folder can be made" in refused(two_layer_half_mse, ["--out", tmp_path / "file"], capsys)


def test_bad_input_from_the_command_line(tmp_path):
    done = run("digit_classification", "--data", "mnist", "--mnist-folder", "nowhere", "--out", tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("digit_classification: load_mnist: there is no train-images-idx3-ubyte or ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("package", "example"),
    [("matplotlib", two_layer_half_mse), ("tqdm", two_layer_half_mse), ("sklearn", digit_classification)],
)
def test_missing_packages(package, example, monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, package, None)
    said = refused(example, ["--quick", "--out", tmp_path], capsys)
    assert said.endswith(f'the package {package} is missing; install what the examples need: pip install -e ".[examples]"')


def write_mnist(folder, rng, shape=(28, 28)):
    """IDX files of bright squares: a digit's place says which it is."""
    for part, count in (("train", 120), ("t10k", 40)):
        labels = rng.integers(0, 10, count).astype(np.uint8)
        images = rng.integers(0, 20, (count, *shape)).astype(np.uint8)
        for image, label in zip(images, labels, strict=True):
            image[2 * label : 2 * label + 4] = 255
        head = struct.pack(">4B3I", 0, 0, 8, 3, count, *shape)
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(head + images.tobytes()))
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(struct.pack(">4BI", 0, 0, 8, 1, count) + labels.tobytes())


@pytest.mark.heavy
def test_mnist_from_a_folder(rng, tmp_path, capsys):
    write_mnist(tmp_path, rng)
    options = ["--data", "mnist", "--mnist-folder", str(tmp_path), "--quick", "--epochs", "15", "--batch-size", "16"]
    assert digit_classification.main([*options, "--out", str(tmp_path / "out")]) == 0
    out = capsys.readouterr().out
    assert "in_features=784, out_features=128" in out
    assert "136 images to learn from, 24 to check with" in out
    assert float(printed(out, "validation accuracy ")[-1].rstrip("%")) > 80


def test_truncated_mnist(rng, tmp_path, capsys):
    write_mnist(tmp_path, rng)
    path = tmp_path / "train-labels-idx1-ubyte"
    path.write_bytes(path.read_bytes()[:50])
    said = refused(digit_classification, ["--data", "mnist", "--mnist-folder", tmp_path, "--out", tmp_path / "out"], capsys)
    assert said.endswith("train-labels-idx1-ubyte: shape (120,) needs 120 bytes, there are only 42")


def test_images_that_are_not_square(rng, tmp_path, capsys):
    write_mnist(tmp_path, rng, (28, 20))
    said = refused(digit_classification, ["--data", "mnist", "--mnist-folder", tmp_path, "--out", tmp_path / "out"], capsys)
    assert said.endswith("the images must be square and at least 2×2, they are 28×20")


def test_agrees_says_what_differs(capsys):
    assert common.agrees("x", [1.0, 2.0], [1.0, 2.0004], 3)
    assert not common.agrees("y", [1.0, 2.0], [1.0, 2.002], 3)
    assert not common.agrees("z", [1.0], [1.0, 1.0], 3)
    assert not common.agrees("nan", np.nan, 1.0, 3)
    out = capsys.readouterr().out
    assert "x: agrees with the reference to 3 decimals" in out
    assert "y: WRONG, [1.0, 2.0], but the reference has [1.0, 2.002], to 3 decimals" in out


def test_below_says_what_is_not(capsys):
    assert common.below("x", 1.0, 2.0)
    assert not any(common.below("y", value, 2.0) for value in (2.0, np.nan, np.inf, -np.inf))
    assert capsys.readouterr().out.splitlines()[:2] == ["  x: 1, below 2", "  y: 2, WRONG, not below 2"]
