"""Writes the float weights of an int8 folder of ours in the layout that train.py leaves, as exactly as int8 kept them.

    python3 recover.py ../demo-model/en-de /tmp/trained/en-de
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from export import copy_beside
from marian import Shape

GRAPHS = ("encoder_model_quantized.onnx", "decoder_model_merged_quantized.onnx")


def constants(graph):
    """All of a graph and of the branches in it."""
    yield from ((tensor.name, numpy_helper.to_array(tensor)) for tensor in graph.initializer)
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield from constants(attribute.g)


def parameters(folder):
    found = {}
    for file in GRAPHS:
        values = dict(constants(onnx.load(folder / file).graph))
        for name in values:
            whole = name.removesuffix("_quantized")
            if whole != name:
                zero = values[whole + "_zero_point"].astype(np.float32)
                found[whole] = (values[name].astype(np.float32) - zero) * values[whole + "_scale"]
            elif name.startswith(("encoder.layers.", "decoder.layers.")) and not name.endswith(("_scale", "_zero_point")):
                found[name] = values[name]
            elif name == "final_logits_bias":
                found[name] = values[name]
    found.pop("lm_head.weight")  # the embedding once more, turned over
    return found


def shape(folder):
    config = json.loads((folder / "config.json").read_text("utf-8"))
    return Shape(vocab=config["vocab_size"], d_model=config["d_model"], heads=config["encoder_attention_heads"],
                 ffn=config["encoder_ffn_dim"], encoder_layers=config["encoder_layers"], decoder_layers=config["decoder_layers"],
                 positions=config["max_position_embeddings"])


def main():
    arguments = argparse.ArgumentParser(description="Recover float weights.", epilog="Example: recover.py ../demo-model/en-de /tmp/trained/en-de")
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("out", type=Path)
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    np.savez(options.out / "weights.npz", **parameters(options.folder))
    (options.out / "shape.json").write_text(json.dumps(asdict(shape(options.folder))), "utf-8")
    copy_beside(options.folder, options.out)


if __name__ == "__main__":
    main()
