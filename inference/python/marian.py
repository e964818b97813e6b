"""The shape of a Marian model, its parameters, and its forward pass in PyTorch.

Parameters are a flat dictionary with Hugging Face's names; matrices stand as they multiply from the right ([in, out]).
"""

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Shape:
    vocab: int
    d_model: int = 128
    heads: int = 4
    ffn: int = 512
    encoder_layers: int = 3
    decoder_layers: int = 1
    positions: int = 512

    @property
    def eos(self):
        return 0

    @property
    def unknown(self):
        return 1

    @property
    def pad(self):
        return self.vocab - 1


def matrices(shape):
    """Name and [in, out] of every matrix that has a bias."""
    d, f = shape.d_model, shape.ffn
    for side, layers in (("encoder", shape.encoder_layers), ("decoder", shape.decoder_layers)):
        for i in range(layers):
            prefix = f"{side}.layers.{i}"
            for block in ("self_attn", "encoder_attn")[: 1 if side == "encoder" else 2]:
                for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
                    yield f"{prefix}.{block}.{name}", d, d
            yield f"{prefix}.fc1", d, f
            yield f"{prefix}.fc2", f, d


def norms(shape):
    for side, layers in (("encoder", shape.encoder_layers), ("decoder", shape.decoder_layers)):
        for i in range(layers):
            yield f"{side}.layers.{i}.self_attn_layer_norm"
            if side == "decoder":
                yield f"{side}.layers.{i}.encoder_attn_layer_norm"
            yield f"{side}.layers.{i}.final_layer_norm"


def random_parameters(shape, seed):
    rng = np.random.default_rng(seed)
    parameters = {"shared.weight": rng.normal(0, shape.d_model**-0.5, (shape.vocab, shape.d_model)),
                  "final_logits_bias": np.zeros(shape.vocab)}
    for name, rows, columns in matrices(shape):
        parameters[name + ".weight"] = rng.normal(0, math.sqrt(2 / (rows + columns)), (rows, columns))
        parameters[name + ".bias"] = np.zeros(columns)
    for name in norms(shape):
        parameters[name + ".weight"] = np.ones(shape.d_model)
        parameters[name + ".bias"] = np.zeros(shape.d_model)
    return {name: value.astype(np.float32) for name, value in parameters.items()}


def positions(shape):
    """Marian's table: sines in the first half, cosines in the second."""
    half = shape.d_model // 2
    angles = np.arange(shape.positions)[:, None] / np.power(10000, 2 * np.arange(half) / shape.d_model)[None, :]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


class Forward:
    """The forward pass on PyTorch tensors. Products run in `precision`; the residual path and norms stay in float32."""

    def __init__(self, parameters, shape, precision):
        self._parameters, self._shape, self._precision = parameters, shape, precision

    def encode(self, table, source, mask):
        """Encoder states of padded ids; `mask` is the additive mask of their padding."""
        x = self._embed(table, source)
        for i in range(self._shape.encoder_layers):
            prefix = f"encoder.layers.{i}"
            x = self._add_norm(f"{prefix}.self_attn_layer_norm", x, self._attention(f"{prefix}.self_attn", x, None, mask))
            x = self._add_norm(f"{prefix}.final_layer_norm", x, self._feed_forward(prefix, x))
        return x

    def decode(self, table, target, states, mask):
        """The decoder's last state at each place of `target`."""
        y, states = self._embed(table, target), states.to(self._precision)
        for i in range(self._shape.decoder_layers):
            prefix = f"decoder.layers.{i}"
            y = self._add_norm(f"{prefix}.self_attn_layer_norm", y, self._attention(f"{prefix}.self_attn", y, None, None))
            cross = self._attention(f"{prefix}.encoder_attn", y, states, mask)
            y = self._add_norm(f"{prefix}.encoder_attn_layer_norm", y, cross)
            y = self._add_norm(f"{prefix}.final_layer_norm", y, self._feed_forward(prefix, y))
        return y

    def _embed(self, table, ids):
        return self._parameters["shared.weight"][ids] * math.sqrt(self._shape.d_model) + table[: ids.shape[1]]

    def _product(self, x, *names):
        """One product for all the named matrices."""
        import torch

        weight = torch.cat([self._parameters[name + ".weight"] for name in names], 1).to(self._precision)
        bias = torch.cat([self._parameters[name + ".bias"] for name in names]).to(self._precision)
        return torch.nn.functional.linear(x, weight.T, bias)

    def _add_norm(self, name, x, more):
        from torch.nn.functional import layer_norm

        weight, bias = self._parameters[name + ".weight"], self._parameters[name + ".bias"]
        return layer_norm(x + more, (self._shape.d_model,), weight, bias, 1e-5)

    def _heads(self, x, parts):
        return [part.view(x.shape[0], x.shape[1], self._shape.heads, -1).transpose(1, 2).float() for part in x.chunk(parts, 2)]

    def _attention(self, name, x, states, mask):
        from torch.nn.functional import scaled_dot_product_attention

        if states is None:
            q, k, v = self._heads(self._product(x.to(self._precision), *(f"{name}.{part}_proj" for part in "qkv")), 3)
        else:
            q, = self._heads(self._product(x.to(self._precision), f"{name}.q_proj"), 1)
            k, v = self._heads(self._product(states, f"{name}.k_proj", f"{name}.v_proj"), 2)
        mixed = scaled_dot_product_attention(q, k, v, mask, is_causal=mask is None).to(self._precision)
        return self._product(mixed.transpose(1, 2).reshape(x.shape), f"{name}.out_proj")

    def _feed_forward(self, prefix, x):
        from torch.nn.functional import silu

        return self._product(silu(self._product(x.to(self._precision), f"{prefix}.fc1")), f"{prefix}.fc2")
