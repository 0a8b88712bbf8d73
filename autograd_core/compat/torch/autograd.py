"""`torch.autograd`: gradients as results, operations of one's own, Jacobians."""

import numpy as np

import autograd_core as core
from autograd_core.compat.torch.access import CORE, data_of, requires
from autograd_core.compat.torch.boundary import Outside, lifted, meaning, of_array
from autograd_core.compat.torch.func import hessian as _hessian
from autograd_core.compat.torch.func import jacrev as _jacobian
from autograd_core.compat.torch.modes import enable_grad, inference_mode, no_grad, set_grad_enabled
from autograd_core.compat.torch.wrapping import refuses
from autograd_core.visualize import records


def grad(
    outputs, inputs, grad_outputs=None, retain_graph=None, create_graph=False, allow_unused=None, is_grads_batched=False,
    materialize_grads=False,
):  # fmt: skip
    """The gradients of outputs by inputs, as a tuple, and into no `.grad`."""
    if is_grads_batched:
        raise NotImplementedError("autograd.grad: is_grads_batched=True is not there; write a loop")
    outputs, inputs, seeds = map(_listed, (outputs, inputs, grad_outputs))
    seeds = seeds if seeds and seeds[0] is not None else [None] * len(outputs)
    for tensor in inputs:
        if not requires(tensor):
            raise RuntimeError("One of the differentiated Tensors does not require grad")
    total = _total(outputs, seeds)
    gradients = _gradients(total, inputs, bool(retain_graph) or create_graph, create_graph)
    for i, gradient in enumerate(gradients):
        if gradient is None and materialize_grads:
            gradients[i] = of_array(np.zeros_like(data_of(inputs[i])))
        elif gradient is None and not allow_unused:
            raise RuntimeError(f"autograd.grad: input {i} was not used in the graph; write allow_unused=True to have None for it")
    return tuple(gradients)


def _listed(value):
    return list(value) if isinstance(value, (tuple, list)) else [value]


def _total(outputs, seeds):
    """One number whose gradients are those of all outputs."""
    total = None
    for output, seed in zip(outputs, seeds, strict=True):
        if seed is None and output.numel() != 1:
            raise RuntimeError("grad can be implicitly created only for scalar outputs")
        part = (output if output.ndim == 0 else output.sum()) if seed is None else (output * seed).sum()
        total = part if total is None else total + part
    return total


def _gradients(total, inputs, keep, create_graph):
    """By hooks: a backward pass from `total`, in which what comes to each input is kept, and no `.grad` is left changed."""
    kept = {}

    def keeping(i):
        def hook(g):
            kept[i] = g if requires(g) else g.clone()

        return hook

    handles = [one.register_hook(keeping(i)) for i, one in enumerate(inputs)]
    leaves = [leaf for leaf in _leaves(total) if leaf is not None]
    before = [leaf.grad for leaf in leaves]
    try:
        for leaf in leaves:
            leaf.grad = None
        total.backward(retain_graph=keep, create_graph=create_graph)
    finally:
        for handle in handles:
            handle.remove()
        for leaf, own in zip(leaves, before, strict=True):
            leaf.grad = own
    return [kept.get(i) for i in range(len(inputs))]


def _leaves(tensor):
    """The leaves from which a Tensor was computed."""
    if CORE.is_leaf.fget(tensor):
        return [tensor]
    return [record.node.owner() for record in records(tensor, constants=False) if record.kind == "param"]


def backward(tensors, grad_tensors=None, retain_graph=None, create_graph=False):
    """`t.backward()` of several Tensors."""
    tensors, seeds = _listed(tensors), _listed(grad_tensors)
    seeds = seeds if seeds[0] is not None else [None] * len(tensors)
    _total(tensors, seeds).backward(retain_graph=retain_graph, create_graph=create_graph)


def Variable(data, requires_grad=False):
    """The Tensor itself: the name is from before PyTorch 0.4."""
    return data.requires_grad_() if requires_grad else data


# Operations of one's own


class Context:
    """What `forward` hands to `backward`."""

    saved_tensors = ()
    needs_input_grad = ()

    def save_for_backward(self, *tensors):
        """Keep these for `ctx.saved_tensors`."""
        self.saved_tensors = tensors

    def mark_non_differentiable(self, *tensors):
        """Accepted: results of integers have no gradient anyway."""

    def set_materialize_grads(self, value):
        """Accepted: gradients that are missing are zeros always."""


class Function:
    """An operation with a derivative of its own: write `forward(ctx, …)` and `backward(ctx, grad)`, and call `apply(…)`."""

    @staticmethod
    def forward(*args):
        """To be written."""
        raise NotImplementedError("autograd.Function: write a static method forward(ctx, …)")

    @staticmethod
    def setup_context(ctx, inputs, output):
        """To be written if `forward` takes no ctx."""

    @classmethod
    def apply(cls, *args):
        """Run `forward`, and record `backward`."""
        ctx = Context()
        ctx.needs_input_grad = tuple(isinstance(arg, CORE) and requires(arg) for arg in args)
        with core.no_grad():
            if cls.setup_context is Function.setup_context:
                outputs = cls.forward(ctx, *args)
            else:
                outputs = cls.forward(*args)
                cls.setup_context(ctx, args, outputs)
        several = isinstance(outputs, tuple)
        arrays = tuple(data_of(out) for out in outputs) if several else data_of(outputs)
        places = [i for i, needed in enumerate(ctx.needs_input_grad) if needed]
        if not places or not core.is_grad_enabled():
            return outputs
        backward = Outside(cls.backward)

        def pull(g, i):
            plain = not any(isinstance(part, CORE) for part in (g if several else (g,)))
            with core.no_grad() if plain else core.enable_grad():
                pulled = backward(ctx, *g) if several else backward(ctx, g)
            pulled = pulled if isinstance(pulled, tuple) else (pulled,)
            gradient = pulled[places[i]]
            if gradient is None:
                return np.zeros_like(data_of(args[places[i]]))
            return gradient if requires(gradient) else data_of(gradient)

        def run(operands):
            return arrays

        run.__name__, run.__module__ = cls.__name__, cls.__module__
        recorded = core.primitive(sequence="operands", outputs=len(arrays) if several else None, operands=pull)(run)
        with meaning(True):
            out = recorded([args[i] for i in places])
        return lifted(out)


class functional:
    """`torch.autograd.functional`"""

    @staticmethod
    def jacobian(func, inputs, create_graph=False, **_):
        """The Jacobian at inputs, a Tensor or a tuple of them."""
        return _at(_jacobian, func, inputs)

    @staticmethod
    def hessian(func, inputs, create_graph=False, **_):
        """The Hessian at inputs."""
        return _at(_hessian, func, inputs)


def _at(transform, func, inputs):
    if isinstance(inputs, tuple):
        return transform(func, argnums=tuple(range(len(inputs))))(*inputs)
    return transform(func)(inputs)


detect_anomaly = core.detect_anomaly


def gradcheck(func, inputs, eps=1e-6, atol=1e-5, rtol=1e-3):
    """Whether derivatives agree with finite differences; an error that says where not."""
    from autograd_core.testing import gradcheck as check

    with meaning(True):
        check(Outside(func), *_listed(inputs))
    return True


__getattr__ = refuses(__name__)
__all__ = [
    "Function", "Variable", "backward", "detect_anomaly", "enable_grad", "functional", "grad", "gradcheck", "inference_mode",
    "no_grad", "set_grad_enabled",
]  # fmt: skip
