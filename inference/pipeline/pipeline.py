"""The Kubeflow pipeline export -> quantise -> evaluate -> publish of a language pair.

    python3 pipeline.py compile OUT.yaml
    python3 pipeline.py run --trained /tmp/trained/en-de --pair en-de --volume /tmp/models     (here, as processes)

Each component is a few lines around a function of steps.py, which is in the image. `./run` starts this with all it needs.
"""

import argparse
import os
import sys
import tempfile
import warnings
from pathlib import Path

from kfp import compiler, dsl, kubernetes, local

HERE = Path(__file__).resolve().parent
IMAGE = "busbar/pipeline:0.1.0"
CLAIM = "translation-models"
MOUNTED = "/mnt/models"
NOBODY = 65532
HEADER = "# Generated from inference/pipeline/pipeline.py: inference/pipeline/run pipeline.py compile FILE\n"


@dsl.component(base_image=IMAGE, install_kfp_package=False)
def export(trained: str, pair: str, model: dsl.Output[dsl.Model]):
    import steps

    steps.export(trained, model.path, pair)


@dsl.component(base_image=IMAGE, install_kfp_package=False)
def quantise(given: dsl.Input[dsl.Model], pair: str, weights: str, prune: int, model: dsl.Output[dsl.Model]):
    import steps

    steps.quantise(given.path, model.path, pair, weights, prune)


@dsl.component(base_image=IMAGE, install_kfp_package=False)
def evaluate(model: dsl.Input[dsl.Model], pair: str, sentences: int, least_exact: float, least_bleu: float,
             quality: dsl.Output[dsl.Metrics]):
    import steps

    exact, bleu = steps.evaluate(model.path, pair, sentences, least_exact, least_bleu)
    quality.log_metric("exact", exact)
    quality.log_metric("bleu", bleu)


@dsl.component(base_image=IMAGE, install_kfp_package=False)
def publish(model: dsl.Input[dsl.Model], volume: str, pair: str, claim: str, batch: int, length: int,
            change: dsl.Output[dsl.Artifact]) -> str:
    from pathlib import Path

    import steps

    version, text = steps.publish(model.path, volume, pair, claim, batch, length)
    Path(change.path).write_text(text, "utf-8")
    return version


@dsl.pipeline(name="translation-pair", description="From a pair's trained weights to its translators, unless it translates too badly.")
def translation_pair(trained: str, pair: str, weights: str = "int8", prune: int = 0, sentences: int = 2000,
                     least_exact: float = 0.0, least_bleu: float = 30.0, volume: str = MOUNTED, batch: int = 64,
                     length: int = 128) -> str:
    exported = export(trained=trained, pair=pair)
    quantised = quantise(given=exported.outputs["model"], pair=pair, weights=weights, prune=prune)
    evaluated = evaluate(model=quantised.outputs["model"], pair=pair, sentences=sentences, least_exact=least_exact, least_bleu=least_bleu)
    published = publish(model=quantised.outputs["model"], volume=volume, pair=pair, claim=CLAIM, batch=batch, length=length)
    published.after(evaluated)
    for task in (exported, quantised, evaluated, published):
        task.set_cpu_request("1").set_memory_request("1Gi").set_memory_limit("4Gi")
        kubernetes.set_security_context(task, run_as_user=NOBODY, run_as_group=NOBODY, run_as_non_root=True)
    # What lies in the volume may change under the same name, so nothing remembered stands for it.
    for task in (exported, published):
        task.set_caching_options(False)
        kubernetes.mount_pvc(task, pvc_name=CLAIM, mount_path=MOUNTED)
    return published.outputs["Output"]


def compile_to(out):
    """As the objects of a Kubeflow that keeps its pipelines in the cluster."""
    options = compiler.KubernetesManifestOptions(
        pipeline_name="translation-pair", pipeline_display_name="Publish a language pair",
        pipeline_version_name="translation-pair-0-1-0", pipeline_version_display_name="0.1.0", include_pipeline_manifest=True,
        namespace="translation")
    compiler.Compiler().compile(translation_pair, str(out), kubernetes_manifest_options=options, kubernetes_manifest_format=True)
    out.write_text(HEADER + out.read_text("utf-8"), "utf-8")


def run(arguments):
    warnings.filterwarnings("ignore", module="kfp.local")  # of limits and images, which a process has not
    os.environ["PYTHONPATH"] = f"{HERE}:{HERE.parent / 'python'}"
    with tempfile.TemporaryDirectory() as root:
        local.init(local.SubprocessRunner(use_venv=False), pipeline_root=root, workspace_root=f"{root}/workspace")
        print("published version:", translation_pair(**arguments).output)


def main():
    arguments = argparse.ArgumentParser(description="Compile the pipeline, or run it here.")
    verbs = arguments.add_subparsers(dest="verb", required=True)
    compiling = verbs.add_parser("compile", help="write it as YAML")
    compiling.add_argument("out", type=Path)
    running = verbs.add_parser("run", help="run it here, each step a process")
    running.add_argument("--trained", required=True, type=os.path.abspath)
    running.add_argument("--pair", required=True)
    running.add_argument("--volume", required=True, type=os.path.abspath)
    for name, kind in (("weights", str), ("prune", int), ("sentences", int), ("least-exact", float), ("least-bleu", float)):
        running.add_argument(f"--{name}", type=kind, default=argparse.SUPPRESS)
    given = vars(arguments.parse_args())
    if given.pop("verb") == "compile":
        return compile_to(given["out"])
    try:
        run(given)
    except RuntimeError as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
