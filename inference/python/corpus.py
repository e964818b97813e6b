"""Writes the corpus: training sentences with placeholders, and unseen ones with names and numbers filled in.

    python3 corpus.py OUT [--sentences 500000] [--seed 1]

A sentence belongs to training or to the unseen ones by a hash of its English with placeholders, so none is in both,
whatever the seed.
"""

import argparse
import hashlib
import random
import re
from pathlib import Path

from placeholders import SLOTS, Placeholders, words
from sentences import sentence

UNSEEN = 2000
LANGUAGES = ("en", "zh", "de")
CITIES = ("Berlin", "Shanghai", "Hamburg", "Lyon", "Porto", "Oslo", "Kyoto", "Lima", "Quito", "Graz", "Basel", "Turin")
PEOPLE = ("Anna", "Wei", "Jonas", "Mei", "Carla", "Tom", "Yuki", "Omar", "Lena", "Igor", "Priya", "Hannah")
MACHINES = ("gpu-07", "trainer-0", "alpha", "b200-a", "web.example", "node_14", "dgx-a3", "blue-lion", "v2.1-rc3", "eu-west", "job-x9f", "K40m")


def held_out(masked):
    return hashlib.sha256(masked.lower().encode()).digest()[0] < 6


def triples(count, seed):
    """Distinct sentences, as (family, en, zh, de)."""
    rng, seen = random.Random(seed), set()
    while len(seen) < count:
        row = sentence(rng)
        if row[1] in seen or len(row[1].split()) > 26 or max(map(int, re.findall(r"<[nw](\d+)>", row[1])), default=0) > SLOTS:
            continue
        seen.add(row[1])
        yield row


def fill(rng, row):
    """Names and numbers for the placeholders, chosen by what stands before them."""
    values = {}
    for slot in re.findall(r"<[nw]\d>", row[0]):
        before = row[0][:row[0].index(slot)].split()[-1:] or [""]
        values[slot] = _number(rng, before[0]) if slot[1] == "n" else _name(rng, before[0])
    return [re.sub(r"<[nw]\d>", lambda slot: values[slot.group()], text) for text in row]


def _number(rng, before):
    if before.lower() in ("at", "before", "after", "from", "to"):
        return f"{rng.randint(0, 23):02d}:{rng.choice(('00', '15', '30', '45'))}"
    return rng.choice((str(rng.randint(2, 99)), str(rng.randint(100, 9999)), f"{rng.randint(1, 99)}.{rng.randint(1, 9)}"))


def _name(rng, before):
    if before in ("to", "from", "in", "In"):
        return rng.choice(CITIES)
    return rng.choice(PEOPLE if before == "" else MACHINES + PEOPLE)


def main():
    arguments = argparse.ArgumentParser(description="Write the corpus of the demo model.", epilog="Example: corpus.py /tmp/demo")
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--sentences", type=int, default=500_000)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    train, unseen, phrases = [], [], []
    for family, *row in triples(options.sentences, options.seed):
        if family == "phrase":
            phrases.append(row)
        elif held_out(row[0]):
            unseen.append(row)
        else:
            train.append(row)
    _write(options.out, "train", phrases * 40 + train)
    known = set().union(*(words(row[0]) for row in train + phrases))
    (options.out / "known-words.txt").write_text("\n".join(sorted(known)) + "\n", "utf-8")
    rng, placeholders = random.Random(options.seed), Placeholders.default(known)
    filled = [fill(rng, row) for row in unseen[:UNSEEN]]
    for row, masked in zip(filled, unseen):
        if placeholders.mask(row[0])[0] != masked[0]:
            raise ValueError(f"masking {row[0]!r} gives {placeholders.mask(row[0])[0]!r}, not {masked[0]!r}")
    _write(options.out, "unseen", filled)
    print(f"{len(train)} training sentences, {len(phrases)} phrases, {len(filled)} unseen sentences, {len(known)} words")


def _write(out, name, rows):
    for i, language in enumerate(LANGUAGES):
        (out / f"{name}.{language}").write_text("".join(row[i] + "\n" for row in rows), "utf-8")


if __name__ == "__main__":
    main()
