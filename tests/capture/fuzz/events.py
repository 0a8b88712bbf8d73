"""What happens between the calls of a step."""

from tests.capture.fuzz.program import Piece

EVENTS = [  # (what the program needs, the line)
    ("model", "model.eval()"),
    ("model", "model.train()"),
    ("model", "model.requires_grad_(False)"),
    ("model", "model.requires_grad_(True)"),
    ("parameters", "parameters[0].requires_grad = False"),
    ("parameters", "parameters[0].requires_grad = True"),
    ("parameters", "parameters[-1].requires_grad = not parameters[-1].requires_grad"),
    ("model", "model.load_state_dict({k: v * 0.5 for k, v in model.state_dict().items()})"),
    ("model", "saved = model.state_dict()"),
    ("model", "model.load_state_dict(copy.deepcopy(model.state_dict()))"),
    ("optimizer", "optimizer.load_state_dict(optimizer.state_dict())"),
    ("optimizer", "optimizer.zero_grad()"),
    ("optimizer", "optimizer.param_groups[0]['lr'] *= 0.5"),
    ("optimizer", "optimizer.param_groups[0]['lr'] = 0.0"),
    ("optimizer", "optimizer.param_groups[0]['weight_decay'] = 0.1"),
    ("optimizer", "optimizer.state.clear()"),
    ("optimizer", "optimizer = nn.optim.SGD(parameters[:1], lr=0.1)"),
    ("optimizer", "optimizer.param_groups[0]['params'].pop()"),
    ("optimizer", "optimizer.step()"),
    ("schedule", "schedule.step()"),
    ("schedule", "schedule.step()"),
    ("list", "model.layers[0] = nn.Linear(4, 4, generator=20)"),
    ("list", "model.layers = [*model.layers, nn.Tanh()]"),
    ("list", "model.layers.insert(0, nn.Linear(4, 4, generator=22))"),
    ("list", "model.layers.reverse()"),
    ("model", "model[0].weight = nn.Parameter(np.eye(4))"),
    ("model", "model[0].weight.data = model[0].weight.data * 0.5"),
    ("model", "model[0].weight.data *= 0.5"),
    ("model", "model[0].weight.data[...] = 0.1"),
    ("model", "model[0].bias.data[0] = 3.0"),
    ("model", "model[0].bias = None"),
    ("model", "model[0].weight.data = model[0].weight.data.astype(np.float32)"),
    (
        "model",
        "model = copy.deepcopy(model)\nparameters = list(model.parameters())\noptimizer = nn.optim.SGD(parameters, lr=0.05)",
    ),
    (
        "model",
        (
            "model = pickle.loads(pickle.dumps(nn.Sequential(nn.Linear(4, 4, generator=21), nn.Tanh())))\n"
            "parameters = list(model.parameters())"
        ),
    ),
    ("sequential", "model.append(nn.Tanh())"),
    ("sequential", "model.append(model[0])"),
    ("model", "model.forward = lambda x: x * 2 + parameters[0].sum()"),
    ("model", "model[0].forward = lambda x, inner=model[0].forward: inner(x) * 2"),
    ("parameters", "parameters[0].grad = None"),
    ("parameters", "parameters[0].grad = np.ones(parameters[0].shape, parameters[0].dtype)"),
    ("parameters", "for p in parameters:\n    p.grad = None"),
    ("parameters", "parameters[0].data = parameters[0].data.copy()"),
    ("parameters", "if parameters[0].grad is not None:\n    parameters[0].grad *= 2"),
    ("parameters", "gradient = parameters[0].grad"),
    ("parameters", "values = [p.data for p in parameters]"),
    ("parameters", "values = [p.data.copy() for p in parameters]"),
    ("parameters", "handle = parameters[0].register_hook(lambda g: g * 2)"),
    ("parameters", "parameters[0].data = parameters[0].data.T.copy().T"),
    ("parameters", "parameters[0] = Tensor(parameters[0].data.copy(), requires_grad=True)"),
    ("parameters", "parameters.reverse()"),
    ("hand", "RATE = 0.01"),
    ("hand", "w = Tensor(np.eye(4), requires_grad=True)\nparameters[0] = w"),
    ("hand", "w.data *= 0.5"),
    ("hand", "b.data = w.data[0]"),
    ("hand", "b = w[0].detach()"),
    ("plain", "w = w.copy()"),
    ("plain", "w *= 0.5"),
    ("plain", "w = w.T"),
    ("plain", "v = w"),
    ("plain", "v = w[:]"),
    ("plain", "w = np.asfortranarray(w)"),
    ("plain", "w, v = v, w"),
    ("plain", "w = w.astype(np.float32)"),
    ("Gate", "next(m for m in model.modules() if hasattr(m, 'open')).open = False"),
    ("Gate", "next(m for m in model.modules() if hasattr(m, 'open')).act = np.sin"),
    ("Counting", "next(m for m in model.modules() if hasattr(m, 'calls')).calls = 0"),
    ("Residual", "next(m for m in model.modules() if hasattr(m, 'scale')).scale = 0.25"),
    ("", "gc.collect()"),
    ("", "np.random.seed(1)"),
    ("", "nn.manual_seed(3)"),
    ("", "step.note = 'a note'"),
    ("", "if isinstance(out, np.ndarray) and out.flags.writeable:\n    out[...] = 99"),
    ("", "out = None"),
    ("", "if isinstance(out, Tensor):\n    out.data[...] = 99"),
    ("", "if isinstance(out, dict):\n    out.clear()"),
    ("", "if isinstance(out, list):\n    out.append(1)"),
    ("", "if hasattr(out, 'loss'):\n    out.__dict__.update(loss=1)"),
]

SHARING = ("v = w", "v = w[:]", "b.data = w.data[0]")  # the step writes into memory that two names have: refused, with both

CALLS = [  # (needs, what stands in for `out = {call}`, its batch, whether to compare to some digits only)
    ("", "out = {call}", "batch({k}, 3)", False),
    ("", "out = {call}", "batch({k}, 8)", False),
    ("", "out = {call}", "batch({k}, 1)", False),
    ("arrays", "out = {call}", "(batch({k})[0].astype(np.float32), batch({k})[1])", False),
    ("arrays", "out = {call}", "(np.asfortranarray(batch({k})[0]), batch({k})[1])", True),
    ("arrays", "out = {call}", "(batch({k}, 10)[0][::2], batch({k})[1])", True),
    ("arrays", "out = {call}", "(batch({k})[0],) * 2", False),
    ("arrays", "out = {call}", "(Tensor(batch({k})[0]), batch({k})[1])", False),
    ("", "out = {call}", "(batch({k})[0] * 1e3, batch({k})[1])", False),
    ("", "out = {call}", "(batch({k})[0] * np.nan, batch({k})[1])", False),
    ("", "out = {call}", "(batch({k})[0] * 0, batch({k})[1])", False),
    ("", "out = {call}", "(batch({k})[0] * 1e200, batch({k})[1])", False),
    ("", "out = {call}", "(batch({k})[0] + np.inf, batch({k})[1])", False),
    ("", "out = {call}", "(batch({k})[0][:, :3], batch({k})[1])", False),
    ("", "out = {call}", "(batch({k})[0], batch({k}, 4)[1])", False),
    ("arrays", "X, Y = batch(90)\nX[...] = batch({k})[0]\nout = {call}", "(X, Y)", False),
    ("", "with ThreadPoolExecutor(1) as pool:\n    out = pool.submit(lambda: {call}).result()", "batch({k})", False),
    ("", "with np.errstate(all='ignore'):\n    out = {call}", "batch({k})", False),
    ("", "with no_grad():\n    out = {call}", "batch({k})", False),
    ("", "with np.errstate(all='raise'):\n    out = {call}", "(batch({k})[0] * 1e160, batch({k})[1])", False),
    ("", "with detect_anomaly():\n    out = {call}", "batch({k})", False),
    ("", "out = [{call}, {call}]", "batch({k})", False),
    ("flags['raise']", "flags['raise'] = ValueError('asked to')\nout = {call}", "batch({k})", False),
    ("flags['raise']", "flags['raise'] = KeyboardInterrupt()\nout = {call}", "batch({k})", False),
    ("flags['late']", "flags['late'] = ValueError('asked to')\nout = {call}", "batch({k})", False),
    ("plain", "out = {call}", "(w + 0 * batch({k}, 4)[0], batch({k}, 4)[1])", False),
    ("plain", "out = {call}", "(w, batch({k}, 4)[1])", False),
    ("hand", "out = {call}", "(w, batch({k}, 4)[1])", False),
    ("parameters", "gradient = parameters[0].grad\nout = {call}", "batch({k})", False),
]


def between_calls(draft):
    """The script: calls, and events before some of them."""
    possible = [line for needs, line in EVENTS if not needs or needs in draft.has]
    calls = [entry for entry in CALLS if not entry[0] or entry[0] in draft.has]
    draft.add("script", f"out = {draft.call.format(batch='batch(0)')}", None)
    events = draft.random.randint(0, 3)
    total = draft.random.randint(6, 12)
    places = sorted(draft.random.randint(2, total - 1) for _ in range(events))
    for k in range(1, total):
        for _ in range(places.count(k)):
            if draft.changes and draft.chance(0.6):
                draft.add("script", draft.choice(draft.changes).format(v=draft.choice([0.25, 0.75, 2.0])))
            elif draft.chance(0.6):
                line = draft.choice(possible)
                draft.add("script", line, expected=line in SHARING)
            else:
                _, text, batch, loose = draft.choice(calls)
                draft.loose |= loose
                line = text.format(call=draft.call.format(batch=batch.format(k=k)), k=k)
                draft.add("script", line, expected=batch.startswith("(w,"))  # docs: an argument changed in place
                if "flags[" in text:
                    draft.add("script", "flags.update(dict.fromkeys(flags))")
        draft.add("script", f"out = {draft.call.format(batch=f'batch({k})')}")


OTHER = """\
@capture({options})
def evaluate(x):
    training = model.training
    model.eval()
    with no_grad():
        h = model(x)
    model.train(training)
    return np.sum(h * h).data"""


def another_step(draft, options):
    """Now and then a second captured step, of the same model, is called between the calls of the first."""
    if "model" not in draft.has or draft.chance(0.75):
        return
    if draft.chance(0.5):
        text = OTHER.format(options=options)
    else:
        text = f"@capture({options})\ndef evaluate(x):\n    return np.sum(np.abs(model(x).detach()))"
    draft.add("setup", text)
    calls = [i for i, piece in enumerate(draft.pieces) if piece.section == "script"]
    for i in sorted(draft.random.sample(calls[1:], min(4, len(calls) - 1)), reverse=True):
        draft.pieces.insert(i, Piece("script", f"score = evaluate(batch({i})[0])"))
