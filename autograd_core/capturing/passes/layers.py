"""A pass that takes a bias into the product before it: [1, x] @ [b; W] is x @ W + b."""

import operator

import numpy as np

from autograd_core.capturing.passes.products import PRODUCTS, is_first_layer
from autograd_core.capturing.program.calls import Value, made
from autograd_core.capturing.program.forms import packed, unpacked, with_ones
from autograd_core.derivatives.matrices import ones

DIGITS = 64  # rounding errors that a sum may be that is 0 otherwise
MOST = 2**13  # elements of the sum: of more, the product takes the time


def biases(program):
    """x @ W + b of what the step is given as one product, if W and b are beside one another in one array; so are their gradients.

    Holds for few columns: x is copied, with ones beside it, unless it is small and stays. The library adds the bias while it adds
    up, so that the last digits may differ.
    """
    for call in program.calls:
        layer = layer_of(program, call) if call.function is np.add and 0 < call.out.size <= MOST else None
        if layer is not None and (pair := gradients_of(program, layer)) is not None:
            program = joined(program, layer, *pair)
    return program


class Layer:
    """z = x @ W + b, with `weight` W as it is read, turned if it is (outputs, inputs); `place` tells where both lie: the array,
    where the first of them begins, and whether that is b."""

    def __init__(self, add, x, weight, turned, bias, place):
        self.add, self.x, self.weight, self.turned, self.bias, self.place = add, x, weight, turned, bias, place


def layer_of(program, add):
    """The Layer whose result this sum is, or None."""
    for z, bias in (add.operands, add.operands[::-1]) if len(add.operands) == 2 and not add.kwargs else ():
        product = program.made_by(z, *PRODUCTS)
        if product is None or not is_first_layer(program, product) or z in program.wanted() or z.shape != add.out.shape:
            continue
        x, factor = product.args
        before = before_turning(program, factor)
        weight, turned = (factor, False) if before is None else (before, True)
        place = beside(program.made_by(weight, unpacked), program.made_by(bias, unpacked), turned)
        if place is not None and x.dtype == z.dtype == bias.dtype == weight.dtype:
            return Layer(add, x, weight, turned, bias, place)
    return None


def before_turning(program, matrix):
    """The matrix of which this is the transpose, or None."""
    call = program.made_by(matrix, np.transpose, np.matrix_transpose)
    return call.args[0] if call is not None and (len(call.args) == 1 or call.args[1] is None) else None


def beside(weight, bias, turned):
    """Where two parts of a flat array are if together they are a matrix of one more row, see Layer; else None."""
    if weight is None or bias is None:
        return None
    (flat, at, shape, order), (other, start, _, _) = weight.args, bias.args
    if flat is not other or bias.out.size != shape[not turned] or (min(shape) > 1 and order != "CF"[turned]):
        return None
    if start + bias.out.size == at:
        return flat, start, True
    return (flat, at, False) if at + weight.out.size == start else None


def gradients_of(program, layer):
    """(the call for the gradient of W, that for b's, the call that packs them, the position of the first there), if they are
    beside one another likewise; else None."""
    for pack in (call for call in program.calls if call.function is packed):
        for i, pair in enumerate(zip(pack.args, pack.args[1:], strict=False)):
            of_bias, of_weight = pair if layer.place[2] else pair[::-1]
            order = pack.kwargs["orders"][i + layer.place[2]]
            if (of_weight.shape, of_bias.shape) != (layer.weight.shape, layer.bias.shape) or not fits(of_weight, order, layer):
                continue
            product, total = program.made_by(of_weight, *PRODUCTS), program.made_by(of_bias, np.dot)
            slope = slope_of(program, layer, product)
            if slope is None or total is None or total.args[1] is not slope or type(total.args[0]) is Value:
                continue
            if np.array_equal(total.args[0], ones(slope.shape[0], slope.dtype.char)) and not cancels(
                slope.sample, total.out.sample
            ):
                return product, total, pack, i
    return None


def cancels(slope, total):
    """Whether in a sum over rows nothing is left but rounding, such as before a batch norm: an optimizer may make anything of
    other rounding. It is what was recorded that tells."""
    return bool((np.abs(total) < DIGITS * np.finfo(slope.dtype).eps * np.add.reduce(np.abs(slope))).any())


def fits(weight, order, layer):
    """Whether it lies in this order as W does, which is (inputs, outputs) in C's."""
    return min(weight.shape) == 1 or order == "CF"[layer.turned]


def slope_of(program, layer, product):
    """The gradient ḡ of z, if the product is ḡᵀ @ x, or xᵀ @ ḡ for a W that is not turned; else None."""
    before = product and before_turning(program, product.args[0])
    if before is None:
        return None
    slope, x = (before, product.args[1]) if layer.turned else (product.args[1], before)
    return slope if x is layer.x and slope.shape == layer.add.out.shape else None


def joined(program, layer, of_weight, of_bias, pack, at):
    """The program with one product forward, and one for both gradients."""
    flat, start, first = layer.place
    x, add = layer.x, layer.add
    n, m, one = x.shape[1], add.out.shape[1], int(first)
    wide = made(with_ones, (x, first), add, sample=with_ones(x.sample, first))
    both = made(unpacked, (flat, start, (n + 1, m), "C"), add, sample=np.empty((n + 1, m), x.dtype))
    forward = made(np.dot, (wide.out, both.out), add, note="with its bias").replaced(out=add.out)
    lying = made(np.transpose, (wide.out,), add, sample=wide.out.sample.T)
    slope = of_bias.args[1]
    back = made(np.dot, (lying.out, slope), of_weight, sample=np.empty((n + 1, m), x.dtype), note="with that of its bias")
    rows = made(operator.getitem, (back.out, slice(one, one + n)), of_weight, sample=back.out.sample[one : one + n])
    parts = [made(operator.getitem, (back.out, 0 if first else n), of_bias).replaced(out=of_bias.out)]
    parts += [rows, made(np.transpose, (rows.out,), of_weight)] if layer.turned else [rows]
    parts[-1] = parts[-1].replaced(out=of_weight.out)
    orders = pack.kwargs["orders"]
    whole = pack.replaced(
        (*pack.args[:at], back.out, *pack.args[at + 2 :]), {"orders": f"{orders[:at]}C{orders[at + 2 :]}"}
    )  # fmt: skip
    instead = {add: [wide, both, forward, lying], pack: [whole]}
    earlier, later = sorted((of_weight, of_bias), key=program.calls.index)
    instead |= {earlier: [back, *parts], later: []}
    return program.replaced(calls=tuple([each for call in program.calls for each in instead.get(call, (call,))]))
