"""Writes a Marian model as ONNX in the layout of Hugging Face Optimum: encoder_model, decoder_model_merged, or split.

The names, shapes and types of all inputs and outputs are those of Optimum's `text2text-generation-with-past` export.
Weights stand once, in the outer graph; the two branches of the merged decoder read them from there.
"""

import json
import math

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from marian import positions

OPSET = 17
FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL


class Graph:
    """Nodes in order, with fresh names; initializers go to `weights`, which branches of one model share."""

    def __init__(self, shape, weights, prefix=""):
        self.shape, self.weights, self.nodes, self._prefix, self._count = shape, weights, [], prefix, 0

    def op(self, kind, *inputs, outputs=1, output=None, **attributes):
        self._count += 1
        names = [output] if output else [f"{self._prefix}{kind}_{self._count}{'_' + str(i) if i else ''}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, name=f"{self._prefix}{kind}_{self._count}", **attributes))
        return names[0] if outputs == 1 else names

    def constant(self, name, value):
        if name not in self.weights:
            self.weights[name] = np.asarray(value)
        return name

    def ints(self, *values):
        return self.constant("ints_" + "_".join(str(value).replace("-", "m") for value in values), np.array(values, np.int64))

    def number(self, value):
        return self.constant(f"number_{value}", np.float32(value))

    def linear(self, name, x):
        return self.op("Add", self.op("MatMul", x, name + ".weight"), name + ".bias")

    def norm(self, name, x):
        return self.op("LayerNormalization", x, name + ".weight", name + ".bias", axis=-1, epsilon=1e-5)

    def embed(self, ids, first):
        """Scaled embeddings plus positions `first`, first + 1, ..."""
        scaled = self.op("Mul", self.op("Gather", "shared.weight", ids), self.number(math.sqrt(self.shape.d_model)))
        length = self.op("Slice", self.op("Shape", ids), self.ints(1), self.ints(2))
        table = self.constant("positions", positions(self.shape))
        return self.op("Add", scaled, self.op("Slice", table, first, self.op("Add", first, length), self.ints(0)))

    def heads(self, x):
        """[batch, length, d] to [batch, heads, length, d / heads]."""
        split = self.op("Reshape", x, self.ints(0, 0, self.shape.heads, self.shape.d_model // self.shape.heads))
        return self.op("Transpose", split, perm=[0, 2, 1, 3])

    def attend(self, name, x, key, value, mask):
        query = self.op("Mul", self.linear(f"{name}.q_proj", x), self.number((self.shape.d_model // self.shape.heads) ** -0.5))
        scores = self.op("MatMul", self.heads(query), self.op("Transpose", key, perm=[0, 1, 3, 2]))
        if mask:
            scores = self.op("Add", scores, mask)
        mixed = self.op("Transpose", self.op("MatMul", self.op("Softmax", scores, axis=-1), value), perm=[0, 2, 1, 3])
        return self.linear(f"{name}.out_proj", self.op("Reshape", mixed, self.ints(0, 0, self.shape.d_model)))

    def key_value(self, name, x):
        return tuple(self.heads(self.linear(f"{name}.{part}_proj", x)) for part in "kv")

    def feed_forward(self, prefix, x):
        hidden = self.linear(f"{prefix}.fc1", x)
        return self.linear(f"{prefix}.fc2", self.op("Mul", hidden, self.op("Sigmoid", hidden)))

    def add_norm(self, name, x, more):
        return self.norm(name, self.op("Add", x, more))

    def source_mask(self, mask):
        """0 where the source has a token, a large negative number where it is padding, as [batch, 1, 1, length]."""
        wide = self.op("Unsqueeze", self.op("Cast", mask, to=FLOAT), self.ints(1, 2))
        return self.op("Mul", self.op("Sub", self.number(1.0), wide), self.number(-1e9))

    def causal_mask(self, ids):
        length = self.op("Slice", self.op("Shape", ids), self.ints(1), self.ints(2))
        square = self.op("Expand", self.number(-1e9), self.op("Concat", length, length, axis=0))
        return self.op("Trilu", square, self.constant("one", np.int64(1)), upper=1)


def encoder(shape, parameters):
    graph = Graph(shape, {})
    mask = graph.source_mask("attention_mask")
    x = graph.embed("input_ids", graph.ints(0))
    for i in range(shape.encoder_layers):
        prefix = f"encoder.layers.{i}"
        attention = f"{prefix}.self_attn"
        key, value = graph.key_value(attention, x)
        x = graph.add_norm(f"{attention}_layer_norm", x, graph.attend(attention, x, key, value, mask))
        x = graph.add_norm(f"{prefix}.final_layer_norm", x, graph.feed_forward(prefix, x))
    graph.op("Identity", x, output="last_hidden_state")
    inputs = [_value("input_ids", INT64, "batch_size", "encoder_sequence_length"),
              _value("attention_mask", INT64, "batch_size", "encoder_sequence_length")]
    outputs = [_value("last_hidden_state", FLOAT, "batch_size", "encoder_sequence_length", shape.d_model)]
    return _model(graph.nodes, inputs, outputs, graph.weights, parameters)


def _decode(graph, parameters, cached):
    """The decoder's nodes; returns the present keys and values by name."""
    shape, present = graph.shape, {}
    mask = graph.source_mask("encoder_attention_mask")
    if cached:
        past = graph.op("Slice", graph.op("Shape", "past_key_values.0.decoder.key"), graph.ints(2), graph.ints(3))
        y, causal = graph.embed("input_ids", past), None
    else:
        y, causal = graph.embed("input_ids", graph.ints(0)), graph.causal_mask("input_ids")
    for i in range(shape.decoder_layers):
        prefix = f"decoder.layers.{i}"
        own, cross = f"{prefix}.self_attn", f"{prefix}.encoder_attn"
        key, value = graph.key_value(own, y)
        if cached:
            key = graph.op("Concat", f"past_key_values.{i}.decoder.key", key, axis=2)
            value = graph.op("Concat", f"past_key_values.{i}.decoder.value", value, axis=2)
        present[f"present.{i}.decoder.key"], present[f"present.{i}.decoder.value"] = key, value
        y = graph.add_norm(f"{own}_layer_norm", y, graph.attend(own, y, key, value, causal))
        if cached:
            key, value = f"past_key_values.{i}.encoder.key", f"past_key_values.{i}.encoder.value"
        else:
            key, value = graph.key_value(cross, "encoder_hidden_states")
            present[f"present.{i}.encoder.key"], present[f"present.{i}.encoder.value"] = key, value
        y = graph.add_norm(f"{cross}_layer_norm", y, graph.attend(cross, y, key, value, mask))
        y = graph.add_norm(f"{prefix}.final_layer_norm", y, graph.feed_forward(prefix, y))
    graph.constant("lm_head.weight", np.ascontiguousarray(parameters["shared.weight"].T))
    present["logits"] = graph.op("Add", graph.op("MatMul", y, "lm_head.weight"), "final_logits_bias")
    return present


def _names(shape, sides=("decoder", "encoder")):
    return [f"{i}.{side}.{part}" for i in range(shape.decoder_layers) for side in sides for part in ("key", "value")]


def _cache(shape, name, length):
    return _value(name, FLOAT, "batch_size", shape.heads, length, shape.d_model // shape.heads)


def _decoder_inputs(shape):
    return [_value("encoder_attention_mask", INT64, "batch_size", "encoder_sequence_length"),
            _value("input_ids", INT64, "batch_size", "decoder_sequence_length"),
            _value("encoder_hidden_states", FLOAT, "batch_size", "encoder_sequence_length", shape.d_model)]


def _past(shape):
    return [_cache(shape, f"past_key_values.{name}",
                   "past_decoder_sequence_length" if "decoder" in name else "encoder_sequence_length") for name in _names(shape)]


def _outputs(shape, sides):
    logits = _value("logits", FLOAT, "batch_size", "decoder_sequence_length", shape.vocab)
    return [logits] + [_cache(shape, f"present.{name}", f"{name.split('.')[1]}_present_length") for name in _names(shape, sides)]


def decoder(shape, parameters):
    """decoder_model: the first step."""
    graph = Graph(shape, {})
    for name, value in _decode(graph, parameters, cached=False).items():
        graph.op("Identity", value, output=name)
    return _model(graph.nodes, _decoder_inputs(shape), _outputs(shape, ("decoder", "encoder")), graph.weights, parameters)


def decoder_with_past(shape, parameters):
    """decoder_with_past_model: each later step."""
    graph = Graph(shape, {})
    for name, value in _decode(graph, parameters, cached=True).items():
        graph.op("Identity", value, output=name)
    return _model(graph.nodes, _decoder_inputs(shape)[:2] + _past(shape), _outputs(shape, ("decoder",)), graph.weights, parameters)


def decoder_merged(shape, parameters):
    """decoder_model_merged: both behind one If; with the cache, the encoder's keys and values come back empty."""
    weights = {}
    outputs = _outputs(shape, ("decoder", "encoder"))
    branches = {}
    for kind, cached in (("then", True), ("else", False)):
        graph = Graph(shape, weights, f"{kind}_")
        values = _decode(graph, parameters, cached)
        empty = graph.constant("empty", np.zeros((0, shape.heads, 1, shape.d_model // shape.heads), np.float32))
        names = [graph.op("Identity", values.get(output.name, empty), output=f"{kind}_{output.name}") for output in outputs]
        branches[f"{kind}_branch"] = helper.make_graph(graph.nodes, kind, [], [
            helper.make_tensor_value_info(name, FLOAT, None) for name in names])
    node = helper.make_node("If", ["use_cache_branch"], [output.name for output in outputs], name="If_cache", **branches)
    inputs = _decoder_inputs(shape) + _past(shape) + [_value("use_cache_branch", BOOL, 1)]
    return _model([node], inputs, outputs, weights, parameters)


def _value(name, kind, *dimensions):
    return helper.make_tensor_value_info(name, kind, dimensions)


def _used(nodes):
    for node in nodes:
        yield from node.input
        for attribute in node.attribute:
            yield from _used(attribute.g.node)


def _model(nodes, inputs, outputs, weights, parameters):
    used = set(_used(nodes))
    initializers = [numpy_helper.from_array(value, name) for name, value in (parameters | weights).items() if name in used]
    graph = helper.make_graph(nodes, "marian", inputs, outputs, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="busbar", ir_version=8)
    onnx.checker.check_model(model)
    return model


def write_configuration(folder, shape, extra=()):
    """config.json and the files beside it, as Optimum leaves them for a Marian model."""
    special = {"bos_token_id": 0, "eos_token_id": shape.eos, "pad_token_id": shape.pad, "decoder_start_token_id": shape.pad,
               "forced_eos_token_id": shape.eos, "bad_words_ids": [[shape.pad]], "max_length": shape.positions, "num_beams": 1}
    config = {"architectures": ["MarianMTModel"], "model_type": "marian", "activation_function": "swish",
              "d_model": shape.d_model, "encoder_layers": shape.encoder_layers, "decoder_layers": shape.decoder_layers,
              "encoder_attention_heads": shape.heads, "decoder_attention_heads": shape.heads, "encoder_ffn_dim": shape.ffn,
              "decoder_ffn_dim": shape.ffn, "max_position_embeddings": shape.positions, "num_hidden_layers": shape.encoder_layers,
              "scale_embedding": True, "static_position_embeddings": True, "share_encoder_decoder_embeddings": True,
              "tie_word_embeddings": True, "normalize_before": False, "normalize_embedding": False, "is_encoder_decoder": True,
              "use_cache": True, "vocab_size": shape.vocab, "decoder_vocab_size": shape.vocab} | special
    tokens = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    tokenizer = tokens | dict(extra) | {"tokenizer_class": "MarianTokenizer", "model_max_length": shape.positions,
                                        "separate_vocabs": False}
    for name, content in (("config", config), ("generation_config", special), ("tokenizer_config", tokenizer),
                          ("special_tokens_map", tokens)):
        (folder / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n", "utf-8")
