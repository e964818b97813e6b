"""Tests of what the steps do to a volume: `./run test_steps.py` in this folder."""

import os
import tempfile
import unittest
from pathlib import Path
from unittest.mock import patch

import steps


class Publish(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.model, self.volume = Path(self.folder.name) / "model", Path(self.folder.name) / "volume"
        (self.model / "en-de" / "onnx").mkdir(parents=True)
        (self.model / "en-de" / "config.json").write_text("{}")
        (self.model / "en-de" / "onnx" / "encoder.onnx").write_text("weights")
        os.environ["BUSBAR_TRANSLATOR"] = "sh -c 'echo busbar.dev/gpu-memory: 7Mi'"

    def publish(self):
        return steps.publish(self.model, self.volume, "en-de", "claim", 64, 128)

    def versions(self):
        return sorted(entry.name for entry in (self.volume / "en-de").iterdir())

    def test_the_same_twice_is_one_version(self):
        first, second = self.publish(), self.publish()
        self.assertEqual(first, second)
        self.assertEqual([first[0]], self.versions())

    def test_another_content_is_another_version_and_the_one_before_stays(self):
        before, _ = self.publish()
        (self.model / "en-de" / "onnx" / "encoder.onnx").write_text("other weights")
        after, change = self.publish()
        self.assertEqual(sorted([before, after]), self.versions())
        self.assertIn(f"subPath: en-de/{after}", change)
        self.assertIn("busbar.dev~1gpu-memory, value: 7Mi}", change)
        self.assertNotIn(before, change)

    def test_what_is_broken_off_leaves_nothing_that_a_translator_could_load(self):
        with patch.object(steps, "settle", side_effect=OSError("no space left")), self.assertRaises(OSError):
            self.publish()
        self.assertEqual([], self.versions())

    def test_a_version_that_somebody_changed_is_not_taken_for_the_published_one(self):
        version, _ = self.publish()
        (self.volume / "en-de" / version / "en-de" / "config.json").write_text("[]")
        with self.assertRaisesRegex(steps.StepError, "holds something else"):
            self.publish()


class Export(unittest.TestCase):
    def test_a_folder_that_is_no_model_is_named(self):
        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(steps.StepError, f"{folder} holds neither"):
            steps.export(folder, Path(folder) / "out", "en-de")


if __name__ == "__main__":
    unittest.main(buffer=True)
