"""SentencePiece models of a direction and the table of ids they share, in Marian's convention."""

import json
from pathlib import Path

import sentencepiece

from placeholders import slots

# Pieces that the corpus need not hold, so that ordinary punctuation is not unknown.
ASCII = "".join(chr(code) for code in range(33, 127))


def learn(corpus, language, size, out):
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus / f"train.{language}"), model_prefix=str(out.with_suffix("")), vocab_size=size, model_type="unigram",
        character_coverage=1.0, user_defined_symbols=slots("n") + slots("w"), required_chars=ASCII, hard_vocab_limit=False,
        input_sentence_size=40_000, shuffle_input_sentence=False, bos_id=-1, eos_id=0, unk_id=1, pad_id=-1, num_threads=1,
        minloglevel=2, normalization_rule_name="nmt_nfkc")
    Path(str(out.with_suffix("")) + ".model").rename(out)
    Path(str(out.with_suffix("")) + ".vocab").unlink()


def shared_table(*models):
    """</s>, <unk>, all pieces of the models, <pad>."""
    names = ["</s>", "<unk>"]
    for model in models:
        names += [model.id_to_piece(i) for i in range(2, model.get_piece_size())]
    names = list(dict.fromkeys(names)) + ["<pad>"]
    return {name: i for i, name in enumerate(names)}


class Pieces:
    """Text to ids and back, with the files of a model folder."""

    def __init__(self, folder):
        self.source = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
        self.target = sentencepiece.SentencePieceProcessor(model_file=str(folder / "target.spm"))
        self.ids = json.loads((folder / "vocab.json").read_text("utf-8"))
        self._names = {i: name for name, i in self.ids.items()}

    def encode(self, text):
        return self._of(self.source, text)

    def encode_target(self, text):
        return self._of(self.target, text)

    def decode(self, ids):
        special = (self.ids["</s>"], self.ids["<pad>"])
        return self.target.decode_pieces([self._names[i] for i in ids if i not in special])

    def _of(self, model, text):
        unknown = self.ids["<unk>"]
        return [self.ids.get(piece, unknown) for piece in model.encode_as_pieces(text)] + [self.ids["</s>"]]
