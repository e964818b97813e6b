"""One trial of manifests/components/kubeflow/experiment.yaml: what a translator with these settings can carry.

    python3 trial.py --trained /tmp/trained/en-de --pair en-de --batch 32 --delay 3 --precision int8

It makes the model in the precision asked for, serves it, sends requests at one rate after the other whether or not earlier
ones are answered, and prints one `name=value` a line, which is what Katib's collector reads. `capacity` is the most answers
a second at a rate of which no request was refused and 99 of 100 were answered within --p99 milliseconds; it is 0 where no
rate was carried, or where the model translates worse than --least-bleu.
"""

import argparse
import re
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import steps

START_SECONDS = 120
COLUMNS = ("rate", "done", "ok", "refused", "failed", "p50", "p99", "p99_refused", "batch")


@contextmanager
def serving(models, settings):
    """The address of a translator that is ready."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        command = [*steps.command(), "serve", "--models", str(models), "--config", str(settings), "--listen", "127.0.0.1:0"]
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield ready(process, log)
        finally:
            process.terminate()
            process.wait(60)


def ready(process, log):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        log.seek(0)
        listening = re.search(r"listening on (http\S+)", log.read())
        if listening and answers(listening[1] + "/ready"):
            return listening[1]
        time.sleep(0.1)
    log.seek(0)
    raise steps.StepError(f"the translator was not ready within {START_SECONDS} s: {log.read()[-2000:]}")


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except urllib.error.URLError:
        return False


def drive(url, folder, target, rates, seconds):
    """A row a rate. The first rate goes twice, and its first row, of programs that still get compiled, is left out."""
    said = steps.translator("drive", "--url", url, "--sentences", folder / "unseen.source.txt", "--to", target,
                            "--rates", ",".join(map(str, [rates[0], *rates])), "--seconds", seconds)
    rows = [dict(zip(COLUMNS, map(float, line.split()))) for line in said.splitlines()[1:]]
    for row in rows[1:]:
        print("  ".join(f"{name} {value:g}" for name, value in row.items()), flush=True)
    return rows[1:]


def carried(rows, p99):
    """The best of the rows that were carried; else the first."""
    good = [row for row in rows if not row["refused"] and not row["failed"] and row["p99"] <= p99]
    return (max(good, key=lambda row: row["done"]), True) if good else (rows[0], False)


def main():
    arguments = argparse.ArgumentParser(description="Measure a translator with these settings.")
    arguments.add_argument("--trained", required=True, type=Path, help="as for the pipeline's export")
    arguments.add_argument("--pair", required=True)
    arguments.add_argument("--batch", type=int, required=True, help="batch.maxRows")
    arguments.add_argument("--delay", type=int, required=True, help="batch.maxWaitMillis")
    arguments.add_argument("--precision", choices=("int8", "fp32"), required=True)
    arguments.add_argument("--rates", type=lambda text: [int(rate) for rate in text.split(",")], default=[25, 50, 100, 200])
    arguments.add_argument("--seconds", type=int, default=10, help="at each rate")
    arguments.add_argument("--p99", type=float, default=500, help="milliseconds")
    arguments.add_argument("--least-bleu", type=float, default=0)
    arguments.add_argument("--sentences", type=int, default=2000)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as work:
        floats, model, settings = Path(work) / "floats", Path(work) / "model", Path(work) / "settings.yaml"
        steps.export(options.trained, floats, options.pair)
        steps.quantise(floats, model, options.pair, options.precision, 0)
        exact, bleu = steps.evaluate(model, options.pair, options.sentences, 0, 0)
        settings.write_text(f"batch: {{maxRows: {options.batch}, maxWaitMillis: {options.delay}}}\n")
        with serving(model, settings) as url:
            rows = drive(url, model / options.pair, options.pair.split("-")[1], options.rates, options.seconds)
    best, enough = carried(rows, options.p99)
    capacity = best["done"] if enough and bleu >= options.least_bleu else 0
    for name, value in (("capacity", capacity), ("p99_milliseconds", best["p99"]), ("bleu", bleu), ("exact", exact)):
        print(f"{name}={value:.2f}")


if __name__ == "__main__":
    main()
