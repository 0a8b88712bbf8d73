"""explore: the graph as one self-contained page, that steps through the forward and the backward pass."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Literal, overload

from autograd_core.visualize.given import export_of, is_function, path_of
from autograd_core.visualize.page import Page, page_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from autograd_core.visualize.export import Export
    from autograd_core.visualize.live import Live
    from autograd_core.visualize.types import FilePath, Output, Params


@overload
def explore(
    output: Output | Callable[..., Any],
    path: FilePath | None = ...,
    params: Params = ...,
    *,
    live: Literal[True],
    **options: Any,
) -> Live: ...
@overload
def explore(
    output: Output | Callable[..., Any],
    path: FilePath | None = ...,
    params: Params = ...,
    *,
    values: bool = ...,
    grads: bool = ...,
    max_bytes: int = ...,
    steps: int = ...,
    lr: float = ...,
    live: Literal[False] = ...,
    **leaves: Any,
) -> Page: ...
def explore(
    output: Output | Callable[..., Any],
    path: FilePath | None = "graph.html",
    params: Params = None,
    *,
    values: bool = True,
    grads: bool = True,
    max_bytes: int = 5_000_000,
    steps: int = 1,
    lr: float = 0.1,
    live: bool = False,
    **leaves: Any,
) -> Page | Live:
    """Write a page that shows how `output` was computed and how its gradient comes back, step by step.

    output     a Tensor that was computed, a list, tuple or dict of them, or a function that computes one; the function is run
               inside `visualize.record()`, and then the page has everything: `explore(lambda: loss(x))`
    path       the file to write; None to write none
    params     names: {name: Tensor}, such as `dict(model.named_parameters())`, or a module
    values     whether to show the values of arrays
    grads      whether to show a backward pass. It is that which `record()` has seen, if one has used the graph up; else a pass of
               the page's own: no `.grad` changes, and the graph can still be used. From an output that is no scalar it starts
               with ones
    max_bytes  about how large the page may be; the values of the largest arrays are left out if need be
    steps      how often to call a function; the page then has a slider of training steps
    lr         the size of a gradient step: x becomes x - lr dx
    live       whether the program goes on computing for the page: there one sets numbers, writes expressions, takes gradient
               steps. The page is served to this machine alone, until the program ends
    leaves     for a function of arguments: their values, `explore(lambda x, w: (w * x).sum(), x=2.0, w=np.ones(3))`. With
               `steps` or `live` they are what gradient steps change; without any, `params` are

    Returns a `Page`, or a `Live` with the `url` of the page; a notebook shows both. A page needs nothing but a browser: no
    network, no other file. Raises TypeError, saying what to pass, for anything but the result of a computation, and ValueError
    for a graph of more than 20,000 nodes. Warns if no backward pass can be shown.

    >>> from autograd_core import Tensor
    >>> from autograd_core.visualize import explore
    >>> page = explore(lambda w: w * w + 1, path=None, w=3.0)
    >>> page.text.startswith("<!doctype html>")
    True
    """
    path, compute = path_of("explore", path), output
    if live or leaves:
        from autograd_core.visualize.live import Live, Session

        session = Session(output, leaves, params, lr, values=values, grads=grads, max_bytes=max_bytes)
        if live:
            if steps != 1:
                raise TypeError("explore: live=True takes its steps on the page; leave out steps")
            return Live(session)
        compute, params = session.compute if steps == 1 else session.step, session.names
    if type(steps) is not int or steps < 1:
        raise ValueError(f"explore: steps must be a whole number from 1 on, got {steps!r}")
    if steps > 1 and not is_function(compute):
        raise TypeError(f"explore: steps={steps} needs a function that does one step and returns its loss")
    texts: list[str] = []
    first: Export | None = None
    for _ in range(steps):
        export = export_of(compute, params, values, grads, max_bytes // steps)
        texts.append(export.text(views=first is None or export.structure != first.structure))
        if export.banner and first is None:
            warnings.warn(f"explore: {export.banner}", stacklevel=2)
        first = first or export
    text = page_text(texts[0], texts[1:])
    if path is not None:
        path.write_text(text, encoding="utf-8", newline="\n")
    return Page(path, text)
