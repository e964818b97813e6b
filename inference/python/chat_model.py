"""Writes a tiny decoder-only model in the layout of onnx-community: Qwen2's shape, random weights, a chat template.

`python3 chat_model.py ../src/test/resources/chat-model` writes two folders of the same weights. In `plain` attention is
spelled out and padding is masked (also in half precision), in `grouped` it is the runtime's GroupQueryAttention. Beside them
`expected.json`: prompts, and what a greedy loop here makes of each alone.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.transformers.float16 import convert_float_to_float16
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from runner import session

LAYERS, WIDTH, HEADS, CACHE_HEADS, INNER, POSITIONS, THETA = 2, 64, 4, 2, 32, 256, 10_000.0
HEAD = WIDTH // HEADS
MARKS = ["<|begin|>", "<|end|>", "<|user|>", "<|answer|>"]
THOUGHT = ["<think>", "</think>"]
TEMPLATE = ("{% set ns = namespace(system='') %}{%- for message in messages %}{%- if message['role'] == 'system' %}"
            "{% set ns.system = message['content'] %}{%- endif %}{%- endfor %}{{ bos_token }}{{ ns.system }}"
            "{%- for message in messages %}{%- if message['role'] == 'user' %}{{ '<|user|>' + message['content'] }}{%- endif %}"
            "{%- endfor %}{% if add_generation_prompt %}{{ '<|answer|>' }}{% endif %}")
INSTRUCTION = "{source} {target}: {text}"
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


def tokenizer():
    letters = ["\n"] + [chr(code) for code in range(32, 127)]
    table = {text: number for number, text in enumerate(["<unk>"] + letters)}
    made = Tokenizer(models.BPE(vocab=table, merges=[], unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    made.decoder = decoders.Fuse()
    made.add_special_tokens(MARKS)
    made.add_tokens(THOUGHT)
    return made


def weights(vocabulary, seed):
    rng = np.random.default_rng(seed)

    def normal(*shape, scale=0.25):
        return (rng.standard_normal(shape) * scale).astype(np.float32)

    made = {"embed": normal(vocabulary, WIDTH, scale=1.0), "norm": np.ones(WIDTH, np.float32),
            "head": normal(WIDTH, vocabulary, scale=1.0)}
    for i in range(LAYERS):
        made |= {f"{i}.norm1": np.ones(WIDTH, np.float32), f"{i}.norm2": np.ones(WIDTH, np.float32),
                 f"{i}.q": normal(WIDTH, WIDTH), f"{i}.q_bias": normal(WIDTH),
                 f"{i}.k": normal(WIDTH, CACHE_HEADS * HEAD), f"{i}.k_bias": normal(CACHE_HEADS * HEAD),
                 f"{i}.v": normal(WIDTH, CACHE_HEADS * HEAD), f"{i}.v_bias": normal(CACHE_HEADS * HEAD),
                 f"{i}.o": normal(WIDTH, WIDTH), f"{i}.gate": normal(WIDTH, INNER), f"{i}.up": normal(WIDTH, INNER),
                 f"{i}.down": normal(INNER, WIDTH)}
    angles = np.outer(np.arange(POSITIONS), THETA ** (-np.arange(0, HEAD, 2) / HEAD))
    return made | {"cos": np.cos(angles).astype(np.float32), "sin": np.sin(angles).astype(np.float32)}


class Graph:
    """Nodes in order, with fresh names."""

    def __init__(self, constants):
        self.nodes, self.constants = [], dict(constants)

    def op(self, kind, *inputs, outputs=1, domain="", **attributes):
        names = [f"{kind}_{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, name=f"{kind}_{len(self.nodes)}", domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def constant(self, value):
        value = np.asarray(value)
        name = f"constant_{value.dtype}_{'_'.join(map(str, value.ravel().tolist()))}_{value.ndim}".replace("-", "m")
        self.constants[name] = value
        return name

    def ints(self, *values):
        return self.constant(np.array(values, np.int64))

    def norm(self, name, x):
        squares = self.op("ReduceMean", self.op("Mul", x, x), axes=[-1])
        root = self.op("Sqrt", self.op("Add", squares, self.constant(np.float32(1e-6))))
        return self.op("Mul", self.op("Div", x, root), name)

    def linear(self, name, x, bias=True):
        product = self.op("MatMul", x, name)
        return self.op("Add", product, name + "_bias") if bias else product

    def heads(self, x, count):
        return self.op("Transpose", self.op("Reshape", x, self.ints(0, 0, count, HEAD)), perm=[0, 2, 1, 3])

    def rotate(self, x):
        """The halves of each head turned by its position's angle."""
        cos, sin = (self.op("Unsqueeze", self.op("Gather", name, "position_ids"), self.ints(1)) for name in ("cos", "sin"))
        low, high = self.op("Split", x, outputs=2, axis=3)
        return self.op("Concat", self.op("Sub", self.op("Mul", low, cos), self.op("Mul", high, sin)),
                       self.op("Add", self.op("Mul", high, cos), self.op("Mul", low, sin)), axis=3)

    def mask(self):
        """[batch, 1, fed, all]: a token sees those before it and itself, and no padding."""
        total = self.op("Slice", self.op("Shape", "attention_mask"), self.ints(1), self.ints(2))
        fed = self.op("Slice", self.op("Shape", "input_ids"), self.ints(1), self.ints(2))
        square = self.op("Expand", self.constant(np.float32(-1e9)), self.op("Concat", fed, total, axis=0))
        past = self.op("Squeeze", self.op("Sub", total, fed), self.ints(0))
        causal = self.op("Trilu", square, self.op("Add", past, self.constant(np.int64(1))), upper=1)
        unseen = self.op("Sub", self.constant(np.float32(1)), self.op("Cast", "attention_mask", to=FLOAT))
        return self.op("Add", causal, self.op("Unsqueeze", self.op("Mul", unseen, self.constant(np.float32(-1e9))), self.ints(1, 2)))

    def spelled_out(self, i, q, k, v, mask):
        key = self.op("Concat", f"past_key_values.{i}.key", self.rotate(self.heads(k, CACHE_HEADS)), axis=2)
        value = self.op("Concat", f"past_key_values.{i}.value", self.heads(v, CACHE_HEADS), axis=2)
        # Each head of the cache serves as many heads as there are more of them.
        share = HEADS // CACHE_HEADS
        order = self.ints(*(head // share for head in range(HEADS)))
        query = self.op("Mul", self.rotate(self.heads(q, HEADS)), self.constant(np.float32(HEAD ** -0.5)))
        scores = self.op("MatMul", query, self.op("Transpose", self.op("Gather", key, order, axis=1), perm=[0, 1, 3, 2]))
        share = self.op("Softmax", self.op("Add", scores, mask), axis=-1)
        mixed = self.op("Transpose", self.op("MatMul", share, self.op("Gather", value, order, axis=1)), perm=[0, 2, 1, 3])
        return self.op("Reshape", mixed, self.ints(0, 0, WIDTH)), key, value

    def grouped(self, i, q, k, v, counts, total):
        return self.op("GroupQueryAttention", q, k, v, f"past_key_values.{i}.key", f"past_key_values.{i}.value", counts, total,
                       "cos", "sin", outputs=3, domain="com.microsoft", num_heads=HEADS, kv_num_heads=CACHE_HEADS, do_rotary=1)


def model(parameters, vocabulary, grouped):
    graph = Graph(parameters)
    if grouped:
        ones = graph.op("ReduceSum", "attention_mask", graph.ints(1), keepdims=0)
        counts = graph.op("Cast", graph.op("Sub", ones, graph.constant(np.int64(1))), to=TensorProto.INT32)
        length = graph.op("Gather", graph.op("Shape", "attention_mask"), graph.constant(np.int64(1)), axis=0)
        shared = counts, graph.op("Cast", length, to=TensorProto.INT32)
    else:
        shared = (graph.mask(),)
    x, present = graph.op("Gather", "embed", "input_ids"), []
    for i in range(LAYERS):
        y = graph.norm(f"{i}.norm1", x)
        attend = graph.grouped if grouped else graph.spelled_out
        mixed, key, value = attend(i, *(graph.linear(f"{i}.{part}", y) for part in "qkv"), *shared)
        present += [(f"present.{i}.key", key), (f"present.{i}.value", value)]
        x = graph.op("Add", x, graph.linear(f"{i}.o", mixed, bias=False))
        y = graph.norm(f"{i}.norm2", x)
        gate = graph.linear(f"{i}.gate", y, bias=False)
        gated = graph.op("Mul", graph.op("Mul", gate, graph.op("Sigmoid", gate)), graph.linear(f"{i}.up", y, bias=False))
        x = graph.op("Add", x, graph.linear(f"{i}.down", gated, bias=False))
    last = graph.norm("norm", x)
    if not grouped:
        # The last few positions alone: what newer exports offer.
        first = graph.op("Neg", graph.op("Unsqueeze", "num_logits_to_keep", graph.ints(0)))
        last = graph.op("Slice", last, first, graph.ints(2 ** 62), graph.ints(1))
    outputs = [("logits", graph.op("MatMul", last, "head"))] + present
    graph.nodes += [helper.make_node("Identity", [inner], [name]) for name, inner in outputs]

    def value(name, kind, *shape):
        return helper.make_tensor_value_info(name, kind, shape)

    def cache(name, length):
        return value(name, FLOAT, "batch_size", CACHE_HEADS, length, HEAD)

    inputs = [value("input_ids", INT64, "batch_size", "sequence_length"),
              value("attention_mask", INT64, "batch_size", "total_sequence_length")]
    if not grouped:
        inputs += [value("position_ids", INT64, "batch_size", "sequence_length"), value("num_logits_to_keep", INT64)]
    inputs += [cache(name.replace("present", "past_key_values"), "past_sequence_length") for name, _ in present]
    declared = [value("logits", FLOAT, "batch_size", "sequence_length", vocabulary)]
    declared += [cache(name, "total_sequence_length") for name, _ in present]
    used = {name for node in graph.nodes for name in node.input}
    initializers = [numpy_helper.from_array(array, name) for name, array in graph.constants.items() if name in used]
    made = helper.make_model(helper.make_graph(graph.nodes, "chat", inputs, declared, initializers), producer_name="busbar", ir_version=8,
                             opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)])
    onnx.checker.check_model(made)
    return made


def write(folder, graph, made, vocabulary):
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    onnx.save(graph, folder / "onnx" / "model.onnx")
    made.save(str(folder / "tokenizer.json"))
    end = made.token_to_id("<|end|>")
    files = {
        "config": {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_size": WIDTH, "num_hidden_layers": LAYERS,
                   "num_attention_heads": HEADS, "num_key_value_heads": CACHE_HEADS, "intermediate_size": INNER,
                   "max_position_embeddings": POSITIONS, "rope_theta": THETA, "vocab_size": vocabulary,
                   "bos_token_id": made.token_to_id("<|begin|>"), "eos_token_id": end},
        "generation_config": {"eos_token_id": [end], "pad_token_id": end, "do_sample": True, "temperature": 0.6},
        "tokenizer_config": {"bos_token": {"content": "<|begin|>"}, "eos_token": "<|end|>", "chat_template": TEMPLATE},
        "busbar": {"format": 1, "instruction": INSTRUCTION, "thoughtTokens": 24}}
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n", "utf-8")


def greedy(file, prompt, end, limit):
    """The loop without any batch: one prompt, no padding, all positions from 0."""
    run = session(file)
    names = [value.name for value in run.get_outputs()]
    taken = {value.name for value in run.get_inputs()}
    cache = {name: np.zeros((1, CACHE_HEADS, 0, HEAD), np.float32) for name in taken if name.startswith("past")}
    fed, count, answer = prompt, 0, []
    while len(answer) < limit:
        given = {"input_ids": np.array([fed], np.int64), "attention_mask": np.ones((1, count + len(fed)), np.int64),
                 "position_ids": np.arange(count, count + len(fed))[None], "num_logits_to_keep": np.array(1, np.int64)} | cache
        found = dict(zip(names, run.run(None, {name: array for name, array in given.items() if name in taken})))
        count += len(fed)
        fed = [int(found["logits"][0, -1].argmax())]
        if fed[0] == end:
            break
        answer += fed
        cache = {name.replace("present", "past_key_values"): array for name, array in found.items() if name != "logits"}
    return answer


def main(out, seed=3):
    made = tokenizer()
    vocabulary = made.get_vocab_size()
    parameters = weights(vocabulary, seed)
    for kind in ("plain", "grouped"):
        write(out / kind, model(parameters, vocabulary, kind == "grouped"), made, vocabulary)
    # Weights, cache and scores in halves.
    halves = convert_float_to_float16(onnx.load(out / "plain" / "onnx" / "model.onnx"))
    onnx.save(halves, out / "plain" / "onnx" / "model_fp16.onnx")
    rng, cases = np.random.default_rng(seed), []
    for _ in range(24):
        text = "".join(chr(code) for code in rng.integers(97, 123, rng.integers(1, 24)))
        prompt = f"<|begin|><|user|>{INSTRUCTION.format(source='English', target='German', text=text)}<|answer|>"
        ids = made.encode(prompt, add_special_tokens=False).ids
        answers = [greedy(out / kind / "onnx" / "model.onnx", ids, made.token_to_id("<|end|>"), 40) for kind in ("plain", "grouped")]
        assert answers[0] == answers[1], (text, answers)
        cases.append({"text": text, "prompt": ids, "tokens": answers[0]})
    (out / "expected.json").write_text("[\n" + ",\n".join(map(json.dumps, cases)) + "\n]\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
