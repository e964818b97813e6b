"""Exact matches and BLEU of a model folder on its 2,000 unseen sentences, fp32 (where it is kept) and int8,
each without and with its lexical shortlist (where it has one).

    python3 evaluate.py demo/en-zh [--limit 2000]
    python3 evaluate.py demo/en-zh --answers FILE     # what another program made of unseen.source.txt, line by line
"""

import argparse
import time
from pathlib import Path

import numpy as np

from bleu import bleu
from pieces import Pieces
from placeholders import Placeholders
from runner import Runner

BATCH = 64
WAYS = (("fp32", "", False), ("int8", "_quantized", False), ("fp32 with shortlist", "", True), ("int8 with shortlist", "_quantized", True))


class Shortlist:
    """The target pieces that a source may call for, from `shortlist.txt`."""

    def __init__(self, file, pieces):
        self._size, self._always, self._by_source = len(pieces.ids), [], {}
        for line in file.read_text("utf-8").splitlines():
            source, targets = line.split("\t")
            ids = [pieces.ids[name] for name in targets.split()]
            if source:
                self._by_source[pieces.ids[source]] = ids
            else:
                self._always = ids

    def allowed(self, sources):
        out = np.zeros((len(sources), self._size), bool)
        for row, source in zip(out, sources):
            row[self._always] = True
            for piece in source:
                row[self._by_source.get(piece, [])] = True
        return out


def translate(folder, suffix, sentences, shortlisted=False):
    pieces, placeholders, runner = Pieces(folder), Placeholders.of(folder), Runner(folder, suffix)
    masked = [placeholders.mask(sentence) for sentence in sentences]
    ids = [pieces.encode(text) for text, _ in masked]
    shortlist = Shortlist(folder / "shortlist.txt", pieces) if shortlisted else None
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    out = [""] * len(ids)
    for start in range(0, len(order), BATCH):
        chosen = order[start:start + BATCH]
        sources = [ids[i] for i in chosen]
        for i, row in zip(chosen, runner.greedy(sources, 100, shortlist.allowed(sources) if shortlist else None)):
            out[i] = placeholders.fill(pieces.decode(row), masked[i][1])
    return out


def quality(translations, references):
    if len(translations) != len(references):
        raise SystemExit(f"{len(translations)} translations for {len(references)} sentences")
    exact = sum(one == other for one, other in zip(translations, references))
    return f"{100 * exact / len(references):.2f} % exact, BLEU {bleu(translations, references):.2f}, {len(references)} sentences"


def main():
    arguments = argparse.ArgumentParser(description="Measure a model folder.", epilog="Example: evaluate.py ../demo-model/en-zh")
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--data", type=Path, help="folder with unseen.source.txt and unseen.target.txt (default: the model's)")
    arguments.add_argument("--limit", type=int, default=2000)
    arguments.add_argument("--wrong", type=int, default=0, help="print so many wrong translations")
    arguments.add_argument("--answers", type=Path, help="translations to measure instead, one a line")
    options = arguments.parse_args()
    data = options.data or options.folder
    sources, references = ((data / f"unseen.{side}.txt").read_text("utf-8").splitlines()[:options.limit] for side in ("source", "target"))
    if options.answers:
        answers = options.answers.read_text("utf-8").splitlines()[:options.limit]
        print(f"{options.answers}: {quality(answers, references)}")
        return
    for name, suffix, shortlisted in WAYS:
        if not (options.folder / f"encoder_model{suffix}.onnx").exists() or shortlisted > (options.folder / "shortlist.txt").exists():
            continue
        start = time.process_time()
        translations = translate(options.folder, suffix, sources, shortlisted)
        print(f"{options.folder.name} {name}: {quality(translations, references)}, "
              f"{len(sources) / (time.process_time() - start):.0f} a CPU second")
        wrong = [row for row in zip(sources, references, translations) if row[1] != row[2]][:options.wrong]
        print("".join(f"  {source}\n    wanted {reference}\n    got    {translation}\n" for source, reference, translation in wrong), end="")


if __name__ == "__main__":
    main()
