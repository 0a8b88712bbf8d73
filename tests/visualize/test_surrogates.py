"""Half of a surrogate pair in a name, which no file can hold: written as an escape, wherever a name is written."""

import json
import re

import numpy as np
import pytest

import nn
from autograd_core import Tensor, primitive
from autograd_core.visualize import draw, explore, listing, make_dot, record

HALF = "w\ud800"
SHOWN = r"w\ud800"


class Named(nn.Module):
    def __init__(self):
        super().__init__()
        setattr(self, HALF, nn.Linear(2, 2))

    def forward(self, x):
        return getattr(self, HALF)(x)


LEAF = Tensor([1.0, 2.0], requires_grad=True, name=HALF)


def of_tensor():
    return (LEAF * 2).sum()


def of_primitive():
    own = primitive(f"{HALF} | ḡ", name=HALF, x=lambda g: g)(lambda x: x * 1)
    return own(Tensor([1.0, 2.0], requires_grad=True)).sum()


def of_source():
    scope = {"Tensor": Tensor}
    exec(compile("y = (Tensor([1.0, 2.0], requires_grad=True) * 2).sum()", "w\udc80.py", "exec"), scope)
    return scope["y"]


MODULE = Named()
OUTPUTS = {
    "a Tensor": (of_tensor, None),
    "an output": (lambda: {HALF: of_tensor()}, None),
    "params": (lambda: Tensor([1.0], requires_grad=True) * 2, {HALF: Tensor([1.0], requires_grad=True)}),
    "a module": (lambda: np.sum(MODULE(np.ones((1, 2)))), MODULE),
    "an operation": (of_primitive, None),
    "a file": (of_source, None),
}


@pytest.mark.parametrize("case", OUTPUTS)
def test_everything_that_is_written(case, tmp_path):
    make, params = OUTPUTS[case]
    with record():
        output = make()
    drawing = draw(output, tmp_path / "a.svg", params, values=True, show_attrs=True, show_saved=True)
    drawing.save(tmp_path / "a.dot")
    dot = make_dot(output, params, show_attrs=True, show_saved=True)
    dot.save(tmp_path / "b.dot")
    page = explore(output, tmp_path / "a.html", params)
    texts = [drawing.svg, drawing.dot, dot.source, listing(output, params), page.text, page._repr_html_(), repr(drawing)]
    texts += [(tmp_path / name).read_text(encoding="utf-8") for name in ("a.svg", "a.dot", "b.dot", "a.html")]
    for text in texts:
        text.encode()
    if case not in ("params", "a file"):
        assert all(SHOWN in text for text in (drawing.svg, listing(output, params)))
        data = re.search(r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', page.text, re.DOTALL)[1]
        assert SHOWN in json.dumps(json.loads(data), ensure_ascii=False).replace("\\\\", "\\")


def test_messages_and_reprs():
    t = Tensor([1.0, 2.0], requires_grad=True, name=HALF)
    repr(t).encode()
    with pytest.raises(Exception, match="leaf") as caught:
        t[0] = 1.0
    str(caught.value).encode()
    assert SHOWN in repr(MODULE)
    repr(MODULE).encode()
    str(MODULE.summary((1, 2))).encode()
