"""The live page in a notebook: a real kernel, its comm messages, and the widget's own module in Chromium.

What stands between them in Jupyter, a server and a front end, is not there: messages are carried over here.
"""

import json

import pytest

from tests.visualize.browsing import NEEDED

pytestmark = NEEDED

CELL = """
import numpy as np
from autograd_core import Tensor
from autograd_core.visualize import explore
x, w = Tensor(2.0, requires_grad=True, name="x"), Tensor(np.ones(3), requires_grad=True, name="w")
explore(lambda x, w: ((w * x - 1) ** 2).sum(), x=x, w=w, live=True)
"""
FRONT = """async state => {
    const { default: widget } = await import(URL.createObjectURL(new Blob([state._esm], { type: "text/javascript" })));
    const heard = [];
    const model = {
        get: name => state[name], on: (_, hear) => heard.push(hear), off: () => {},
        send: async content => { const reply = JSON.parse(await kernel(content)); heard.forEach(hear => hear(reply)); },
    };
    widget.render({ model, el: document.body });
}"""


class Kernel:
    """A kernel, and what it says."""

    def __init__(self):
        from jupyter_client.manager import start_new_kernel

        self.manager, self.client = start_new_kernel(kernel_name="python3", startup_timeout=120)

    def said(self, until):
        """The messages on the public channel, the last of which is the first for which `until` holds."""
        messages = []
        while not messages or not until(messages[-1]):
            messages.append(self.client.get_iopub_msg(timeout=120))
            assert messages[-1]["msg_type"] != "error", "\n".join(messages[-1]["content"]["traceback"])
        return messages

    def run(self, code):
        sent = self.client.execute(code)
        return self.said(lambda m: m["parent_header"].get("msg_id") == sent and m["content"].get("execution_state") == "idle")

    def asked(self, comm, content):
        """What the kernel answers to a widget's message."""
        data = {"comm_id": comm, "data": {"method": "custom", "content": content}}
        self.client.shell_channel.send(self.client.session.msg("comm_msg", data))
        return self.said(lambda m: m["msg_type"] == "comm_msg")[-1]["content"]["data"]["content"]


@pytest.fixture
def kernel():
    for package in ("anywidget", "ipykernel", "jupyter_client"):
        pytest.importorskip(package, reason=f"{package} is not installed")
    kernel = Kernel()
    yield kernel
    kernel.client.stop_channels()
    kernel.manager.shutdown_kernel(now=True)


def test_in_a_running_kernel_a_leaf_is_changed_and_its_gradient_moves(browser, kernel):
    messages = kernel.run(CELL)
    (shown,) = [m["content"]["data"] for m in messages if m["msg_type"] == "execute_result"]
    comm = shown["application/vnd.jupyter.widget-view+json"]["model_id"]
    opened = {m["content"]["comm_id"]: m["content"]["data"]["state"] for m in messages if m["msg_type"] == "comm_open"}
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.expose_function("kernel", lambda content: json.dumps(kernel.asked(comm, content)))
    page.evaluate(FRONT, opened[comm])
    frame = page.frame_locator("iframe")
    frame.locator("html[data-ready]").wait_for(state="attached")
    frame.locator("#lab input[type=number][aria-label=x]").fill("0.25")
    page.keyboard.press("Enter")
    frame.get_by_text("loss 1.6875").wait_for()  # 3 (0.25 - 1)²
    frame.locator("#last").click()
    frame.locator("#graph .n.param", has_text="x").click()
    assert "0.25" in frame.locator("#value").inner_text()
    assert "−4.5" in frame.locator("#gradient").inner_text()  # 3 · 2 (0.25 - 1)
    printed = [m["content"]["text"] for m in kernel.run("print(x.item())") if m["msg_type"] == "stream"]
    assert "".join(printed) == "0.25\n"
    page.close()
