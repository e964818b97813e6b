"""Trains both directions on the corpus: one encoder reads English, one decoder a language writes Chinese or German.

    python3 train.py CORPUS OUT [--steps 5000] [--seed 1]

The encoder learns from both, which spares a third of the time; in OUT stands one complete Marian model per direction
(the encoder's weights are in each). Some 18 minutes of one CPU core with matrix units for 5,000 steps; the same seed
gives the same weights on the same machine.
"""

import argparse
import json
import random
import re
import shutil
import signal
import time
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import sentencepiece
import torch
from torch.nn.functional import cross_entropy

from marian import Forward, Shape, positions, random_parameters
from pieces import learn, names_of, narrow, shared_table, write_target
from placeholders import SLOTS

BATCH_TOKENS = 1024
LONGEST = 48
POOL = 10_000
PIECES = {"en": 1200, "zh": 1000, "de": 1200}
TARGETS = ("zh", "de")
NEVER = -1e4


def moved_slots(rng, texts):
    """The same sentence with other placeholders in the same order, so that every slot is learnt alike."""
    names = {}
    for kind in "nw":
        used = sorted(set(re.findall(rf"<{kind}\d>", texts[0])))
        for old, new in zip(used, sorted(rng.sample(range(1, SLOTS + 1), len(used)))):
            names[old] = f"<{kind}{new}>"
    return [re.sub(r"<[nw]\d>", lambda slot: names[slot.group()], text) for text in texts]


def varied(rng, texts):
    """What people type: without the full stop, without the capital, with other placeholders."""
    if rng.random() < 0.3 and "<" in texts[0]:
        texts = moved_slots(rng, texts)
    if rng.random() < 0.04 and texts[0][-1] == ".":
        texts = [text[:-1] for text in texts]
    if rng.random() < 0.04:
        texts = [texts[0][0].lower() + texts[0][1:], *texts[1:]]
    return texts


class Corpus:
    """Sentences as batches of ids of like length."""

    def __init__(self, folder, pieces, table, seed):
        self._languages = ("en", *TARGETS)
        self._rows = list(zip(*((folder / f"train.{language}").read_text("utf-8").splitlines() for language in self._languages)))
        self._models = [sentencepiece.SentencePieceProcessor(model_file=str(pieces / f"{language}.spm")) for language in self._languages]
        self._ids = [np.array([table.get(model.id_to_piece(i), table["<unk>"]) for i in range(model.get_piece_size())])
                     for model in self._models]
        self._pad, self._rng = len(table) - 1, random.Random(seed)

    def batches(self):
        """Endless (source, [(given, wanted) per target])."""
        while True:
            self._rng.shuffle(self._rows)
            for start in range(0, len(self._rows), POOL):
                texts = zip(*(varied(self._rng, row) for row in self._rows[start:start + POOL]))
                pool = list(zip(*(self._encode(i, list(column)) for i, column in enumerate(texts))))
                pool = sorted((row for row in pool if max(map(len, row)) <= LONGEST), key=lambda row: (sum(map(len, row)), len(row[0])))
                yield from self._cut(pool)

    def _encode(self, i, texts):
        return [np.append(self._ids[i][row], 0) for row in self._models[i].encode(texts)]

    def _cut(self, pool):
        parts, first = [], 0
        while first < len(pool):
            size = 3 * BATCH_TOKENS // sum(map(len, pool[min(first + 40, len(pool) - 1)]))
            parts.append(pool[first:first + size])
            first += size
        self._rng.shuffle(parts)
        for rows in parts:
            source, *targets = (self._padded(column) for column in zip(*rows))
            yield source, [(self._shifted(wanted), wanted) for wanted in targets]

    def _padded(self, rows):
        out = torch.full((len(rows), max(map(len, rows))), self._pad)
        for i, row in enumerate(rows):
            out[i, :len(row)] = torch.from_numpy(row)
        return out

    def _shifted(self, wanted):
        return torch.cat([torch.full((len(wanted), 1), self._pad), wanted[:, :-1]], 1)


def of_direction(parameters, target):
    """The parameters of one direction under Marian's names."""
    return {name.removeprefix(f"{target}."): value for name, value in parameters.items() if name.split(".")[0] not in TARGETS
            or name.startswith(f"{target}.")}


def initial(shape, seed):
    parameters = random_parameters(shape, seed)
    for i, target in enumerate(TARGETS):
        other = random_parameters(shape, seed + 1 + i)
        parameters |= {f"{target}.{name}": value for name, value in other.items() if name.startswith("decoder.")}
    return {name: value for name, value in parameters.items() if not name.startswith(("decoder.", "final"))}


def loss(parameters, shape, table, written, precision, source, targets):
    """The mean over both languages; scores are taken only over the pieces that a language writes."""
    mask = torch.zeros(source.shape).masked_fill(source == shape.pad, -1e9)[:, None, None, :]
    states = Forward(parameters, shape, precision).encode(table, source, mask)
    total = 0
    for target, (given, wanted) in zip(TARGETS, targets):
        last = Forward(of_direction(parameters, target), shape, precision).decode(table, given, states, mask)
        real = wanted != shape.pad
        ids, places = written[target]
        scores = last[real].to(precision) @ parameters["shared.weight"][ids].T.to(precision)
        total = total + cross_entropy(scores.float(), places[wanted[real]])
    return total / len(TARGETS)


def written_ids(pieces, table):
    """Per language: the ids it may write, and for every id its place among them."""
    out = {}
    for target in TARGETS:
        ids = torch.tensor([0] + [table[name] for name in names_of(pieces / f"{target}.spm")])
        places = torch.full((len(table),), -1)
        places[ids] = torch.arange(len(ids))
        out[target] = ids, places
    return out


class Schedule:
    """The rate rises for 200 steps, stands, and falls to zero over the last ones. SIGINT makes the fall begin at once."""

    def __init__(self, steps, peak):
        self.steps, self._peak, self._fall, self._asked = steps, peak, steps // 4, False
        signal.signal(signal.SIGINT, self._ask)

    def _ask(self, *_):
        self._asked = True

    def rate(self, number):
        if self._asked:
            self._asked, self._fall = False, min(self._fall, 400)
            self.steps = min(self.steps, number + self._fall)
            print(f"the rate falls from step {number} to {self.steps}", flush=True)
        return self._peak * min(number / 200, 1, (self.steps - number + 1) / self._fall)


def train(options, table_of_ids):
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)  # Adam's means of pieces that are rarely seen sink into them, and they are slow
    shape = Shape(vocab=len(table_of_ids))
    start_from = dict(np.load(options.out / "weights.npz")) if options.resume else initial(shape, options.seed)
    parameters = {name: torch.from_numpy(value).requires_grad_() for name, value in start_from.items()}
    average = {name: value.detach().clone() for name, value in parameters.items()}
    table, written = torch.from_numpy(positions(shape)), written_ids(options.out, table_of_ids)
    adam = torch.optim.Adam(parameters.values(), lr=options.rate, betas=(0.9, 0.98), eps=1e-9, fused=True)
    print(f"{sum(p.numel() for p in parameters.values()):,} parameters, {shape}", flush=True)
    start, recent = time.process_time(), []
    batches = Corpus(options.corpus, options.out, table_of_ids, options.seed).batches()
    schedule = Schedule(options.steps, options.rate)
    for number, (source, targets) in enumerate(batches, start=1):
        for group in adam.param_groups:
            group["lr"] = schedule.rate(number)
        precision = torch.float32 if options.exact or number > schedule.steps - 100 else torch.bfloat16
        adam.zero_grad()
        value = loss(parameters, shape, table, written, precision, source, targets)
        value.backward()
        torch.nn.utils.clip_grad_norm_(parameters.values(), 1.0)
        adam.step()
        keep = min(0.995, number / (number + 10))
        with torch.no_grad():
            torch._foreach_lerp_(list(average.values()), list(parameters.values()), 1 - keep)
        recent.append(value.item())
        if number % 100 == 0:
            print(f"step {number}: loss {np.mean(recent):.4f}, {time.process_time() - start:.0f} CPU seconds", flush=True)
            recent = []
        if number % 250 == 0 or number == schedule.steps:
            write(options, shape, table_of_ids, {name: value.numpy() for name, value in average.items()})
        if number == schedule.steps:
            return


def write(options, shape, table, parameters):
    """One folder per direction: its pieces, its table of ids and the rows of the embedding that it needs."""
    np.savez(options.out / "weights.npz", **parameters)
    for target in TARGETS:
        out = options.out / f"en-{target}"
        out.mkdir(exist_ok=True)
        shutil.copy(options.out / "en.spm", out / "source.spm")
        write_target(options.out / f"{target}.spm", out / "target.spm", target)
        own = shared_table(out / "source.spm", out / "target.spm")
        may_write = {"</s>", *names_of(out / "target.spm")}
        np.savez(out / "weights.npz", **of_direction(parameters, target) | {
            "shared.weight": parameters["shared.weight"][[table[narrow(name)] for name in own]],
            "final_logits_bias": np.array([0 if name in may_write else NEVER for name in own], np.float32)})
        (out / "shape.json").write_text(json.dumps(asdict(replace(shape, vocab=len(own)))))
        (out / "vocab.json").write_text(json.dumps(own, ensure_ascii=False, indent=0), "utf-8")
        for name, language in (("source", "en"), ("target", target)):
            shutil.copy(options.corpus / f"unseen.{language}", out / f"unseen.{name}.txt")
        shutil.copy(options.corpus / "known-words.txt", out)


def main():
    arguments = argparse.ArgumentParser(description="Train both directions.", epilog="Example: train.py /tmp/demo /tmp/demo/trained")
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--steps", type=int, default=5000)
    arguments.add_argument("--rate", type=float, default=2e-3)
    arguments.add_argument("--exact", action="store_true", help="float32 all the way (default: the last few steps)")
    arguments.add_argument("--resume", action="store_true", help="go on from the weights and pieces in OUT")
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for language, size in PIECES.items() if not options.resume else ():
        learn(options.corpus, language, size, options.out / f"{language}.spm")
    train(options, shared_table(*(options.out / f"{language}.spm" for language in PIECES)))


if __name__ == "__main__":
    main()
