"""How much of what should be said is said, by n-grams."""

import math
import re
from collections import Counter


def tokens(text):
    """Chinese by character, other text by word; punctuation stands alone."""
    return re.findall(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+|[^\w\s]", text)


def bleu(translations, references):
    """Corpus BLEU with n-grams up to 4, as defined by Papineni et al., one reference."""
    hits, totals, length, wanted = [0] * 4, [0] * 4, 0, 0
    for translation, reference in zip(translations, references):
        one, other = tokens(translation), tokens(reference)
        length, wanted = length + len(one), wanted + len(other)
        for n in range(1, 5):
            mine, theirs = (Counter(tuple(row[i:i + n]) for i in range(len(row) - n + 1)) for row in (one, other))
            hits[n - 1] += sum((mine & theirs).values())
            totals[n - 1] += max(0, len(one) - n + 1)
    if not all(hits):
        return 0.0
    brevity = min(0.0, 1 - wanted / length)
    return 100 * math.exp(brevity + sum(math.log(hit / total) for hit, total in zip(hits, totals)) / 4)
