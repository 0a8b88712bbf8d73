"""What of scipy.special has no entry, and why: with the families these are all of its public functions, which a test checks.

unsupported            ufuncs without a derivative here: with the way out
WRITTEN_WITH_OTHERS    Python functions of SciPy that end in ufuncs of the table, and so work as they stand
NOT_DISPATCHED         Python functions that convert what they are given, which `Tensor.__array__` refuses; and
                       those of integers, of zeros and of coefficients
"""

from autograd_core.derivatives.table import unsupported

OWN = "write it with autograd_core.primitive and a derivative of your own, or give it the value, t.detach()"


def special(names):
    """The names with "special." before each, as the table has them."""
    return " ".join(f"special.{name}" for name in names.split())


HINTS = {
    # Off centre: as series in two parameters
    """chndtridf ncfdtr ncfdtri ncfdtridfd ncfdtridfn ncfdtrinc nctdtr nctdtridf nctdtrinc nctdtrit""": OWN,
    "sph_harm": OWN,
    # Mathieu functions, and spheroidal ones
    """mathieu_a mathieu_b mathieu_cem mathieu_modcem1 mathieu_modcem2 mathieu_modsem1 mathieu_modsem2 mathieu_sem
    obl_ang1 obl_ang1_cv obl_cv obl_rad1 obl_rad1_cv obl_rad2 obl_rad2_cv
    pro_ang1 pro_ang1_cv pro_cv pro_rad1 pro_rad1_cv pro_rad2 pro_rad2_cv""": OWN,
}  # fmt: skip
unsupported({special(names): hint for names, hint in HINTS.items()})

WRITTEN_WITH_OTHERS = set(special("""
    assoc_laguerre ellip_harm h1vp h2vp ivp jvp kvp lambertw softplus yvp zeta
""").split())  # fmt: skip

NOT_DISPATCHED = set(special("""
    polygamma multigammaln factorial factorial2 factorialk comb perm diric lmbda logsumexp softmax log_softmax
    spherical_in spherical_jn spherical_kn spherical_yn riccati_jn riccati_yn ellip_harm_2 ellip_normal
    legendre_p legendre_p_all assoc_legendre_p assoc_legendre_p_all sph_legendre_p sph_legendre_p_all sph_harm_y sph_harm_y_all
    lqn lqmn lpn lpmn clpmn pbdn_seq pbdv_seq pbvv_seq obl_cv_seq pro_cv_seq mathieu_even_coef mathieu_odd_coef
    bernoulli euler stirling2 geterr seterr test
    ai_zeros bi_zeros ber_zeros bei_zeros ker_zeros kei_zeros berp_zeros beip_zeros kerp_zeros keip_zeros kelvin_zeros
    erf_zeros fresnel_zeros fresnelc_zeros fresnels_zeros jn_zeros jnjnp_zeros jnp_zeros jnyn_zeros
    y0_zeros y1_zeros y1p_zeros yn_zeros ynp_zeros
    c_roots cg_roots h_roots he_roots j_roots js_roots l_roots la_roots p_roots ps_roots s_roots t_roots ts_roots u_roots us_roots
    roots_chebyc roots_chebys roots_chebyt roots_chebyu roots_gegenbauer roots_genlaguerre roots_hermite roots_hermitenorm
    roots_jacobi roots_laguerre roots_legendre roots_sh_chebyt roots_sh_chebyu roots_sh_jacobi roots_sh_legendre
    chebyc chebys chebyt chebyu gegenbauer genlaguerre hermite hermitenorm jacobi laguerre legendre
    sh_chebyt sh_chebyu sh_jacobi sh_legendre
""").split())  # fmt: skip
