"""Functions of functions: grad, vjp, jvp, hvp, jacobian, hessian, vmap, checkpoint.

trace          run a function on variables of its own, and say what its results depend on
transforms     grad, value_and_grad, elementwise_grad, vjp, jvp, hvp
pushforward    forward mode: in one pass, and in two if that is recorded itself
results        the gradients of results that are there already: grad(loss, params)
jacobians      jacobian, hessian
vmap           a function for a whole batch, with the arrays of `batches`; in_batches: all rows of a Jacobian so
flattening     nested parameters as one vector
checkpoint     a part of the forward pass run again instead of kept, with the same random numbers (randomness)
closures       the Tensors that a function depends on beside its arguments
"""
