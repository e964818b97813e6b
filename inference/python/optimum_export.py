"""Has Hugging Face Optimum export small random models, and compares the translator with transformers on them.

Folders that this project did not write: Marian with its decoders merged and apart, and a chat model of Qwen2's shape.

    python3 -m venv .optimum && .optimum/bin/pip install -r requirements-optimum.txt
    .optimum/bin/python optimum_export.py --translator ../target/translator.jar
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.pop(0)  # optimum.py beside this file is our own

import torch
from optimum.exporters.onnx import main_export
from transformers import MarianConfig, MarianMTModel, MarianTokenizer, PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

DEMO = Path(__file__).parent.parent / "demo-model" / "en-de"
CHAT = Path(__file__).parent.parent / "src/test/resources/chat-model/plain"
INSTRUCTION = "Translate the following text from English into German. Answer with the translation alone.\n\n"
LIMIT = 40


def marian(folder):
    """The demo model's tokenizer before weights drawn at random."""
    told = json.loads((DEMO / "config.json").read_text("utf-8"))
    ids = {name: told[name] for name in ("pad_token_id", "eos_token_id", "decoder_start_token_id")}
    shape = {f"{side}_{what}": value for side in ("encoder", "decoder")
             for what, value in (("layers", 2), ("attention_heads", 4), ("ffn_dim", 96))}
    model = MarianMTModel(MarianConfig(vocab_size=told["vocab_size"], decoder_vocab_size=told["vocab_size"], d_model=64,
                                       max_position_embeddings=128, max_length=LIMIT, scale_embedding=True, init_std=0.6,
                                       forced_eos_token_id=None, **ids, **shape)).eval()
    model.save_pretrained(folder)
    for name in ("source.spm", "target.spm", "vocab.json", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copy(DEMO / name, folder)
    tokenizer = MarianTokenizer.from_pretrained(folder)

    def translate(text):
        given = tokenizer(text, return_tensors="pt")
        return tokenizer.decode(model.generate(**given, num_beams=1, do_sample=False, max_length=LIMIT)[0], skip_special_tokens=True)

    return translate


def chat(folder):
    """The tests' tokenizer and template before weights drawn at random."""
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(CHAT / "tokenizer.json"), bos_token="<|begin|>", eos_token="<|end|>")
    tokenizer.chat_template = json.loads((CHAT / "tokenizer_config.json").read_text("utf-8"))["chat_template"]
    end = tokenizer.eos_token_id
    model = Qwen2ForCausalLM(Qwen2Config(vocab_size=len(tokenizer), hidden_size=64, num_hidden_layers=2, num_attention_heads=4,
                                         num_key_value_heads=2, intermediate_size=96, max_position_embeddings=2048,
                                         initializer_range=0.3, tie_word_embeddings=False, bos_token_id=tokenizer.bos_token_id,
                                         eos_token_id=end, pad_token_id=end)).eval()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)

    def translate(text):
        prompt = tokenizer.apply_chat_template([{"role": "user", "content": INSTRUCTION + text}], add_generation_prompt=True,
                                               return_tensors="pt")
        written = model.generate(prompt, attention_mask=torch.ones_like(prompt), do_sample=False, max_new_tokens=LIMIT)
        # As many as are compared: the translator lets a chat model write on. An answer is one line to it.
        return " ".join(tokenizer.decode(written[0, prompt.shape[1]:], skip_special_tokens=True).split())

    return translate


def main():
    arguments = argparse.ArgumentParser(description="Compare the translator with transformers on Optimum's exports.")
    arguments.add_argument("--translator", type=Path, required=True, help="translator.jar")
    arguments.add_argument("--sentences", type=int, default=40)
    options = arguments.parse_args()
    torch.manual_seed(1)
    texts = (DEMO / "unseen.source.txt").read_text("utf-8").splitlines()[:options.sentences]
    with tempfile.TemporaryDirectory() as place, torch.inference_mode():
        place = Path(place)
        for name, make, task in (("Marian", marian, "text2text-generation-with-past"), ("Qwen2", chat, "text-generation-with-past")):
            translate = make(place / name)
            main_export(str(place / name), output=place / name / "en-de", task=task)
            wanted = list(map(translate, texts))
            report(f"{name} as Optimum exports it", place / name / "en-de", texts, wanted, options.translator)
            merged = place / name / "en-de" / "decoder_model_merged.onnx"
            if merged.exists():
                merged.unlink()
                report(f"{name}, its decoders apart", place / name / "en-de", texts, wanted, options.translator)


def report(name, folder, texts, wanted, jar):
    java = str(Path(os.environ["JAVA_HOME"]) / "bin/java") if "JAVA_HOME" in os.environ else "java"
    found = subprocess.run([java, "-jar", str(jar), "translate", "--model", str(folder)], input="\n".join(texts) + "\n",
                           capture_output=True, check=True, text=True, encoding="utf-8").stdout.splitlines()
    same = sum(" ".join(line.split()).startswith(other) for line, other in zip(found, wanted))
    print(f"{name}: {same} of {len(texts)} as transformers writes them, {len(set(wanted))} different", flush=True)


if __name__ == "__main__":
    main()
