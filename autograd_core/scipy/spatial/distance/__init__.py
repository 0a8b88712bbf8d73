"""scipy.spatial.distance: distances of vectors, and of all pairs of rows."""

from autograd_core.scipy.declaring import Submodule
from autograd_core.scipy.spatial.distance import pairs  # noqa: F401

distance = Submodule("spatial.distance")
OF_TRUTH = "write another: it compares truth values and has no derivative; euclidean and cityblock are of real numbers"
distance.unsupported({"dice hamming jaccard rogerstanimoto russellrao sokalsneath yule": OF_TRUTH})
distance.unsupported({"directed_hausdorff": "write np.max(np.min(cdist(u, v), axis=1))"})
distance.value_only("is_valid_dm is_valid_y num_obs_dm num_obs_y")

__all__, __getattr__, __dir__ = distance.exports()
