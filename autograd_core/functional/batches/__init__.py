"""Arrays with a batch axis in front that functions do not see: what `vmap`, and `jacobian` of all rows at once, compute with.

batched    the array: a kind of its own (see `derivatives.kinds`)
calls      how NumPy's functions take the further axis: `batching` puts one into the table of these
elementwise, reductions, shaping, products    that table
"""
