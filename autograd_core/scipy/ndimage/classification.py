"""What of scipy.ndimage has no derivative here: labels and shapes by nature, ranks and transforms not yet."""

from autograd_core.scipy.declaring import Submodule

ndimage = Submodule("ndimage")

WINDOWS = "write it with np.lib.stride_tricks.sliding_window_view and np.max, np.min, np.median or np.sort"
ndimage.unsupported({
    """maximum_filter maximum_filter1d minimum_filter minimum_filter1d median_filter percentile_filter rank_filter black_tophat
    grey_closing grey_dilation grey_erosion grey_opening morphological_gradient morphological_laplace white_tophat""": WINDOWS,
    "vectorized_filter generic_filter generic_filter1d generic_laplace generic_gradient_magnitude geometric_transform":
        "write the function with NumPy's functions, and map_coordinates for values between elements",
    "fourier_ellipsoid fourier_gaussian fourier_shift fourier_uniform": "write np.fft.fftn and a product",
    """center_of_mass extrema maximum mean median minimum standard_deviation sum sum_labels variance labeled_comprehension
    histogram""":
        "write it with NumPy's function of input[labels == i]",
    "distance_transform_bf distance_transform_cdt distance_transform_edt": "write autograd_core.scipy.spatial.distance.cdist",
})  # fmt: skip
ndimage.value_only("""
    binary_closing binary_dilation binary_erosion binary_fill_holes binary_hit_or_miss binary_opening binary_propagation label
    maximum_position minimum_position
""")
ndimage.constants("find_objects generate_binary_structure iterate_structure value_indices watershed_ift")
