"""The live explorer in a notebook: its page in a frame, whose questions the kernel answers. Imported on first use, since it needs
anywidget."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import anywidget
import traitlets

if TYPE_CHECKING:
    from typing import Any

    from autograd_core.visualize.types import Page

SCRIPT = """
function render({ model, el }) {
  const frame = document.createElement("iframe");
  frame.title = "Computation graph";
  frame.sandbox = "allow-scripts allow-forms allow-downloads";
  frame.style.cssText = "display: block; width: 100%; max-width: 1400px; height: 760px; margin: auto; border: 0";
  frame.srcdoc = model.get("page");
  const asked = event => {
    if (event.source == frame.contentWindow && event.data?.autograd) model.send(event.data);
  };
  const answered = message => frame.contentWindow?.postMessage(message, "*");
  addEventListener("message", asked);
  model.on("msg:custom", answered);
  el.append(frame);
  return () => { removeEventListener("message", asked); model.off("msg:custom", answered); };
}
export default { render };
"""


class Explorer(anywidget.AnyWidget):
    """A page and what answers it."""

    _esm = SCRIPT
    page = traitlets.Unicode().tag(sync=True)


def widget_of(live: Page) -> Any:
    """The widget of a live page."""
    widget = Explorer(page=live.page("notebook"))

    def answer(_: Any, message: Any, buffers: Any) -> None:
        if isinstance(message, dict) and isinstance(message.get("request"), dict):
            widget.send({"autograd": message.get("autograd"), "reply": json.loads(live.answer(message["request"]))})

    widget.on_msg(answer)
    return widget
