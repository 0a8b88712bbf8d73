"""Tools beside the layers: gradients clipped, parameters as a vector, weights made of others, a model called with other weights.

clipping     `clip_grad_norm_`, `clip_grad_value_`, `get_total_norm`
vectors      parameters_to_vector, vector_to_parameters
weights      weight_norm, spectral_norm, and back
parametrize  Modules of one's own that make a weight; parametrizations has weight_norm and spectral_norm as such
stateless    functional_call
rnn          sequences of different lengths: padded, packed
"""

import typing as _typing

from nn.later import later as _later
from nn.missing import missing as _missing

if _typing.TYPE_CHECKING:
    from nn.utils import parametrizations, parametrize, rnn, stateless
    from nn.utils.clipping import clip_grad_norm_, clip_grad_value_, clip_grads_with_norm_, get_total_norm
    from nn.utils.vectors import parameters_to_vector, vector_to_parameters
    from nn.utils.weights import remove_spectral_norm, remove_weight_norm, spectral_norm, weight_norm
else:
    __getattr__ = _later(
        __name__,
        {
            "nn.utils.clipping": ("clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_", "get_total_norm"),
            "nn.utils.parametrizations": ("parametrizations",),
            "nn.utils.parametrize": ("parametrize",),
            "nn.utils.rnn": ("rnn",),
            "nn.utils.stateless": ("stateless",),
            "nn.utils.vectors": ("parameters_to_vector", "vector_to_parameters"),
            "nn.utils.weights": ("remove_spectral_norm", "remove_weight_norm", "spectral_norm", "weight_norm"),
        },
        _missing(__name__, "tool"),
    )

__all__ = [
    "clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_", "get_total_norm",
    "parameters_to_vector", "vector_to_parameters",
    "remove_spectral_norm", "remove_weight_norm", "spectral_norm", "weight_norm",
    "parametrizations", "parametrize", "rnn", "stateless",
]  # fmt: skip
