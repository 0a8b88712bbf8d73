"""Arrays of other libraries as values of Tensors: Dask's, CuPy's, and with `wrap` PyTorch's, JAX's and the Array API standard's.

An array that speaks NumPy's two protocols needs nothing of this: give it to a Tensor, or to `grad(f)`, and results and gradients
are of its kind. Nothing is converted, no number is taken out, and what is lazy stays lazy.

    foreign    what stands for such an array inside; `lacking` has calls of NumPy's that libraries lack, by others that they
               have, and `arguments` what these are given
    dask       what is particular about Dask, and its functions in `dask_functions`
    device     arrays of CuPy and of other libraries that are as strict
    standard   a library of the Array API standard behind NumPy's protocols
    adapters   which library is whose
"""

from autograd_core.arrays.adapters import unwrap, wrap

__all__ = ["unwrap", "wrap"]
