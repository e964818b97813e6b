"""Target tokens per CPU second of several runners, on one model of opus-mt's shape and the same sentences.

    python3 compare.py --cache ~/.cache/busbar/opus-shape --corpus /tmp/demo --pieces ../demo-model/en-de \
        [--translator ../target/translator.jar] [--rounds 3] [--batches 1,8,32]

The weights and the shortlist are random, written once to the cache folder. The end-of-sentence token can never win (its bias is -1e9), so
every runner makes exactly --length tokens from sources of --length tokens. Each runner uses one thread. Rounds are
interleaved; the table shows the median of the rounds and their spread. Runners whose package is missing are left out.
"""

import argparse
import csv
import io
import json
import os
import shutil
import statistics
import subprocess
import time
from pathlib import Path

import numpy as np

import optimum
from export import export
from marian import Shape, matrices, norms, positions, random_parameters
from pieces import Pieces
from runner import Runner

SENTENCES = 256
OPUS = Shape(vocab=58101, d_model=512, heads=8, ffn=2048, encoder_layers=6, decoder_layers=6)


def prepare(cache, pieces, corpus, length):
    """The model folder and sentences that tokenise to `length` ids, end included."""
    if not (cache / "sources.txt").exists():
        cache.mkdir(parents=True, exist_ok=True)
        parameters = random_parameters(OPUS, seed=1)
        parameters["final_logits_bias"][[OPUS.eos, OPUS.pad]] = -1e9
        np.savez(cache / "weights.npz", **parameters)
        export(OPUS, parameters, cache)
        optimum.write_configuration(cache, OPUS)
        names = list(json.loads((pieces / "vocab.json").read_text("utf-8")))[:-1]
        names += [f"▁piece{i}" for i in range(len(names), OPUS.vocab - 1)] + ["<pad>"]
        (cache / "vocab.json").write_text(json.dumps({name: i for i, name in enumerate(names)}, ensure_ascii=False), "utf-8")
        for name in ("source.spm", "target.spm"):
            shutil.copy(pieces / name, cache)
        model = Pieces(cache)
        lines = (line for line in (corpus / "train.en").read_text("utf-8").splitlines() if len(model.encode(line)) == length)
        chosen = [line for line, _ in zip(lines, range(SENTENCES))]
        sources = [model.encode(line) for line in chosen]
        (cache / "shortlist.txt").write_text(random_shortlist(sources, names), "utf-8")
        (cache / "sentences.txt").write_text("\n".join(chosen) + "\n", "utf-8")
        (cache / "sources.txt").write_text("".join(" ".join(map(str, source)) + "\n" for source in sources))
    return [[int(i) for i in line.split()] for line in (cache / "sources.txt").read_text().splitlines()]


def random_shortlist(sources, names):
    """As many candidates as real ones have: the end and 100 more that always count, and 20 per source piece."""
    rng = np.random.default_rng(1)
    lines = ["\t" + " ".join(["</s>", *(names[i] for i in rng.choice(np.arange(2, len(names) - 1), 100, replace=False))])]
    for piece in sorted({piece for source in sources for piece in source}):
        lines.append(f"{names[piece]}\t" + " ".join(names[i] for i in rng.choice(np.arange(2, len(names) - 1), 20, replace=False)))
    return "\n".join(lines) + "\n"


def ort(folder, suffix):
    runner = Runner(folder, suffix)
    return lambda batch, length: runner.greedy(batch, length)


def naive(folder):
    """No cache: every step decodes the whole prefix again."""
    from runner import session

    encoder, decoder = session(folder / "encoder_model.onnx"), session(folder / "decoder_model_merged.onnx")
    empty = {value.name: np.zeros((1, value.shape[1], 0, value.shape[3]), np.float32)
             for value in decoder.get_inputs() if value.name.startswith("past_key_values")}

    def run(batch, length):
        for source in batch:
            ids = np.array([source], np.int64)
            mask, prefix = np.ones_like(ids), np.array([[OPUS.pad]], np.int64)
            states = encoder.run(None, {"input_ids": ids, "attention_mask": mask})[0]
            for _ in range(length):
                scores = decoder.run(["logits"], {"input_ids": prefix, "encoder_attention_mask": mask, **empty,
                                                  "encoder_hidden_states": states, "use_cache_branch": np.array([False])})[0]
                prefix = np.concatenate([prefix, scores[:, -1].argmax(-1)[:, None]], 1)
    return run


def transformers(folder):
    import torch
    from transformers import MarianConfig, MarianMTModel

    torch.set_num_threads(1)
    model = MarianMTModel(MarianConfig.from_pretrained(folder)).eval()
    model.load_state_dict(hugging_face(OPUS, np.load(folder / "weights.npz")), strict=False)

    def run(batch, length):
        with torch.inference_mode():
            ids = torch.tensor(batch)
            model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=length, min_new_tokens=length,
                           num_beams=1, do_sample=False)
    return run


def hugging_face(shape, parameters):
    """Our parameters as a MarianMTModel's state: matrices stand transposed."""
    import torch

    state = {}
    for name, rows, _ in matrices(shape):
        state[f"model.{name}.weight"] = torch.from_numpy(parameters[name + ".weight"].T.copy())
        state[f"model.{name}.bias"] = torch.from_numpy(parameters[name + ".bias"])
    for name in norms(shape):
        for part in ("weight", "bias"):
            state[f"model.{name}.{part}"] = torch.from_numpy(parameters[f"{name}.{part}"])
    shared = torch.from_numpy(parameters["shared.weight"])
    for name in ("model.shared", "model.encoder.embed_tokens", "model.decoder.embed_tokens", "lm_head"):
        state[f"{name}.weight"] = shared
    for side in ("encoder", "decoder"):
        state[f"model.{side}.embed_positions.weight"] = torch.from_numpy(positions(shape))
    state["final_logits_bias"] = torch.from_numpy(parameters["final_logits_bias"])[None]
    return state


def ctranslate2(folder, kind, shortlist=False):
    import ctranslate2 as library

    names = list(json.loads((folder / "vocab.json").read_text("utf-8")))
    converted = folder / "ctranslate2"
    if not converted.exists():
        write_ctranslate2(library, converted, np.load(folder / "weights.npz"), names)
        shutil.copy(folder / "shortlist.txt", converted / "vmap.txt")
    translator = library.Translator(str(converted), device="cpu", compute_type=kind, inter_threads=1, intra_threads=1)

    def run(batch, length):
        sources = [[names[i] for i in row] for row in batch]
        translator.translate_batch(sources, beam_size=1, min_decoding_length=length, max_decoding_length=length,
                                   max_batch_size=len(batch), return_scores=False, use_vmap=shortlist)
    return run


def write_ctranslate2(library, out, parameters, names):
    """A CTranslate2 model from our weights, without torch."""
    from ctranslate2.specs import TransformerSpec, common_spec

    spec = TransformerSpec.from_config((OPUS.encoder_layers, OPUS.decoder_layers), OPUS.heads, pre_norm=False,
                                       activation=common_spec.Activation.SWISH)

    def linear(target, *names):
        target.weight = np.concatenate([parameters[name + ".weight"].T for name in names])
        target.bias = np.concatenate([parameters[name + ".bias"] for name in names])

    def norm(target, name):
        target.gamma, target.beta = parameters[name + ".weight"], parameters[name + ".bias"]

    for side, layers in (("encoder", spec.encoder), ("decoder", spec.decoder)):
        embeddings = layers.embeddings[0] if side == "encoder" else layers.embeddings
        embeddings.weight = parameters["shared.weight"]
        layers.scale_embeddings = True
        layers.position_encodings.encodings = positions(OPUS)
        for i, layer in enumerate(layers.layer):
            prefix = f"{side}.layers.{i}"
            linear(layer.self_attention.linear[0], *(f"{prefix}.self_attn.{part}_proj" for part in "qkv"))
            linear(layer.self_attention.linear[1], f"{prefix}.self_attn.out_proj")
            norm(layer.self_attention.layer_norm, f"{prefix}.self_attn_layer_norm")
            if side == "decoder":
                linear(layer.attention.linear[0], f"{prefix}.encoder_attn.q_proj")
                linear(layer.attention.linear[1], *(f"{prefix}.encoder_attn.{part}_proj" for part in "kv"))
                linear(layer.attention.linear[2], f"{prefix}.encoder_attn.out_proj")
                norm(layer.attention.layer_norm, f"{prefix}.encoder_attn_layer_norm")
            linear(layer.ffn.linear_0, f"{prefix}.fc1")
            linear(layer.ffn.linear_1, f"{prefix}.fc2")
            norm(layer.ffn.layer_norm, f"{prefix}.final_layer_norm")
    spec.decoder.projection.weight = parameters["shared.weight"]
    spec.decoder.projection.bias = parameters["final_logits_bias"]
    spec.register_source_vocabulary(names)
    spec.register_target_vocabulary(names)
    spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = "<pad>", "</s>", "<unk>"
    spec.config.decoder_start_token = "<pad>"
    spec.config.add_source_eos = False
    spec.validate()
    spec.optimize()
    out.mkdir()
    spec.save(str(out))


# CTranslate2 4.8.5 fails with "vector::_M_range_check" when batches with different words of its vmap follow each other,
# so it gets the same batch again and again; that spares it the choice of words.
SAME_BATCH = ("CTranslate2 int8, vmap",)

# name, how to make it, the batches it is measured at (None: all)
RUNNERS = (
    ("naive loop fp32, no cache", lambda folder: naive(folder), (1,)),
    ("ONNX Runtime loop fp32", lambda folder: ort(folder, ""), None),
    ("ONNX Runtime loop int8", lambda folder: ort(folder, "_quantized"), None),
    ("transformers fp32", lambda folder: transformers(folder), None),
    ("CTranslate2 fp32", lambda folder: ctranslate2(folder, "float32"), None),
    ("CTranslate2 int8", lambda folder: ctranslate2(folder, "int8"), None),
    ("CTranslate2 int8, vmap", lambda folder: ctranslate2(folder, "int8", shortlist=True), None),
)


def measure(run, sources, batch, length, seconds):
    """Target tokens per CPU second over at least so many CPU seconds."""
    run(sources[:batch], length)
    start, made, first = time.process_time(), 0, 0
    while time.process_time() - start < seconds:
        chosen = [sources[(first + i) % len(sources)] for i in range(batch)]
        run(chosen, length)
        made, first = made + batch * length, first + batch
    return made / (time.process_time() - start)


# what `translator optimize` and `translator bench` are told
OURS = {"busbar fp32": (("--weights", "fp32"), ("--precision", "fp32", "--all-words")),
        "busbar int8": (("--weights", "int8"), ("--precision", "int8", "--all-words")),
        "busbar int8, shortlist": (("--weights", "int8"), ("--precision", "int8"))}


def ours(jar, cache, name, batches, length, seconds):
    """Pairs of batch and tokens per CPU second, one round."""
    weights, options = OURS[name]
    java = [str(Path(os.environ["JAVA_HOME"]) / "bin/java") if "JAVA_HOME" in os.environ else "java", "-jar", str(jar)]
    folder = cache / f"optimized-{weights[1]}"
    if not folder.exists():
        subprocess.run([*java, "optimize", str(cache), str(folder), *weights], check=True, capture_output=True)
    answer = subprocess.run([*java, "bench", "--model", str(folder), "--sentences", str(cache / "sentences.txt"), "--length", str(length),
                             "--batch", ",".join(map(str, batches)), "--rounds", "1", "--seconds", str(seconds), "--csv", *options],
                            check=True, capture_output=True, text=True).stdout
    return [(int(row[-2]), float(row[-1])) for row in csv.reader(io.StringIO(answer)) if len(row) >= 3 and row[-2].isdigit()]


def main():
    arguments = argparse.ArgumentParser(description="Compare runners.", epilog="Example: compare.py --corpus /tmp/demo --pieces ../demo-model/en-de")
    arguments.add_argument("--cache", type=Path, default=Path.home() / ".cache/busbar/opus-shape")
    arguments.add_argument("--corpus", type=Path, required=True)
    arguments.add_argument("--pieces", type=Path, required=True, help="a folder with source.spm, target.spm and vocab.json")
    arguments.add_argument("--translator", type=Path, help="translator.jar; without it ours is left out")
    arguments.add_argument("--batches", default="1,8,32")
    arguments.add_argument("--length", type=int, default=24)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=4, help="CPU seconds a measurement takes at least")
    arguments.add_argument("--only", default="", help="runners whose name holds this")
    options = arguments.parse_args()
    batches = [int(batch) for batch in options.batches.split(",")]
    sources = prepare(options.cache, options.pieces, options.corpus, options.length)
    runners, figures = [], {}
    for name, make, at in RUNNERS:
        if options.only not in name:
            continue
        try:
            runners.append((name, make(options.cache), at or batches))
        except ImportError as missing:
            print(f"{name}: left out, {missing}")
    for number in range(options.rounds):
        for name, run, at in runners:
            for batch in at:
                given = sources[:batch] if name in SAME_BATCH else sources
                figures.setdefault((name, batch), []).append(measure(run, given, batch, options.length, options.seconds))
        for name in OURS if options.translator else ():
            for batch, figure in ours(options.translator, options.cache, name, batches, options.length, options.seconds):
                figures.setdefault((name, batch), []).append(figure)
        print(f"round {number + 1} of {options.rounds} done", flush=True)
    report(figures, batches)


def report(figures, batches):
    print("| runner | " + " | ".join(f"batch {batch}" for batch in batches) + " |")
    print("|---|" + "---|" * len(batches))
    for name in dict.fromkeys(name for name, _ in figures):
        cells = []
        for batch in batches:
            rounds = figures.get((name, batch))
            cells.append(f"{statistics.median(rounds):,.0f} ({min(rounds):,.0f}..{max(rounds):,.0f})" if rounds else "")
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
