"""SentencePiece models of a direction and the table of ids they share, in Marian's convention."""

import json
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2

from placeholders import slots

# Pieces that the corpus need not hold, so that ordinary punctuation is not unknown.
ASCII = "".join(chr(code) for code in range(33, 127))

WIDE = str.maketrans({",": "，", "?": "？", "!": "！", ":": "："})
NARROW = {ord(wide): chr(narrow_code) for narrow_code, wide in WIDE.items()}


def learn(corpus, language, size, out):
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus / f"train.{language}"), model_prefix=str(out.with_suffix("")), vocab_size=size, model_type="unigram",
        character_coverage=1.0, user_defined_symbols=slots("n") + slots("w"), required_chars=ASCII, hard_vocab_limit=False,
        input_sentence_size=40_000, shuffle_input_sentence=False, bos_id=-1, eos_id=0, unk_id=1, pad_id=-1, num_threads=1,
        minloglevel=2, normalization_rule_name="nmt_nfkc")
    Path(str(out.with_suffix("")) + ".model").rename(out)
    Path(str(out.with_suffix("")) + ".vocab").unlink()


def narrow(text):
    return text.translate(NARROW)


def write_target(learnt, out, language):
    """The SentencePiece model that writes a language.

    nmt_nfkc made Chinese punctuation narrow before the pieces were learnt; what is written must be wide again, so those
    pieces are renamed and the normalisation is left out.
    """
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString(learnt.read_bytes())
    if language == "zh":
        for piece in model.pieces:
            if piece.type == model.SentencePiece.NORMAL:
                piece.piece = piece.piece.translate(WIDE)
        model.normalizer_spec.name, model.normalizer_spec.precompiled_charsmap = "identity", b""
    out.write_bytes(model.SerializeToString())


def names_of(file):
    model = sentencepiece.SentencePieceProcessor(model_file=str(file))
    return [model.id_to_piece(i) for i in range(2, model.get_piece_size())]


def shared_table(*files):
    """</s>, <unk>, all pieces of the models, <pad>."""
    names = list(dict.fromkeys(["</s>", "<unk>", *(name for file in files for name in names_of(file)), "<pad>"]))
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
