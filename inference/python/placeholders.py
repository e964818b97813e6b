"""The `busbar.json` rule: numbers and unknown words travel through a model as placeholders."""

import json
import re

NUMBER = r"\d+(?:[.,:/]\d+)*(?![\p{L}\p{N}_-])"
WORD = r"[\p{L}\p{N}_]+(?:[._:/'@-][\p{L}\p{N}_]+)*"
SLOTS = 8


def slots(letter):
    return [f"<{letter}{i + 1}>" for i in range(SLOTS)]


def declaration(source, target):
    return {
        "format": 1,
        "source": source,
        "target": target,
        "placeholders": [
            {"kind": "number", "pattern": NUMBER, "slots": slots("n")},
            {"kind": "word", "pattern": WORD, "known": "known-words.txt", "slots": slots("w")},
        ],
    }


def _python(pattern):
    r"""Python's re has no \p{...}: [^\W_] is what [\p{L}\p{N}] means there."""
    return pattern.replace(r"[\p{L}\p{N}_-]", r"[\w-]").replace(r"[\p{L}\p{N}_]", r"\w")


class Placeholders:
    """Masks a source sentence and fills its translation."""

    def __init__(self, kinds):
        self._kinds = kinds
        self._pattern = re.compile("|".join(f"({_python(pattern)})" for pattern, _, _ in kinds))

    @staticmethod
    def of(folder):
        file = folder / "busbar.json"
        if not file.exists():
            return Placeholders([])
        kinds = []
        for entry in json.loads(file.read_text("utf-8")).get("placeholders", []):
            known = set((folder / entry["known"]).read_text("utf-8").split()) if "known" in entry else None
            kinds.append((entry["pattern"], known, entry["slots"]))
        return Placeholders(kinds)

    @staticmethod
    def default(known):
        return Placeholders([(NUMBER, None, slots("n")), (WORD, known, slots("w"))])

    def mask(self, text):
        """The text with placeholders, and what each of them stands for."""
        if not self._kinds:
            return text, {}
        used, stands_for = [0] * len(self._kinds), {}

        def replace(match):
            kind = match.lastindex - 1
            _, known, names = self._kinds[kind]
            if (known is not None and match.group().lower() in known) or used[kind] == len(names):
                return match.group()
            slot = names[used[kind]]
            used[kind] += 1
            stands_for[slot] = match.group()
            return slot

        return self._pattern.sub(replace, text), stands_for

    def fill(self, text, stands_for):
        names = [re.escape(name) for _, _, kind in self._kinds for name in kind]
        return re.sub("|".join(names), lambda slot: stands_for.get(slot.group(), ""), text) if names else text


def words(masked):
    """The words of a masked text, lower case."""
    return {word.lower() for word in re.findall(_python(WORD), re.sub(r"<[nw]\d>", " ", masked))}
