"""The golden files, which tests compare whole. Look at the pictures before you commit what this changed.

python -m tests.visualize.make_golden
"""

from pathlib import Path

from autograd_core.visualize import draw, listing
from tests.visualize.graphs import a_net, b_bce, c_shared, d_slice, recorded, rnn

GOLDEN = Path(__file__).parent / "golden"


def texts():
    """{file's name: its text}."""
    found = {}
    for name, make, options in (
        ("a_net", a_net, {}),
        ("b_bce_saved", b_bce, {"show_saved": True, "show_attrs": True}),
        ("c_shared", c_shared, {}),
        ("d_slice", d_slice, {}),
        ("rnn_3", lambda: rnn(3), {}),
        ("net_values", recorded, {"values": True, "grads": True}),
        ("net_depth_1", b_bce, {"depth": 1}),
    ):
        output, params = make()
        drawing = draw(output, params=params, **options)
        found[f"{name}.dot"], found[f"{name}.svg"] = drawing.dot, drawing.svg
        plain = {key: value for key, value in options.items() if not key.startswith("show")}
        found[f"{name}.txt"] = listing(output, params, **plain) + "\n"
    return found


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, text in texts().items():
        (GOLDEN / name).write_text(text, encoding="utf-8")
