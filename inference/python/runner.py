"""A plain greedy decoder over an Optimum folder with a merged decoder: what the other runners are measured against."""

import json

import numpy as np
import onnxruntime


def session(file, threads=1):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


class Runner:
    """Encoder and merged decoder of one folder; `suffix` is "" for fp32 and "_quantized" for int8."""

    def __init__(self, folder, suffix):
        config = json.loads((folder / "config.json").read_text("utf-8"))
        self.pad, self.eos, self.start = (config[f"{name}_token_id"] for name in ("pad", "eos", "decoder_start"))
        self._encoder = session(folder / f"encoder_model{suffix}.onnx")
        self._decoder = session(folder / f"decoder_model_merged{suffix}.onnx")
        self._outputs = [output.name for output in self._decoder.get_outputs()]
        self._empty = {value.name: (value.shape[1], 0, value.shape[3]) for value in self._decoder.get_inputs()
                       if value.name.startswith("past_key_values")}

    def greedy(self, sources, limit, allowed=None):
        """Ids per source; `allowed` says per source which ids it may write (a matrix of booleans)."""
        width, rows = max(map(len, sources)), len(sources)
        ids = np.full((rows, width), self.pad, np.int64)
        for i, source in enumerate(sources):
            ids[i, :len(source)] = source
        mask = (ids != self.pad).astype(np.int64)
        states = self._encoder.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        cache = {name: np.zeros((rows, *shape), np.float32) for name, shape in self._empty.items()}
        last, done, out = np.full((rows, 1), self.start, np.int64), np.zeros(rows, bool), []
        for step in range(limit):
            values = dict(zip(self._outputs, self._decoder.run(self._outputs, {
                "input_ids": last, "encoder_attention_mask": mask, "encoder_hidden_states": states,
                "use_cache_branch": np.array([step > 0]), **cache})))
            logits = values["logits"][:, -1]
            logits[:, self.pad] = -np.inf
            if allowed is not None:
                logits[~allowed] = -np.inf
            last = logits.argmax(-1)[:, None]
            out.append(last[:, 0])
            done |= last[:, 0] == self.eos
            if done.all():
                break
            for name, value in values.items():
                if ".decoder." in name or (step == 0 and ".encoder." in name):
                    cache[name.replace("present", "past_key_values")] = value
        return [row[:row.tolist().index(self.eos)].tolist() if self.eos in row else row.tolist() for row in np.stack(out, 1)]
