"""Exports a trained direction as an Optimum folder, fp32 and int8.

    python3 export.py TRAINED OUT --to zh [--keep-fp32] [--split]

int8 is ONNX Runtime's dynamic quantisation: weights of products and the embedding as int8, one scale a matrix. It keeps
Optimum's suffix `_quantized`.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic

import optimum
from marian import Shape
from placeholders import declaration

# What a trained direction brings along; the shortlist only where shortlist.py was there before.
BESIDE = ("source.spm", "target.spm", "vocab.json", "known-words.txt", "unseen.source.txt", "unseen.target.txt")
SHORTLIST = "shortlist.txt"


def models(shape, parameters, split):
    yield "encoder_model", optimum.encoder(shape, parameters)
    if split:
        yield "decoder_model", optimum.decoder(shape, parameters)
        yield "decoder_with_past_model", optimum.decoder_with_past(shape, parameters)
    else:
        yield "decoder_model_merged", optimum.decoder_merged(shape, parameters)


def quantise(source, target):
    quantize_dynamic(source, target, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul", "Gather"],
                     extra_options={"EnableSubgraph": True, "MatMulConstBOnly": True})


def export(shape, parameters, out, split=False, keep_fp32=True):
    out.mkdir(parents=True, exist_ok=True)
    for name, model in models(shape, parameters, split):
        onnx.save(model, out / f"{name}.onnx")
        quantise(out / f"{name}.onnx", out / f"{name}_quantized.onnx")
        if not keep_fp32:
            (out / f"{name}.onnx").unlink()


def trained(folder):
    return Shape(**json.loads((folder / "shape.json").read_text())), dict(np.load(folder / "weights.npz"))


def copy_beside(folder, out):
    for name in BESIDE + ((SHORTLIST,) if (folder / SHORTLIST).exists() else ()):
        shutil.copy(folder / name, out)


def describe(folder, out, shape, source, target):
    """What stands beside the graphs."""
    optimum.write_configuration(out, shape, {"source_lang": source, "target_lang": target})
    copy_beside(folder, out)
    (out / "busbar.json").write_text(json.dumps(declaration(source, target), indent=2) + "\n", "utf-8")


def main():
    arguments = argparse.ArgumentParser(description="Export a trained direction.", epilog="Example: export.py /tmp/demo/en-zh demo/en-zh --to zh")
    arguments.add_argument("trained", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--to", choices=("zh", "de"), required=True)
    arguments.add_argument("--keep-fp32", action="store_true")
    arguments.add_argument("--split", action="store_true", help="decoder_model and decoder_with_past_model instead of one merged file")
    options = arguments.parse_args()
    shape, parameters = trained(options.trained)
    export(shape, parameters, options.out, options.split, options.keep_fp32)
    describe(options.trained, options.out, shape, "en", options.to)


if __name__ == "__main__":
    main()
