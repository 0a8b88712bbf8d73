"""The explorer with the program behind it: numbers and expressions are changed on the page, and the engine computes again."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor
from autograd_core.errors import AutogradError
from autograd_core.visualize.expression import evaluate
from autograd_core.visualize.given import export_of
from autograd_core.visualize.outputs import names_of
from autograd_core.visualize.page import frame_of, page_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from autograd_core.visualize.export import Export
    from autograd_core.visualize.types import Params

MOST_STEPS = 1000  # at one request


class Session:
    """A function and its leaves: computes, takes gradient steps, and answers what the page asks.

    function   of arguments named as the leaves; or of none, if the leaves are those of `params`
    leaves     {name: value}
    """

    def __init__(self, function: Any, leaves: Mapping[str, Any], params: Params, lr: float, **shown: Any) -> None:
        if not callable(function) or isinstance(function, Tensor):
            named = f"{', '.join(leaves)}: no arguments of explore; as" if leaves else "a live page needs"
            what = f"{named} leaves they need a function" if leaves else f"{named} a function"
            raise TypeError(f"explore: {what} that computes again, explore(lambda x: …, x=2.0), got {type(function).__name__}")
        self.function, self.shown, self.lr = function, shown, lr
        self.given = {name: _leaf(name, value) for name, value in leaves.items()}
        self.leaves: dict[str, Any] = dict(self.given) or dict(_named(params))
        if not self.leaves:
            raise TypeError("explore: name the leaves that can be changed, explore(f, x=2.0, w=np.ones(3), live=True), or params")
        self.names = params
        self.start = {name: np.array(leaf.data) for name, leaf in self.leaves.items()}
        self.expression = ""
        self.losses: list[float | None] = []

    def compute(self) -> Any:
        """The output for the leaves as they are."""
        if self.expression:
            return evaluate(self.expression, self.leaves)
        return self.function(**self.given)

    def step(self) -> Any:
        """The output, after which a gradient step is taken."""
        output = self.compute()
        self._descend(output, self.lr)
        return output

    def _descend(self, output: Any, lr: float) -> None:
        if not isinstance(output, Tensor) or output.size != 1:
            raise TypeError("explore: a gradient step needs a function that returns one number, the loss")
        before = {name: leaf.grad for name, leaf in self.leaves.items()}
        try:
            for leaf in self.leaves.values():
                leaf.grad = None
            output.backward()
            for leaf in self.leaves.values():
                if leaf.grad is not None:
                    leaf.data = leaf.data - lr * leaf.grad
        finally:
            for name, leaf in self.leaves.items():
                leaf.grad = before[name]

    def export(self) -> Export:
        return export_of(lambda: self.compute(), self.names, **self.shown)


class Live:
    """A page that the program answers: `url` is its address on this machine. A notebook shows it as a widget.

    The server belongs to this process and ends with it, or with `close()`; `wait()` keeps a program running until Ctrl-C.
    """

    def __init__(self, session: Session) -> None:
        self._session, self._lock = session, threading.Lock()
        self._shape, self._structure = 0, None
        self._server: Any = None
        export = session.export()
        self._first = self._text(export)
        session.losses = [self._loss]

    def _text(self, export: Export, have: Any = None) -> str:
        if export.structure != self._structure:
            self._structure, self._shape = export.structure, self._shape + 1
        text = export.text(views=have != self._shape)
        self._loss = export.loss()
        return f'{{"shape":{self._shape},{text[1:]}'

    @property
    def url(self) -> str:
        """The address of the page; only this machine reaches it, and only who knows the token in it."""
        if self._server is None:
            from autograd_core.visualize.server import Server

            self._server = Server(self)
        return self._server.url

    def page(self, at: str = "here") -> str:
        """The page's text; `at` says whether it asks the server it came from ("here") or the notebook around it ("notebook")."""
        with self._lock:
            self._first = self._text(self._session.export())
            return page_text(self._first, live=json.dumps({"at": at, **self._state()}).replace("<", "\\u003c"))

    def _state(self) -> dict[str, Any]:
        session = self._session
        return {
            "leaves": list(session.leaves),
            "lr": session.lr,
            "losses": session.losses[-200:],
            "expression": session.expression,
            "writes": bool(session.given),
        }

    def answer(self, request: Any) -> str:
        """The reply to a request of the page, as JSON: {"frame", "live"}, or {"wrong": why not}."""
        with self._lock:
            session = self._session
            values = {name: np.array(leaf.data) for name, leaf in session.leaves.items()}
            before = session.expression, list(session.losses)
            try:
                self._do(request)
                export = session.export()
                text = self._text(export, request.get("have"))
            except Exception as error:  # the program goes on, and the page says what was wrong
                session.expression, session.losses = before
                for name, value in values.items():
                    session.leaves[name].data = value
                known = isinstance(error, (AutogradError, ValueError, TypeError))
                what = str(error) if known else f"{type(error).__name__}: {error}"
                return json.dumps({"wrong": what}).replace("<", "\\u003c")
            session.losses.append(self._loss)
            return f'{{"frame":{text},"live":{json.dumps(self._state())}}}'.replace("<", "\\u003c")

    def _do(self, request: Any) -> None:
        session, what = self._session, request.get("do")
        if what == "set":
            leaf = session.leaves[str(request["leaf"])]
            value = np.array(leaf.data)
            value.reshape(-1)[int(request["index"])] = float(request["value"])
            leaf.data = value
        elif what == "step":
            times = int(request.get("times", 1))
            lr = float(request["lr"])
            if not 1 <= times <= MOST_STEPS:
                raise ValueError(f"between 1 and {MOST_STEPS} steps at once, got {times}")
            session.lr = lr
            for _ in range(times):
                session._descend(session.compute(), lr)
        elif what == "expression":
            session.expression = str(request["text"]).strip()
            session.losses = []
        elif what == "reset":
            for name, value in session.start.items():
                session.leaves[name].data = value
            session.losses = []
        else:
            raise ValueError(f"the page can ask for set, step, expression and reset, not {what!r}")

    def wait(self) -> None:
        """Print the address and serve until Ctrl-C."""
        print(f"{self.url}  (Ctrl-C ends it)")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            self.close()

    def close(self) -> None:
        """End the server."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def _repr_mimebundle_(self, **wanted: Any) -> Any:
        try:
            from autograd_core.visualize.widget import widget_of
        except ImportError:
            note = "A live page in a notebook needs anywidget: pip install anywidget. This one does not change."
            return {"text/html": frame_of(page_text(self._first)) + f"<p>{note}</p>", "text/plain": repr(self)}
        return widget_of(self)._repr_mimebundle_(**wanted)

    def __repr__(self) -> str:
        return f"<live explorer at {self.url}>"


def _leaf(name: str, value: Any) -> Tensor:
    if isinstance(value, Tensor):
        if not value.is_leaf or not value.requires_grad:
            raise TypeError(f"explore: {name} must be a number, an array, or a leaf that requires a gradient")
        return value
    array = np.asarray(value)
    return Tensor(array.astype(float) if array.dtype.kind in "iub" else array, requires_grad=True, name=name)


def _named(params: Any) -> list[tuple[str, Any]]:
    if params is None:
        return []
    names_of(params)  # refuses what it is not
    pairs = params.named_parameters() if hasattr(params, "named_parameters") else params
    pairs = pairs.items() if hasattr(pairs, "items") else pairs
    return [(name, tensor) for name, tensor in pairs if isinstance(tensor, Tensor) and tensor.is_leaf and tensor.requires_grad]
