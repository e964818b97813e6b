"""Noun phrases, times and places that agree in three languages."""

from dataclasses import dataclass

from lexicon import ADJECTIVES, DAYS, NUMERALS, TIMES, Noun, nouns

CASES = ("nom", "acc", "dat", "gen")

# The endings of der, dieser, jeder by case and gender; p is plural.
DEFINITE = {
    "nom": {"m": "der", "f": "die", "n": "das", "p": "die"},
    "acc": {"m": "den", "f": "die", "n": "das", "p": "die"},
    "dat": {"m": "dem", "f": "der", "n": "dem", "p": "den"},
    "gen": {"m": "des", "f": "der", "n": "des", "p": "der"},
}
STRONG = {
    "nom": {"m": "er", "f": "e", "n": "es", "p": "e"},
    "acc": {"m": "en", "f": "e", "n": "es", "p": "e"},
    "dat": {"m": "em", "f": "er", "n": "em", "p": "en"},
    "gen": {"m": "es", "f": "er", "n": "es", "p": "er"},
}
# Endings of ein, kein, mein: like STRONG, but bare where the noun does not show its gender.
MIXED = {
    "nom": {"m": "", "f": "e", "n": "", "p": "e"},
    "acc": {"m": "en", "f": "e", "n": "", "p": "e"},
    "dat": STRONG["dat"],
    "gen": STRONG["gen"],
}

POSSESSIVES = (("my", "我的", "mein"), ("our", "我们的", "unser"), ("your", "您的", "Ihr"),
               ("his", "他的", "sein"), ("their", "他们的", "ihr"))
# en|zh|de, verb form (1: ich, p: plural)
PRONOUNS = (("I", "我", "ich", "1"), ("we", "我们", "wir", "p"), ("you", "您", "Sie", "p"), ("they", "他们", "sie", "p"))


@dataclass(frozen=True)
class NounPhrase:
    """A noun phrase; `person` is 1 (ich), s (singular) or p (plural)."""

    kind: str
    en: str
    zh: str
    de: dict
    person: str

    @property
    def plural(self):
        return self.person == "p"


@dataclass(frozen=True)
class Adverbial:
    """A time or a place, as it stands in a clause."""

    en: str
    zh: str
    de: str


class Slots:
    """Hands out placeholders that are unique within one sentence."""

    def __init__(self):
        self.used = 0

    def number(self):
        return self._next("n")

    def word(self):
        return self._next("w")

    def _next(self, kind):
        self.used += 1
        return f"<{kind}{self.used}>"


def _weak(case, gender):
    return "e" if case in ("nom", "acc") and gender != "p" and not (case == "acc" and gender == "m") else "en"


def _mixed(case, gender):
    if gender == "p" or case in ("dat", "gen"):
        return "en"
    return STRONG[case][gender]


def _decline(noun, case, plural):
    if not plural:
        return noun.de_genitive if case == "gen" else noun.de
    return noun.de_plural + "n" if case == "dat" and noun.de_plural[-1] not in "ns" else noun.de_plural


def _article(word):
    return "an" if word[0] in "aeiou" and not word.startswith(("use", "uni")) else "a"


def unknown_noun(kind, name):
    """A noun that no table holds: German takes it as neuter and leaves it as it is."""
    return Noun(kind, name, name, name, "个", name, "n", name, name)


def compound_noun(noun, name):
    """A noun specialised by a name: the `<w> node`, der `<w>`-Knoten."""
    return Noun(noun.kind, f"{name} {noun.en}", f"{name} {noun.en_plural}", f"{name}{noun.zh}", noun.measure,
                f"{name}-{noun.de}", noun.gender, f"{name}-{noun.de_plural}", f"{name}-{noun.de_genitive}")


def build(noun, determiner, adjective=None, count=None):
    """The noun phrase of a noun, a determiner, perhaps an adjective and a count (a tuple en, zh, de)."""
    kind = determiner if isinstance(determiner, str) else determiner[0]
    plural = kind.endswith("+") or kind in ("these", "all", "count", "the-count")
    en_noun = noun.en_plural if plural else noun.en
    en = f"{adjective.en} {en_noun}" if adjective else en_noun
    zh = (adjective.zh if adjective else "") + noun.zh
    stem = adjective.de if adjective else None
    de = {}
    for case in CASES:
        gender = "p" if plural else noun.gender
        article, ending = _german_determiner(determiner, kind, case, gender, count)
        words = [article, stem + ending if stem else "", _decline(noun, case, plural)]
        de[case] = " ".join(word for word in words if word)
    en, zh = _determine(determiner, kind, en, zh, noun, count)
    return NounPhrase(noun.kind, en, zh, de, "p" if plural else "s")


def _german_determiner(determiner, kind, case, gender, count):
    der = DEFINITE[case][gender]
    strong = STRONG[case][gender]
    if kind in ("the", "the+"):
        return der, _weak(case, gender)
    if kind in ("this", "these"):
        return "dies" + strong, _weak(case, gender)
    if kind == "every":
        return "jed" + strong, _weak(case, gender)
    if kind == "all":
        return "all" + strong, "en"
    if kind == "a":
        return "ein" + MIXED[case][gender], _mixed(case, gender)
    if kind in ("poss", "poss+"):
        return determiner[1][2] + MIXED[case][gender], _mixed(case, gender)
    if kind == "the-count":
        return f"{der} {count[2]}", "en"
    return count[2], strong



def _determine(determiner, kind, en, zh, noun, count):
    if kind in ("the", "the+"):
        return f"the {en}", zh
    if kind == "this":
        return f"this {en}", f"这{noun.measure}{zh}"
    if kind == "these":
        return f"these {en}", f"这些{zh}"
    if kind == "every":
        return f"every {en}", f"每{noun.measure}{zh}"
    if kind == "all":
        return f"all {en}", f"所有{zh}"
    if kind == "a":
        return f"{_article(en)} {en}", f"一{noun.measure}{zh}"
    if kind in ("poss", "poss+"):
        return f"{determiner[1][0]} {en}", determiner[1][1] + zh
    if kind == "the-count":
        return f"the {count[0]} {en}", f"这{count[1]}{noun.measure}{zh}"
    return f"{count[0]} {en}", f"{count[1]}{noun.measure}{zh}"


def named(noun, name, article):
    """The node `<w>` or node `<w>`."""
    de = {case: f"{DEFINITE[case][noun.gender]} {_decline(noun, case, False)} {name}" for case in CASES}
    return NounPhrase(noun.kind, f"the {noun.en} {name}" if article else f"{noun.en} {name}", noun.zh + name, de, "s")


def numbered(noun, number):
    """Node `<n>`."""
    de = {case: f"{DEFINITE[case][noun.gender]} {_decline(noun, case, False)} {number}" for case in CASES}
    return NounPhrase(noun.kind, f"{noun.en} {number}", f"{number}号{noun.zh}", de, "s")


def person(name):
    return NounPhrase("p", name, name, {case: name for case in CASES}, "s")


def pronoun(rng):
    en, zh, de, verb_form = rng.choice(PRONOUNS)
    return NounPhrase("p", en, zh, {"nom": de}, verb_form)


def count(rng, slots):
    if rng.random() < 0.5:
        return rng.choice(NUMERALS)
    number = slots.number()
    return number, number, number


def adjective_for(rng, kind):
    return rng.choice([adjective for adjective in ADJECTIVES if kind in adjective.kinds])


def noun_phrase(rng, slots, kinds, definite=False):
    """A random noun phrase of one of the kinds; definite ones can be negated and passivised without a change of article."""
    noun = rng.choice(nouns(kinds))
    draw = rng.random()
    if draw < 0.10:
        return named(noun, slots.word(), rng.random() < 0.6) if noun.kind != "p" else person(slots.word())
    if draw < 0.15 and noun.kind in "msvl":
        return numbered(noun, slots.number())
    if draw < 0.19 and noun.kind != "p":
        noun = unknown_noun(noun.kind, slots.word())
    elif draw < 0.21 and noun.kind in "msv":
        noun = compound_noun(noun, slots.word())
    adjective = adjective_for(rng, noun.kind) if rng.random() < 0.28 else None
    return build(noun, *_determiner(rng, slots, definite, adjective, noun.en != noun.en_plural))


def _determiner(rng, slots, definite, adjective, shows_number):
    kinds = ["the"] * 8 + ["this"] * 2 + ["these", "every", "all", "poss", "poss", "the-count"]
    if shows_number:
        kinds += ["the+"] * 3 + ["poss+"]
    if not definite:
        kinds += ["a"] * 4 + ["count"] * 3
    kind = rng.choice(kinds)
    if kind in ("poss", "poss+"):
        return (kind, rng.choice(POSSESSIVES)), adjective
    if kind in ("count", "the-count"):
        return kind, adjective, count(rng, slots)
    return kind, adjective


def agent(rng, slots):
    """Who acts: a pronoun, a person by name or by role."""
    draw = rng.random()
    if draw < 0.35:
        return pronoun(rng)
    if draw < 0.5:
        return person(slots.word())
    return noun_phrase(rng, slots, "p")


def time(rng, slots, when):
    chosen = rng.choice([time for time in TIMES if time.when in when])
    day = rng.choice(DAYS)
    numbers = {"n": slots.number()} if "{n}" in chosen.en else {"year": slots.number()} if "{year}" in chosen.en else {}
    return Adverbial(*(text.format(day=day[i], **numbers) for i, text in enumerate((chosen.en, chosen.zh, chosen.de))))


def place(rng, slots):
    """Where: in a room, at a station, in a city by its name."""
    draw = rng.random()
    if draw < 0.2:
        name = slots.word()
        return Adverbial(f"in {name}", f"在{name}", f"in {name}")
    noun = rng.choice(nouns("l"))
    at = noun.en in ("station", "airport")
    preposition = "at" if at else "in"
    if draw < 0.35:
        number = slots.number()
        return Adverbial(f"{preposition} {noun.en} {number}", f"在{number}号{noun.zh}{'' if at else '里'}",
                         f"{'an' if at else 'in'} {noun.de} {number}")
    adjective = adjective_for(rng, "l") if rng.random() < 0.15 else None
    kind = rng.choice(["the"] * 4 + ["this", "poss", "a", "the+"])
    phrase = build(noun, (kind, rng.choice(POSSESSIVES)) if kind == "poss" else kind, adjective)
    return Adverbial(f"{preposition} {phrase.en}", f"在{phrase.zh}{'' if at else '里'}",
                     contract(f"{'an' if at else 'in'} {phrase.de['dat']}"))


def contract(german):
    """in dem -> im, zu der -> zur, at the start of a phrase."""
    for full, short in (("in dem ", "im "), ("an dem ", "am "), ("zu dem ", "zum "), ("zu der ", "zur "), ("von dem ", "vom ")):
        if german.startswith(full):
            return short + german[len(full):]
    return german


def located(rng, slots, phrase):
    """A noun phrase and where it is: the nodes in the rack."""
    where = place(rng, slots)
    return NounPhrase(phrase.kind, f"{phrase.en} {where.en}", f"{where.zh[1:]}的{phrase.zh}",
                      {case: f"{text} {where.de}" for case, text in phrase.de.items()}, phrase.person)
