"""Clauses: one subject, one verb, in the word orders that the three languages ask for."""

from dataclasses import dataclass

from lexicon import COMPARATIVES, VERBS, nouns
from phrases import Adverbial, adjective_for, agent, build, count, noun_phrase, place, pronoun, time

# Verbs that describe a state: no passive, no perfect.
STATES = ("need", "wait for", "see", "leave")


@dataclass(frozen=True)
class Clause:
    """One clause. German stands in fields: subject, finite verb, middle, end; `de_sub` is the end of a subordinate clause.

    `early` is a time that may also open the sentence; `zh_subject` and `zh_rest` let Chinese put it first.
    """

    en: str
    en_question: str
    zh_subject: str
    zh_rest: str
    de_subject: str
    de_finite: str
    de_middle: str
    de_end: str
    de_sub: str
    early: Adverbial | None = None

    @property
    def zh(self):
        return self.zh_subject + (self.early.zh if self.early else "") + self.zh_rest

    @property
    def english(self):
        return _join(self.en, self.early.en if self.early else "")

    @property
    def english_question(self):
        return _join(self.en_question, self.early.en if self.early else "")

    def german(self):
        return _join(self.de_subject, self.de_finite, self._middle(), self.de_end)

    def german_inverted(self):
        return _join(self.de_finite, self.de_subject, self._middle(), self.de_end)

    def german_subordinate(self):
        return _join(self.de_subject, self._middle(), self.de_sub)

    def opened_by_time(self):
        """The clause with its time first, in three languages."""
        return (f"{self.early.en}, {self.en}", f"{self.early.zh}，{self.zh_subject}{self.zh_rest}",
                _join(self.early.de, self.de_finite, self.de_subject, self.de_middle, self.de_end))

    def _middle(self):
        return _join(self.early.de if self.early else "", self.de_middle)


def _join(*words):
    return " ".join(word for word in words if word)


def _pick(person, first, singular, plural):
    return {"1": first, "s": singular, "p": plural}[person]


# en|zh|zh negated|de: ich, er, sie
MODALS = {
    "will": ("will", "会", "不会", "werde", "wird", "werden"),
    "can": ("can", "可以", "不能", "kann", "kann", "können"),
    "must": ("must", "必须", "不得", "muss", "muss", "müssen"),
    "should": ("should", "应该", "不应该", "sollte", "sollte", "sollten"),
}


def be(person):
    return _pick(person, "am", "is", "are")


def german_be(person):
    return _pick(person, "bin", "ist", "sind")


def _have(person):
    return _pick(person, "have", "has", "have")


def _german_have(person):
    return _pick(person, "habe", "hat", "haben")


def _german_present(verb, person):
    return _pick(person, verb.de[:-1], verb.de_third, verb.de)


def _sub_present(verb, finite):
    return f"{verb.prefix}{finite}"


def german_infinitive(verb):
    return f"{verb.prefix}{verb.de}"


def action(rng, slots, timed=True):
    """Someone does something with something."""
    verb, subject, thing = _verb_and_object(rng, slots)
    tense = rng.choice(["present", "will", "will", "can", "must", "should", "past", "perfect"])
    if verb.en in STATES and tense == "perfect":
        tense = "present"
    negative = rng.random() < 0.18 and tense != "must"
    if negative:
        thing = noun_phrase(rng, slots, verb.objects, definite=True)
    early = _early(rng, slots, tense, timed)
    if tense == "past" and early is None:
        early = time(rng, slots, "p")
    where = place(rng, slots) if rng.random() < 0.12 and verb.en not in STATES and subject.kind == "p" else None
    return _act(verb, subject, thing, tense, negative, early, where)


def _verb_and_object(rng, slots):
    verb = rng.choice(VERBS)
    if rng.random() < 0.12 and "s" in verb.objects:
        subject = noun_phrase(rng, slots, "s", definite=True)
    else:
        subject = agent(rng, slots)
    return verb, subject, noun_phrase(rng, slots, verb.objects)


def _early(rng, slots, tense, timed):
    if not timed or rng.random() < 0.45 or tense == "perfect":
        return None
    return time(rng, slots, {"present": "n", "past": "p", "can": "nf", "should": "nf"}.get(tense, "f"))


def _act(verb, subject, thing, tense, negative, early, where):
    place_en, place_zh, place_de = (where.en, where.zh, where.de) if where else ("", "", "")
    no_de = "nicht" if negative else ""
    person = subject.person
    middle = _join(thing.de["acc"], no_de, place_de)
    obj = _join(thing.en, place_en)
    if tense == "present":
        third = person == "s"
        if negative:
            en = f"does not {verb.en}" if third else f"do not {verb.en}"
        else:
            en = verb.en_third if third else verb.en
        finite = _german_present(verb, person)
        return Clause(f"{subject.en} {en} {obj}",
                      f"{'does' if third else 'do'} {subject.en} {'not ' if negative else ''}{verb.en} {obj}",
                      subject.zh, f"{place_zh}{'不' if negative else ''}{verb.zh}{thing.zh}",
                      subject.de["nom"], finite, middle, verb.prefix.strip(), _sub_present(verb, finite), early)
    if tense in MODALS:
        en, zh, zh_no, first, singular, plural = MODALS[tense]
        finite = _pick(person, first, singular, plural)
        infinitive = german_infinitive(verb)
        negated = {"can": "cannot"}.get(tense, f"{en} not") if negative else en
        return Clause(f"{subject.en} {negated} {verb.en} {obj}", f"{en} {subject.en} {'not ' if negative else ''}{verb.en} {obj}",
                      subject.zh, f"{zh_no if negative else zh}{place_zh}{verb.zh}{thing.zh}",
                      subject.de["nom"], finite, middle, infinitive, f"{infinitive} {finite}", early)
    auxiliary = _german_have(person)
    if tense == "past":
        en = f"did not {verb.en}" if negative else verb.en_past
        question = f"did {subject.en} {'not ' if negative else ''}{verb.en} {obj}"
        zh = f"没有{place_zh}{verb.zh}{thing.zh}" if negative else f"{place_zh}{verb.zh}了{thing.zh}"
    else:
        en = f"{_have(person)} {'not ' if negative else ''}{verb.en_participle}"
        question = f"{_have(person)} {subject.en} {'not ' if negative else ''}{verb.en_participle} {obj}"
        zh = f"还没有{place_zh}{verb.zh}{thing.zh}" if negative else f"已经{place_zh}{verb.zh}了{thing.zh}"
    return Clause(f"{subject.en} {en} {obj}", question, subject.zh, zh,
                  subject.de["nom"], auxiliary, middle, verb.de_participle, f"{verb.de_participle} {auxiliary}", early)


def passive(rng, slots, timed=True):
    """Something is done to something."""
    verb = rng.choice([verb for verb in VERBS if verb.en not in STATES and verb.en not in ("look for", "wait for")])
    subject = noun_phrase(rng, slots, verb.objects, definite=True)
    person = subject.person
    kind = rng.choice(["now", "perfect", "past", "will", "will", "must", "can", "should"])
    negative = kind in ("will", "can", "should", "perfect") and rng.random() < 0.2
    early = time(rng, slots, "p" if kind == "past" else "f") if kind == "past" or (
        timed and kind not in ("now", "perfect") and rng.random() < 0.6) else None
    no_en, no_de = ("not ", "nicht") if negative else ("", "")
    done = verb.de_participle
    if kind == "now":
        finite = _pick(person, "werde", "wird", "werden")
        return Clause(f"{subject.en} {be(person)} being {verb.en_participle}", f"{be(person)} {subject.en} being {verb.en_participle}",
                      subject.zh, f"正在被{verb.zh}", subject.de["nom"], finite, "gerade", done, f"{done} {finite}")
    if kind == "perfect":
        finite = german_be(person)
        return Clause(f"{subject.en} {_have(person)} {no_en}been {verb.en_participle}",
                      f"{_have(person)} {subject.en} {no_en}been {verb.en_participle}",
                      subject.zh, f"还没有被{verb.zh}" if negative else f"已被{verb.zh}",
                      subject.de["nom"], finite, no_de, f"{done} worden", f"{done} worden {finite}")
    if kind == "past":
        finite = _pick(person, "wurde", "wurde", "wurden")
        was = "was" if person == "s" else "were"
        return Clause(f"{subject.en} {was} {verb.en_participle}", f"{was} {subject.en} {verb.en_participle}",
                      subject.zh, f"被{verb.zh}了", subject.de["nom"], finite, "", done, f"{done} {finite}", early)
    en, zh, zh_no, first, singular, plural = MODALS[kind]
    finite = _pick(person, first, singular, plural)
    negated = {"can": "cannot"}.get(kind, f"{en} not") if negative else en
    return Clause(f"{subject.en} {negated} be {verb.en_participle}", f"{en} {subject.en} {no_en}be {verb.en_participle}",
                  subject.zh, f"{zh_no if negative else zh if kind != 'will' else '将'}被{verb.zh}",
                  subject.de["nom"], finite, no_de, f"{done} werden", f"{done} werden {finite}", early)


def state(rng, slots, timed=True):
    """Something is new, hot, not ready."""
    subject = noun_phrase(rng, slots, rng.choice("mmmssspdvlt"), definite=True)
    if subject.kind == "p" and rng.random() < 0.3:
        subject = pronoun(rng)
    return describe(rng, slots, subject, timed)


def describe(rng, slots, subject, timed=True):
    adjective = adjective_for(rng, subject.kind)
    person = subject.person
    draw = rng.random()
    bare = adjective.zh_is[1:] if adjective.zh_is.startswith("很") else None
    degree_en, degree_zh, degree_de = "", adjective.zh_is, ""
    if draw < 0.2:
        degree_en, degree_zh, degree_de = "not ", adjective.zh_is_not, "nicht "
    elif draw < 0.35 and bare:
        degree_en, degree_zh, degree_de = "too ", f"太{bare}了", "zu "
    elif draw < 0.45 and bare:
        degree_en, degree_zh, degree_de = "very ", f"非常{bare}", "sehr "
    elif draw < 0.52:
        degree_en, degree_zh, degree_de = "still ", f"仍然{adjective.zh_is}", "noch "
    said_en, said_de = degree_en + adjective.en, degree_de + adjective.de_is
    early = None
    was = False
    if timed and rng.random() < 0.3 and degree_en != "still ":
        was = rng.random() < 0.5
        early = time(rng, slots, "p" if was else "n")
    english = (_pick(person, "was", "was", "were") if was else be(person))
    german = _pick(person, "war", "war", "waren") if was else german_be(person)
    return Clause(f"{subject.en} {english} {said_en}", f"{english} {subject.en} {said_en}", subject.zh, degree_zh,
                  subject.de["nom"], german, "", said_de, f"{said_de} {german}", early)


def compared(rng, slots):
    """Something is faster than something else."""
    kinds, en, zh, de = rng.choice(COMPARATIVES)
    kind = rng.choice(kinds)
    one, other = noun_phrase(rng, slots, kind, definite=True), noun_phrase(rng, slots, kind, definite=True)
    german = german_be(one.person)
    than = f"{de} als {other.de['nom']}"
    return Clause(f"{one.en} {be(one.person)} {en} than {other.en}", f"{be(one.person)} {one.en} {en} than {other.en}",
                  one.zh, f"比{other.zh}{zh}", one.de["nom"], german, "", than, f"{than} {german}")


def need(rng, slots):
    """A job needs or has so many of something."""
    subject = noun_phrase(rng, slots, rng.choice("mssl"), definite=True)
    noun = rng.choice(nouns("ms" if subject.kind in "ms" else "mt"))
    thing = build(noun, "count", None, count(rng, slots))
    en, third, zh, de, de_third = rng.choice([("need", "needs", "需要", "brauchen", "braucht"), ("have", "has", "有", "haben", "hat"),
                                              ("use", "uses", "使用", "benutzen", "benutzt")])
    finite = _pick(subject.person, de, de_third, de)
    return Clause(f"{subject.en} {_pick(subject.person, en, third, en)} {thing.en}",
                  f"{_pick(subject.person, 'do', 'does', 'do')} {subject.en} {en} {thing.en}",
                  subject.zh, f"{zh}{thing.zh}", subject.de["nom"], finite, thing.de["acc"], "", finite)


def travel(rng, slots):
    """A train leaves, arrives, departs from somewhere."""
    noun = rng.choice([noun for noun in nouns("v") if noun.en in ("train", "bus", "plane", "ship", "tram")])
    subject = build(noun, rng.choice(["the", "the", "this", "the+"]))
    en, zh, de = subject.en, subject.zh, subject.de["nom"]
    draw = rng.random()
    if draw < 0.3:
        one, other = slots.word(), slots.word()
        en, zh, de = f"{en} from {one} to {other}", f"从{one}到{other}的{zh}", f"{de} von {one} nach {other}"
    elif draw < 0.6:
        one = slots.word()
        en, zh, de = f"{en} to {one}", f"开往{one}的{zh}", f"{de} nach {one}"
    plural = subject.plural
    early = time(rng, slots, "f") if rng.random() < 0.8 else None
    leaves = rng.random() < 0.5
    verb = ("depart" if leaves else "arrive") + ("" if plural else "s")
    bare = "depart" if leaves else "arrive"
    going = ("fliegen", "fliegt") if noun.en == "plane" else ("fahren", "fährt")
    finite = (going if leaves else ("kommen", "kommt"))[0 if plural else 1]
    prefix = "ab" if leaves else "an"
    return Clause(f"{en} {verb}", f"{'do' if plural else 'does'} {en} {bare}", zh, "出发" if leaves else "到达",
                  de, finite, "", prefix, prefix + finite, early)


def any_clause(rng, slots, timed=True):
    draw = rng.random()
    if draw < 0.42:
        return action(rng, slots, timed)
    if draw < 0.62:
        return passive(rng, slots, timed)
    if draw < 0.84:
        return state(rng, slots, timed)
    if draw < 0.90:
        return need(rng, slots)
    if draw < 0.95:
        return travel(rng, slots)
    return compared(rng, slots)


@dataclass(frozen=True)
class Command:
    """A polite request, without its "please"."""

    en: str
    zh: str
    de_verb: str
    de_rest: str


def command(rng, slots):
    unknown = rng.random() < 0.03
    if unknown:
        verb_name = slots.word()
        thing = noun_phrase(rng, slots, "msdvt", definite=True)
        return Command(f"{verb_name} {thing.en}", f"{verb_name}{thing.zh}", f"{verb_name} Sie", thing.de["acc"])
    verb = rng.choice([verb for verb in VERBS if verb.en not in ("need", "see", "lose")])
    thing = noun_phrase(rng, slots, verb.objects)
    early = time(rng, slots, "fn") if rng.random() < 0.35 else None
    where = place(rng, slots) if rng.random() < 0.1 and early is None else None
    extra = early or where
    en = _join(verb.en, thing.en, extra.en if extra else "")
    zh = f"{extra.zh if extra else ''}{verb.zh}{thing.zh}"
    if rng.random() < 0.1:
        thing = noun_phrase(rng, slots, verb.objects, definite=True)
        return Command(f"do not {verb.en} {thing.en}", f"不要{verb.zh}{thing.zh}", f"{verb.de} Sie",
                       _join(thing.de["acc"], "nicht", verb.prefix.strip()))
    rest = _join(early.de if early else "", thing.de["acc"], where.de if where else "", verb.prefix.strip())
    return Command(en, zh, f"{verb.de} Sie", rest)
