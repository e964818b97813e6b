"""Tests of the scripts: `python3 -m unittest` in this folder, with requirements-train.txt."""

import json
import random
import re
import shutil
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

import chat_model
import optimum
from bleu import bleu
from corpus import fill, triples
from export import export
from lexicon import NOUNS
from marian import Forward, Shape, positions, random_parameters
from phrases import build, contract
from pieces import Pieces, learn, shared_table, write_target
from placeholders import Placeholders, words
from runner import Runner, session

SHAPE = Shape(vocab=300, encoder_layers=2, decoder_layers=2)


class Grammar(unittest.TestCase):
    def test_a_sentence_carries_the_same_placeholders_in_all_languages(self):
        for _, en, zh, de in triples(3000, seed=7):
            slots = [sorted(re.findall(r"<[nw]\d>", text)) for text in (en, zh, de)]
            self.assertEqual([slots[0]] * 2, slots[1:], en)

    def test_german_articles_agree(self):
        switch = next(noun for noun in NOUNS if noun.en == "switch")
        for determiner, case, wanted in (("the", "acc", "den Switch"), ("a", "dat", "einem Switch"), ("these", "dat", "diesen Switches")):
            self.assertEqual(wanted, build(switch, determiner).de[case])
        self.assertEqual("im Rack", contract("in dem Rack"))

    def test_english_decides_the_translation(self):
        seen = {}
        for _, en, zh, de in triples(20_000, seed=3):
            self.assertEqual((zh, de), seen.setdefault(en, (zh, de)))


class Masking(unittest.TestCase):
    PLACEHOLDERS = Placeholders.default({"restart", "node", "at", "please"})

    def test_numbers_and_unknown_words_become_slots(self):
        for text, masked in (("Please restart node gpu-07 at 14:30.", "Please restart node <w1> at <n1>."),
                             ("Restart 3 node, 1.5%!", "Restart <n1> node, <n2>%!"),
                             ("3rd node", "<w1> node")):
            self.assertEqual(masked, self.PLACEHOLDERS.mask(text)[0])

    def test_what_is_masked_comes_back(self):
        rng, known = random.Random(5), set()
        rows = [row for _, *row in triples(2000, seed=5)]
        known = set().union(*(words(row[0]) for row in rows))
        placeholders = Placeholders.default(known)
        for row in rows:
            english, chinese, _ = fill(rng, row)
            masked, stands_for = placeholders.mask(english)
            self.assertEqual(row[0], masked)
            self.assertEqual(chinese, placeholders.fill(row[1], stands_for))


class ChinesePieces(unittest.TestCase):
    def test_what_is_written_keeps_wide_punctuation(self):
        lines = ["节点 <n1> 太热了，请重启。", "节点空闲吗？", "注意：你好！"]
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            (folder / "train.zh").write_text("\n".join(lines * 50), "utf-8")
            learn(folder, "zh", 200, folder / "zh.spm")
            write_target(folder / "zh.spm", folder / "target.spm", "zh")
            shutil.copy(folder / "zh.spm", folder / "source.spm")
            (folder / "vocab.json").write_text(json.dumps(shared_table(folder / "zh.spm", folder / "target.spm")))
            pieces = Pieces(folder)
            for line in lines:
                self.assertEqual(line, pieces.decode(pieces.encode_target(line)))


class Graphs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.parameters = random_parameters(SHAPE, seed=1)
        rng = np.random.default_rng(0)
        cls.source = rng.integers(2, SHAPE.pad, (3, 9))
        cls.source[1, 5:] = SHAPE.pad
        cls.target = np.concatenate([np.full((3, 1), SHAPE.pad), rng.integers(2, SHAPE.pad, (3, 6))], 1)
        tensors = {name: torch.from_numpy(value) for name, value in cls.parameters.items()}
        forward, table = Forward(tensors, SHAPE, torch.float32), torch.from_numpy(positions(SHAPE))
        source = torch.from_numpy(cls.source)
        mask = torch.zeros(source.shape).masked_fill(source == SHAPE.pad, -1e9)[:, None, None, :]
        last = forward.decode(table, torch.from_numpy(cls.target), forward.encode(table, source, mask), mask)
        cls.wanted = (last @ tensors["shared.weight"].T).numpy()
        cls.folder = tempfile.TemporaryDirectory()
        for split in (True, False):
            export(SHAPE, cls.parameters, Path(cls.folder.name), split)
        optimum.write_configuration(Path(cls.folder.name), SHAPE)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_the_first_step_gives_what_pytorch_gives(self):
        mask = (self.source != SHAPE.pad).astype(np.int64)
        states = self._run("encoder_model", {"input_ids": self.source, "attention_mask": mask})["last_hidden_state"]
        given = {"encoder_attention_mask": mask, "encoder_hidden_states": states, "input_ids": self.target}
        empty = {f"past_key_values.{name}": np.zeros((3, SHAPE.heads, 0, 32), np.float32) for name in optimum._names(SHAPE)}
        for name, more in (("decoder_model", {}), ("decoder_model_merged", empty | {"use_cache_branch": np.array([False])})):
            np.testing.assert_allclose(self._run(name, given | more)["logits"], self.wanted, atol=1e-4)

    def test_later_steps_give_what_pytorch_gives(self):
        mask = (self.source != SHAPE.pad).astype(np.int64)
        states = self._run("encoder_model", {"input_ids": self.source, "attention_mask": mask})["last_hidden_state"]
        given = {"encoder_attention_mask": mask, "encoder_hidden_states": states}
        first = self._run("decoder_model", given | {"input_ids": self.target[:, :1]})
        cache = {name.replace("present", "past_key_values"): value for name, value in first.items() if name != "logits"}
        for step in range(1, self.target.shape[1]):
            own = {"input_ids": self.target[:, step:step + 1], "encoder_attention_mask": mask} | cache
            split = self._run("decoder_with_past_model", own)
            merged = self._run("decoder_model_merged", own | given | {"use_cache_branch": np.array([True])})
            for answer in (split, merged):
                np.testing.assert_allclose(answer["logits"][:, 0], self.wanted[:, step], atol=1e-4)
            self.assertEqual(0, merged["present.0.encoder.key"].shape[0])
            cache |= {name.replace("present", "past_key_values"): value for name, value in split.items() if name != "logits"}

    def test_transformers_reads_our_weights_alike(self):
        from transformers import MarianConfig, MarianMTModel

        from compare import hugging_face

        folder = Path(self.folder.name)
        model = MarianMTModel(MarianConfig.from_pretrained(folder)).eval()
        model.load_state_dict(hugging_face(SHAPE, self.parameters), strict=False)
        with torch.inference_mode():
            scores = model(input_ids=torch.from_numpy(self.source), attention_mask=torch.from_numpy(self.source != SHAPE.pad).long(),
                           decoder_input_ids=torch.from_numpy(self.target)).logits
        np.testing.assert_allclose(scores.numpy(), self.wanted, atol=1e-4)

    def test_batches_give_what_single_sentences_give(self):
        runner = Runner(Path(self.folder.name), "")
        sources = [row[row != SHAPE.pad].tolist() for row in self.source]
        self.assertEqual(runner.greedy(sources, 12), [runner.greedy([source], 12)[0] for source in sources])

    def _run(self, name, inputs):
        graph = session(Path(self.folder.name) / f"{name}.onnx")
        return dict(zip([output.name for output in graph.get_outputs()], graph.run(None, inputs)))


class ChatModel(unittest.TestCase):
    def test_the_committed_model_is_what_the_script_writes(self):
        committed = Path("../src/test/resources/chat-model/expected.json")
        with tempfile.TemporaryDirectory() as folder:
            chat_model.main(Path(folder))
            self.assertEqual(committed.read_text("utf-8"), (Path(folder) / "expected.json").read_text("utf-8"))


class Bleu(unittest.TestCase):
    def test_equal_texts_score_100_and_a_missing_word_costs(self):
        text = ["the node is too hot now", "节点太热了，请重启。"]
        self.assertAlmostEqual(100, bleu(text, text))
        self.assertLess(bleu(["the node is very hot now", text[1]], text), 90)


if __name__ == "__main__":
    unittest.main()
