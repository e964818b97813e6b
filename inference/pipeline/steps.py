"""The four steps that bring a language pair from its trained weights to the translators, as plain functions.

A pair's model folder is always called by the pair, as the translator wants it: `en-de`.
"""

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

import onnx

import optimum
from bleu import bleu
from export import describe, models, trained

COMPONENT = """\
# The translators of {pair} on model {version}. Add this folder to the components of your overlay and apply it;
# taking it away again, or naming the version before, rolls back.
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
  - target: {{kind: StatefulSet|Rollout, name: translator-{pair}}}
    patch: |
      - op: add
        path: /spec/template/spec/volumes/-
        value: {{name: models, persistentVolumeClaim: {{claimName: {claim}, readOnly: true}}}}
      - op: add
        path: /spec/template/spec/containers/0/volumeMounts/-
        value: {{name: models, mountPath: /models, subPath: {pair}/{version}, readOnly: true}}
      # What `translator plan` says of this model; the pod's own variable is the first one.
      - {{op: test, path: /spec/template/spec/containers/0/env/0/name, value: BUSBAR_GPU_MEMORY}}
      - {{op: replace, path: /spec/template/spec/containers/0/env/0/value, value: {memory}}}
      - {{op: replace, path: /spec/template/spec/containers/0/resources/limits/busbar.dev~1gpu-memory, value: {memory}}}
"""


class StepError(Exception):
    """What went wrong, in a line for the one who started the pipeline."""


def command():
    """How the translator is started: as the image says, or as BUSBAR_TRANSLATOR does."""
    return shlex.split(os.environ.get("BUSBAR_TRANSLATOR", "/opt/java/bin/java -jar /opt/busbar/translator.jar"))


def translator(*arguments):
    """What it prints."""
    answer = subprocess.run([*command(), *map(str, arguments)], capture_output=True, encoding="utf-8")
    if answer.returncode:
        raise StepError(f"translator {arguments[0]} ended with {answer.returncode}: {answer.stderr.strip()[-2000:]}")
    return answer.stdout


def export(source, out, pair):
    """An Optimum folder with float weights: written from what train.py left, or taken as it is where it is one already."""
    source, out = Path(source), Path(out) / pair
    languages = pair.split("-")
    if len(languages) != 2:
        raise StepError(f"pair is {pair}, expected two languages as in en-de")
    if (source / "weights.npz").exists():
        out.mkdir(parents=True)
        shape, parameters = trained(source)
        for name, model in models(shape, parameters, split=False):
            onnx.save(model, out / f"{name}.onnx")
        describe(source, out, shape, *languages)
    elif (source / "config.json").exists():
        shutil.copytree(source, out)
    else:
        raise StepError(f"{source} holds neither weights.npz (as train.py writes) nor config.json (an Optimum folder)")
    print(f"{out}: {megabytes(out):.1f} MB")


def quantise(given, out, pair, weights, prune):
    print(translator("optimize", Path(given) / pair, Path(out) / pair, "--weights", weights, "--prune", prune))


def evaluate(model, pair, sentences, least_exact, least_bleu):
    """Percent exact and BLEU of the translator on unseen sentences. Too little of either is an error."""
    folder = Path(model) / pair
    given, wanted = ((folder / f"unseen.{side}.txt").read_text("utf-8").splitlines()[:sentences] for side in ("source", "target"))
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        file.write("\n".join(given) + "\n")
        file.flush()
        got = translator("translate", "--model", folder, file.name).splitlines()
    if len(got) != len(wanted):
        raise StepError(f"{len(given)} sentences gave {len(got)} translations, expected {len(wanted)}")
    exact = 100 * sum(one == other for one, other in zip(got, wanted)) / len(wanted)
    score = bleu(got, wanted)
    print(f"{pair}: {exact:.2f} % exact, BLEU {score:.2f}, {len(wanted)} sentences")
    for name, value, least in (("exact", exact, least_exact), ("BLEU", score, least_bleu)):
        if value < least:
            raise StepError(f"{pair} is not published: {name} is {value:.2f}, at least {least:.2f} is asked for")
    return exact, score


def publish(model, volume, pair, claim, batch, length):
    """Puts the folder into the volume whole or not at all, under the name of its content. Returns that name and the change
    that makes translators load it. What was published before stays, so a way back is there."""
    folder = Path(model) / pair
    version, memory = content(folder), memory_of(folder, batch, length)
    place = Path(volume) / pair / version
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".coming-", dir=place.parent))
        try:
            shutil.copytree(folder, work / pair)
            os.chmod(work, 0o755)
            settle(work)
            work.rename(place)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            if not place.exists():  # else somebody published the same at the same time
                raise
    if content(place / pair) != version:
        raise StepError(f"{place} is there but holds something else. Maybe delete it and publish again.")
    change = COMPONENT.format(pair=pair, version=version, claim=claim, memory=memory)
    print(f"{place} is published. kustomization.yaml of its component:\n\n{change}")
    return version, change


def content(folder):
    """A name for what is in a folder."""
    names = {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.rglob("*")) if file.is_file()}
    return hashlib.sha256(json.dumps(names, sort_keys=True).encode()).hexdigest()[:12]


def memory_of(folder, batch, length):
    last = translator("plan", folder, "--batch", batch, "--length", length).splitlines()[-1]
    name, _, amount = last.partition(": ")
    if name != "busbar.dev/gpu-memory":
        raise StepError(f"translator plan ends with {last}, expected busbar.dev/gpu-memory")
    return amount


def settle(folder):
    """So that a rename does not outlive what it names."""
    for file in folder.rglob("*"):
        descriptor = os.open(file, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def megabytes(folder):
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
