"""The sentence families of the demo domain: notices, requests, questions, quantities, travel."""

import re

from clauses import any_clause, be, command, describe, german_be, passive, travel
from lexicon import ATTRIBUTES, PHRASES, QUANTITIES, VERBS, nouns
from phrases import DEFINITE, Slots, adjective_for, agent, build, contract, count, located, noun_phrase, place, time

# Subordinators: en|zh|de
OPENING = (("if", "如果", "wenn"), ("as soon as", "一旦", "sobald"), ("because", "因为", "weil"), ("although", "虽然", "obwohl"))
CLOSING = (("if", "如果", "wenn"), ("because", "因为", "weil"), ("although", "虽然", "obwohl"))
REPORTS = (("the system reports that", "系统报告", "das System meldet, dass"), ("I think that", "我认为", "ich glaube, dass"),
           ("we know that", "我们知道", "wir wissen, dass"), ("please note that", "请注意，", "bitte beachten Sie, dass"),
           ("the team says that", "团队说", "das Team sagt, dass"), ("it is possible that", "可能", "es ist möglich, dass"),
           ("I hope that", "我希望", "ich hoffe, dass"))
ALERTS = (("attention", "注意", "Achtung"), ("warning", "警告", "Warnung"), ("note", "提示", "Hinweis"), ("error", "错误", "Fehler"))


def statement(rng, slots):
    clause = any_clause(rng, slots)
    if clause.early and rng.random() < 0.25:
        en, zh, de = clause.opened_by_time()
        return en + ".", zh + "。", de + "."
    return clause.english + ".", clause.zh + "。", clause.german() + "."


def question(rng, slots):
    clause = any_clause(rng, slots)
    return clause.english_question + "?", clause.zh + "吗？", clause.german_inverted() + "?"


def request(rng, slots):
    wish = command(rng, slots)
    draw = rng.random()
    if draw < 0.75:
        return f"please {wish.en}.", f"请{wish.zh}。", f"bitte {wish.de_verb} {wish.de_rest}."
    return f"{wish.en}.", f"{wish.zh}。", f"{wish.de_verb} {wish.de_rest}."


def conditional_request(rng, slots):
    clause, wish = _plain_clause(rng, slots), command(rng, slots)
    en, zh, de = rng.choice(OPENING[:2])
    if rng.random() < 0.5:
        return (f"{en} {clause.english}, please {wish.en}.", f"{zh}{clause.zh}，请{wish.zh}。",
                f"{de} {clause.german_subordinate()}, {wish.de_verb} bitte {wish.de_rest}.")
    en, zh, de = rng.choice(CLOSING[:2])
    return (f"please {wish.en} {en} {clause.english}.", f"{zh}{clause.zh}，请{wish.zh}。",
            f"bitte {wish.de_verb} {wish.de_rest}, {de} {clause.german_subordinate()}.")


def compound(rng, slots):
    one, other = _plain_clause(rng, slots), _plain_clause(rng, slots)
    draw = rng.random()
    if draw < 0.3:
        en, zh, de = rng.choice(OPENING)
        return (f"{en} {one.english}, {other.english}.", f"{zh}{one.zh}，{other.zh}。",
                f"{de} {one.german_subordinate()}, {other.german_inverted()}.")
    if draw < 0.65:
        en, zh, de = rng.choice(CLOSING)
        return (f"{one.english} {en} {other.english}.", f"{one.zh}，{zh}{other.zh}。",
                f"{one.german()}, {de} {other.german_subordinate()}.")
    if draw < 0.85:
        return (f"{one.english}, but {other.english}.", f"{one.zh}，但是{other.zh}。", f"{one.german()}, aber {other.german()}.")
    return f"{one.english} and {other.english}.", f"{one.zh}，并且{other.zh}。", f"{one.german()} und {other.german()}."


def _plain_clause(rng, slots):
    return any_clause(rng, slots, timed=rng.random() < 0.25)


def reported(rng, slots):
    en, zh, de = rng.choice(REPORTS)
    clause = any_clause(rng, slots, timed=rng.random() < 0.5)
    return f"{en} {clause.english}.", f"{zh}{clause.zh}。", f"{de} {clause.german_subordinate()}."


def alert(rng, slots):
    en, zh, de = rng.choice(ALERTS)
    clause = any_clause(rng, slots)
    return f"{en}: {clause.english}.", f"{zh}：{clause.zh}。", f"{de}: {clause.german()}."


def quantity(rng, slots):
    kinds, en, zh, de, gender, unit_en, unit_zh, unit_de = rng.choice(QUANTITIES)
    owner = noun_phrase(rng, slots, rng.choice(kinds), definite=True)
    number = slots.number()
    attribute = f"{DEFINITE['nom'][gender]} {de} {genitive(owner)}"
    draw = rng.random()
    if draw < 0.6:
        return (f"the {en} of {owner.en} is {number} {unit_en}.", f"{owner.zh}的{zh}是{number}{unit_zh}。",
                f"{attribute} beträgt {number} {unit_de}.")
    if draw < 0.8:
        return (f"the {en} of {owner.en} is higher than {number} {unit_en}.", f"{owner.zh}的{zh}高于{number}{unit_zh}。",
                f"{attribute} liegt über {number} {unit_de}.")
    return (f"the {en} of {owner.en} is lower than {number} {unit_en}.", f"{owner.zh}的{zh}低于{number}{unit_zh}。",
            f"{attribute} liegt unter {number} {unit_de}.")


def genitive(owner):
    """A German genitive; where no article can show it, von with the dative."""
    german = owner.de["gen"]
    if german.split(" ")[0][-1] in "rs" and not german[0].isdigit() and not german.startswith("<"):
        return german
    return contract(f"von {owner.de['dat']}")


def attribute(rng, slots):
    kinds, en, zh, de, gender = rng.choice(ATTRIBUTES)
    owner = noun_phrase(rng, slots, rng.choice(kinds), definite=True)
    german = f"{de} {genitive(owner)}"
    draw = rng.random()
    if draw < 0.4:
        return (f"what is the {en} of {owner.en}?", f"{owner.zh}的{zh}是什么？",
                f"was ist {DEFINITE['nom'][gender]} {german}?")
    if draw < 0.7:
        name = slots.word()
        return (f"the {en} of {owner.en} is {name}.", f"{owner.zh}的{zh}是{name}。",
                f"{DEFINITE['nom'][gender]} {german} ist {name}.")
    accusative = german.replace("Name ", "Namen ", 1)  # the only weak noun of the table
    return (f"please check the {en} of {owner.en}.", f"请检查{owner.zh}的{zh}。",
            f"bitte prüfen Sie {DEFINITE['acc'][gender]} {accusative}.")


def price(rng, slots):
    thing = noun_phrase(rng, slots, rng.choice("mdvt"), definite=True)
    number = slots.number()
    plural = thing.plural
    draw = rng.random()
    cost, kostet = ("cost", "kosten") if plural else ("costs", "kostet")
    if draw < 0.4:
        return f"how much {'do' if plural else 'does'} {thing.en} cost?", f"{thing.zh}多少钱？", f"was {kostet} {thing.de['nom']}?"
    en, zh, de = rng.choice([("euros", "欧元", "Euro"), ("dollars", "美元", "Dollar")])
    return f"{thing.en} {cost} {number} {en}.", f"{thing.zh}{number}{zh}。", f"{thing.de['nom']} {kostet} {number} {de}."


def share(rng, slots):
    noun = rng.choice(nouns("msv"))
    adjective = adjective_for(rng, noun.kind)
    some, whole = slots.number(), slots.number()
    return (f"{some} of {whole} {noun.en_plural} are {adjective.en}.",
            f"{whole}{noun.measure}{noun.zh}中有{some}{noun.measure}{adjective.zh_is}。",
            f"{some} von {whole} {_dative_plural(noun)} sind {adjective.de_is}.")


def _dative_plural(noun):
    return noun.de_plural + "n" if noun.de_plural[-1] not in "ns" else noun.de_plural


def existence(rng, slots):
    noun = rng.choice(nouns("mspdvt"))
    where = place(rng, slots)
    adjective = adjective_for(rng, noun.kind) if rng.random() < 0.3 else None
    if rng.random() < 0.6:
        thing = build(noun, "count", adjective, count(rng, slots))
    else:
        thing = build(noun, "a", adjective)
    verb = "are" if thing.plural else "is"
    if rng.random() < 0.7:
        return (f"there {verb} {thing.en} {where.en}.", f"{where.zh[1:]}有{thing.zh}。",
                f"{where.de} gibt es {thing.de['acc']}.")
    return f"{verb} there {thing.en} {where.en}?", f"{where.zh[1:]}有{thing.zh}吗？", f"gibt es {where.de} {thing.de['acc']}?"


def where_is(rng, slots):
    thing = noun_phrase(rng, slots, rng.choice("mspdvlt"), definite=True)
    draw = rng.random()
    if draw < 0.5:
        return f"where {be(thing.person)} {thing.en}?", f"{thing.zh}在哪里？", f"wo {german_be(thing.person)} {thing.de['nom']}?"
    where = place(rng, slots)
    return (f"{thing.en} {be(thing.person)} {where.en}.", f"{thing.zh}{where.zh}。",
            f"{thing.de['nom']} {german_be(thing.person)} {where.de}.")


def located_thing(rng, slots):
    thing = located(rng, slots, noun_phrase(rng, slots, rng.choice("mspt"), definite=True))
    clause = describe(rng, slots, thing, timed=False)
    if rng.random() < 0.7:
        return clause.english + ".", clause.zh + "。", clause.german() + "."
    return clause.english_question + "?", clause.zh + "吗？", clause.german_inverted() + "?"


def who_and_why(rng, slots):
    draw = rng.random()
    if draw < 0.35:
        verb = rng.choice(VERBS)
        thing = noun_phrase(rng, slots, verb.objects)
        return (f"who has {verb.en_participle} {thing.en}?", f"谁{verb.zh}了{thing.zh}？",
                f"wer hat {thing.de['acc']} {verb.de_participle}?")
    clause = _plain_clause(rng, slots)
    if draw < 0.75:
        return f"why {clause.english_question}?", f"为什么{clause.zh}？", f"warum {clause.german_inverted()}?"
    clause = rng.choice((passive, travel))(rng, slots) if rng.random() < 0.5 else passive(rng, slots, timed=False)
    if clause.early:
        return f"why {clause.english_question}?", f"为什么{clause.zh}？", f"warum {clause.german_inverted()}?"
    return f"when {clause.en_question}?", f"{clause.zh_subject}什么时候{clause.zh_rest}？", f"wann {clause.german_inverted()}?"


def how_many(rng, slots):
    noun = rng.choice(nouns("ms"))
    if rng.random() < 0.5:
        owner = noun_phrase(rng, slots, rng.choice("mssl"), definite=True)
        en, zh, de, de_third = rng.choice([("need", "需要", "brauchen", "braucht"), ("have", "有", "haben", "hat"),
                                           ("use", "使用", "benutzen", "benutzt")])
        verb = de if owner.plural else de_third
        return (f"how many {noun.en_plural} {'do' if owner.plural else 'does'} {owner.en} {en}?",
                f"{owner.zh}{zh}多少{noun.measure}{noun.zh}？", f"wie viele {noun.de_plural} {verb} {owner.de['nom']}?")
    where = place(rng, slots)
    adjective = adjective_for(rng, noun.kind)
    return (f"how many {noun.en_plural} are {adjective.en} {where.en}?",
            f"{where.zh[1:]}有多少{noun.measure}{noun.zh}{adjective.zh_is}？",
            f"wie viele {noun.de_plural} sind {where.de} {adjective.de_is}?")


def which(rng, slots):
    noun = rng.choice(nouns("msvlt"))
    adjective = adjective_for(rng, noun.kind)
    ending = {"m": "er", "f": "e", "n": "es"}[noun.gender]
    return (f"which {noun.en} is {adjective.en}?", f"哪{noun.measure}{noun.zh}{adjective.zh_is}？",
            f"welch{ending} {noun.de} ist {adjective.de_is}?")


def wish(rng, slots):
    noun = rng.choice(nouns("dvlt"))
    adjective = adjective_for(rng, noun.kind) if rng.random() < 0.4 else None
    thing = build(noun, "count", adjective, count(rng, slots)) if rng.random() < 0.4 else build(noun, "a", adjective)
    subject = rng.choice([("I", "我", "ich möchte"), ("we", "我们", "wir möchten")])
    draw = rng.random()
    if draw < 0.5:
        return f"{subject[0]} would like {thing.en}.", f"{subject[1]}想要{thing.zh}。", f"{subject[2]} {thing.de['acc']}."
    if draw < 0.75:
        number = slots.number()
        en, zh, de = rng.choice([("nights", "晚", "Nächte"), ("days", "天", "Tage"), ("people", "人", "Personen"), ("hours", "小时", "Stunden")])
        return (f"{subject[0]} would like {thing.en} for {number} {en}.", f"{subject[1]}想要{thing.zh}，{number}{zh}。",
                f"{subject[2]} {thing.de['acc']} für {number} {de}.")
    return f"do you have {thing.en}?", f"您有{thing.zh}吗？", f"haben Sie {thing.de['acc']}?"


def journey(rng, slots):
    draw = rng.random()
    if draw < 0.25:
        name = slots.word()
        return f"how far is it to {name}?", f"到{name}有多远？", f"wie weit ist es bis {name}?"
    if draw < 0.45:
        noun = rng.choice(nouns("v"))
        vehicle = build(noun, "the")
        number = slots.number()
        en, zh, de = rng.choice([("minutes", "分钟", "Minuten"), ("hours", "小时", "Stunden")])
        return (f"{vehicle.en} is {number} {en} late.", f"{vehicle.zh}晚点{number}{zh}。",
                f"{vehicle.de['nom']} hat {number} {de} Verspätung.")
    if draw < 0.6:
        noun, other = rng.choice(nouns("l")), rng.choice(nouns("l"))
        thing, near = build(noun, "a"), build(other, rng.choice(["the", "this"]))
        return (f"is there {thing.en} near {near.en}?", f"{near.zh}附近有{noun.zh}吗？",
                f"gibt es {thing.de['acc']} in der Nähe {near.de['gen']}?")
    subject = agent(rng, slots)
    when = time(rng, slots, "f")
    plain = {"1": "fahre", "s": "fährt", "p": "fahren"}[subject.person]
    verb = "drives" if subject.person == "s" else "drive"
    if rng.random() < 0.5:
        name = slots.word()
        to_en, to_zh, to_de = name, name, f"nach {name}"
    else:
        goal = build(rng.choice(nouns("l")), rng.choice(["the", "the", "this"]))
        to_en, to_zh, to_de = goal.en, goal.zh, contract(f"zu {goal.de['dat']}")
    return (f"{subject.en} {verb} to {to_en} {when.en}.", f"{subject.zh}{when.zh}开车去{to_zh}。",
            f"{subject.de['nom']} {plain} {when.de} {to_de}.")


def maintenance(rng, slots):
    subject = noun_phrase(rng, slots, rng.choice("mmsl"), definite=True)
    draw = rng.random()
    if draw < 0.5:
        when = time(rng, slots, "f")
        en, zh, de = rng.choice([("begins", "开始", "beginnt"), ("ends", "结束", "endet")])
        return (f"the maintenance of {subject.en} {en} {when.en}.", f"{subject.zh}的维护{when.zh}{zh}。",
                f"die Wartung {genitive(subject)} {de} {when.de}.")
    first, last = slots.number(), slots.number()
    clause = describe(rng, slots, subject, timed=False)
    if draw < 0.75:
        return (f"from {first} to {last}, {clause.english}.", f"从{first}到{last}，{clause.zh}。",
                f"von {first} bis {last} Uhr {clause.german_inverted()}.")
    return (f"the maintenance of {subject.en} takes {first} hours.", f"{subject.zh}的维护需要{first}小时。",
            f"die Wartung {genitive(subject)} dauert {first} Stunden.")


def possession(rng, slots):
    subject = agent(rng, slots)
    thing = noun_phrase(rng, slots, rng.choice("mdtv"))
    have = "has" if subject.person == "s" else "have"
    haben = {"1": "habe", "s": "hat", "p": "haben"}[subject.person]
    return f"{subject.en} {have} {thing.en}.", f"{subject.zh}有{thing.zh}。", f"{subject.de['nom']} {haben} {thing.de['acc']}."


def phrase(rng, slots):
    row = rng.choice(PHRASES)
    word = slots.word() if "{w}" in row[0] else ""
    return tuple(text.format(w=word) for text in row)


FAMILIES = ((statement, 30), (question, 12), (request, 12), (conditional_request, 6), (compound, 12), (reported, 5), (alert, 4),
            (quantity, 4), (attribute, 4), (price, 3), (share, 2), (existence, 4), (where_is, 4), (located_thing, 3),
            (who_and_why, 5), (how_many, 3), (which, 1.5), (wish, 3), (journey, 4), (maintenance, 3), (possession, 2), (phrase, 1.5))
_NAMES, _WEIGHTS = [family for family, _ in FAMILIES], [weight for _, weight in FAMILIES]
CONTRACTIONS = (("do not", "don't"), ("does not", "doesn't"), ("did not", "didn't"), ("is not", "isn't"), ("are not", "aren't"),
                ("was not", "wasn't"), ("cannot", "can't"), ("will not", "won't"), ("has not", "hasn't"), ("have not", "haven't"),
                ("should not", "shouldn't"), ("I am", "I'm"), ("we are", "we're"), ("you are", "you're"), ("they are", "they're"))


def sentence(rng):
    """The family's name and one sentence in English, Chinese and German, placeholders numbered as they come in English."""
    family = rng.choices(_NAMES, _WEIGHTS)[0]
    en, zh, de = family(rng, Slots())
    if rng.random() < 0.3:
        en = en.replace("> percent", ">%")
    if rng.random() < 0.25:
        for full, short in CONTRACTIONS:
            en = re.sub(rf"(?<![A-Za-z]){full}(?![A-Za-z])", short, en)
    en, zh, de = _renumber(en, zh, de)
    return family.__name__, _capital(en), _spaced(zh), _capital(de)


def _renumber(*texts):
    names = {}
    for kind in "nw":
        for found in re.findall(rf"<{kind}\d+>", texts[0]):
            names.setdefault(found, f"<{kind}{sum(1 for name in names if name[1] == kind) + 1}>")
    return tuple(re.sub(r"<[nw]\d+>", lambda match: names[match.group()], text) for text in texts)


def _capital(text):
    return text[0].upper() + text[1:]


_HAN = "\u4e00-\u9fff"


def _spaced(text):
    """Chinese with a space between Han characters and Latin words, numbers or placeholders."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(rf"(?<=[{_HAN}]) ?(?=[A-Za-z0-9<])", " ", text)
    text = re.sub(rf"(?<=[A-Za-z0-9>%]) ?(?=[{_HAN}])", " ", text)
    text = re.sub(r"(?<=[A-Za-z0-9>]) ?(?=<)|(?<=>) ?(?=[A-Za-z0-9])", " ", text)
    return re.sub(r" ?([，。？！：]) ?", r"\1", text).strip()
