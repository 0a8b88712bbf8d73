"""Attention and what is made of it. Masks and other keyword arguments are in tests/nn/test_attention.py."""

# The size of initial weights at these widths. With parameters twice as large float32 has not the digits: PyTorch's results are up
# to 4e-6 from those in float64, ours up to 2e-6 from PyTorch's
OPTIONS = {"spread": 0.5}

SMALL = "dim_feedforward=6, dropout=0.0"

LAYERS = [
    ("MultiheadAttention(4, 2)", [(3, 2, 4), (5, 2, 4), (5, 2, 4)]),
    ("MultiheadAttention(4, 1, bias=False, batch_first=True)", [(2, 3, 4), (2, 5, 4), (2, 5, 4)]),
    ("MultiheadAttention(4, 2)", [(3, 4), (5, 4), (5, 4)]),
    ("MultiheadAttention(6, 3, kdim=2, vdim=5)", [(3, 2, 6), (4, 2, 2), (4, 2, 5)]),
    ("MultiheadAttention(4, 2, bias=False, vdim=3, batch_first=True)", [(2, 3, 4), (2, 4, 4), (2, 4, 3)]),
    ("MultiheadAttention(4, 2, add_bias_kv=True)", [(3, 2, 4), (5, 2, 4), (5, 2, 4)]),
    ("MultiheadAttention(4, 2, add_zero_attn=True, batch_first=True)", [(2, 3, 4), (2, 5, 4), (2, 5, 4)]),
    ("MultiheadAttention(4, 2, add_bias_kv=True, add_zero_attn=True, kdim=3)", [(3, 4), (5, 3), (5, 4)]),
    ("MultiheadAttention(4, 2, dropout=0.5)", [(3, 2, 4), (5, 2, 4), (5, 2, 4)], "eval"),
    (f"TransformerEncoderLayer(4, 2, {SMALL})", (3, 2, 4)),
    (f"TransformerEncoderLayer(4, 2, {SMALL}, activation='gelu', batch_first=True, norm_first=True)", (2, 3, 4)),
    (f"TransformerEncoderLayer(4, 2, {SMALL}, bias=False, layer_norm_eps=0.1, activation=Tanh())", (3, 4)),
    ("TransformerEncoderLayer(4, 2, 6, 0.5)", (3, 2, 4), "eval"),
    (f"TransformerDecoderLayer(4, 2, {SMALL})", [(3, 2, 4), (5, 2, 4)]),
    (f"TransformerDecoderLayer(4, 2, {SMALL}, batch_first=True, norm_first=True, bias=False)", [(2, 3, 4), (2, 5, 4)]),
    (f"TransformerDecoderLayer(4, 2, {SMALL}, activation='gelu', layer_norm_eps=0.1)", [(3, 4), (5, 4)]),
    (f"TransformerEncoder(TransformerEncoderLayer(4, 2, {SMALL}), 2, enable_nested_tensor=False)", (3, 2, 4)),
    (f"TransformerEncoder(TransformerEncoderLayer(4, 2, {SMALL}, norm_first=True), 2, LayerNorm(4), False)", (3, 2, 4)),
    (f"TransformerDecoder(TransformerDecoderLayer(8, 1, {SMALL}), 2, norm=LayerNorm(8))", [(2, 1, 8), (3, 1, 8)]),
    (f"Transformer(4, 2, 1, 1, {SMALL})", [(3, 2, 4), (2, 2, 4)]),
    (
        f"Transformer(4, 2, 1, 2, {SMALL}, activation='gelu', batch_first=True, layer_norm_eps=0.1, bias=False, norm_first=True)",
        [(2, 3, 4), (2, 2, 4)],
    ),
]

INITS = [
    ("MultiheadAttention(200, 4).in_proj_weight", None),
    ("MultiheadAttention(200, 4).in_proj_bias", None),
    ("MultiheadAttention(200, 4).out_proj.weight", None),
    ("MultiheadAttention(200, 4).out_proj.bias", None),
    ("MultiheadAttention(200, 4, kdim=300).k_proj_weight", None),
    ("TransformerEncoderLayer(100, 4, 300).linear1.weight", None),
    ("Transformer(200, 4, 1, 1, 300).encoder.layers[0].linear1.weight", None),
    ("Transformer(200, 4, 1, 1, 300).decoder.layers[0].self_attn.out_proj.weight", None),
]
