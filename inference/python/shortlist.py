"""Writes a direction's lexical shortlist: the target pieces that each source piece may call for.

    python3 shortlist.py CORPUS MODEL --to zh [--per-piece 12] [--always 60]

Translation probabilities come from IBM model 1 over the training corpus. The file `shortlist.txt` is CTranslate2's vmap
format: a source piece, a tab, target pieces; the line with an empty source piece holds those that are always allowed.
"""

import argparse
from pathlib import Path

import numpy as np

from pieces import Pieces

SENTENCES = 60_000
ROUNDS = 6


def pairs_of(corpus, pieces, target):
    """Every source id beside every target id of its sentence, and the number of the target word."""
    sources, targets, words, count = [], [], [], 0
    files = ((corpus / f"train.{language}").read_text("utf-8").splitlines() for language in ("en", target))
    for source, other in list(zip(*files))[-SENTENCES:]:
        one, two = np.array(pieces.encode(source)), np.array(pieces.encode_target(other))
        sources.append(np.tile(one, len(two)))
        targets.append(np.repeat(two, len(one)))
        words.append(np.repeat(np.arange(count, count + len(two)), len(one)))
        count += len(two)
    return np.concatenate(sources), np.concatenate(targets), np.concatenate(words), count


def probabilities(sources, targets, words, count, size):
    """P(target | source) after some rounds of expectation and maximisation."""
    cells, table = sources * size + targets, np.full(size * size, 1 / size)
    for _ in range(ROUNDS):
        weight = table[cells]
        weight /= np.bincount(words, weight, count)[words]
        table = np.bincount(cells, weight, size * size)
        total = table.reshape(size, size).sum(1)
        table = (table.reshape(size, size) / np.maximum(total, 1e-12)[:, None]).ravel()
    return table.reshape(size, size)


def main():
    arguments = argparse.ArgumentParser(description="Write a lexical shortlist.", epilog="Example: shortlist.py /tmp/demo /tmp/demo/model/en-zh --to zh")
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("model", type=Path)
    arguments.add_argument("--to", choices=("zh", "de"), required=True)
    arguments.add_argument("--per-piece", type=int, default=12)
    arguments.add_argument("--always", type=int, default=60)
    options = arguments.parse_args()
    pieces = Pieces(options.model)
    names = {i: name for name, i in pieces.ids.items()}
    sources, targets, words, count = pairs_of(options.corpus, pieces, options.to)
    table = probabilities(sources, targets, words, count, len(names))
    common = np.bincount(targets, minlength=len(names)).argsort()[::-1][:options.always]
    lines = ["\t" + " ".join(names[i] for i in sorted({0, *common.tolist()}))]
    for source in np.unique(sources):
        best = [i for i in table[source].argsort()[::-1][:options.per_piece] if table[source, i] > 1e-4]
        lines.append(f"{names[source]}\t" + " ".join(names[i] for i in best))
    (options.model / "shortlist.txt").write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{len(lines) - 1} source pieces, {sum(len(line.split()) for line in lines) / len(lines):.1f} target pieces each")


if __name__ == "__main__":
    main()
