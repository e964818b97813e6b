# The steps of the Kubeflow pipeline and the trials of the Katib experiment: Python, our scripts and the translator. Built
# from the repository's root:
#
#   docker build -f manifests/images/pipeline.Dockerfile -t busbar/pipeline:0.1.0 .
ARG BUILDER=maven:3.9-eclipse-temurin-25
ARG BASE=python:3.11-slim-bookworm

FROM ${BUILDER} AS build
WORKDIR /source
COPY . .
RUN mvn -B -ntp -q -DskipTests -pl inference -am package
RUN manifests/images/runtime inference/target/translator.jar /runtime

FROM ${BASE} AS run
# ONNX Runtime is written in C++.
RUN [ -e /usr/lib/*/libstdc++.so.6 ] || { apt-get update && apt-get install -y --no-install-recommends libstdc++6 && rm -rf /var/lib/apt/lists/*; }
COPY inference/python/requirements.txt /opt/busbar/python/
COPY inference/pipeline/requirements.txt /opt/busbar/pipeline/
RUN pip install --no-cache-dir -r /opt/busbar/pipeline/requirements.txt
COPY inference/python/*.py /opt/busbar/python/
COPY inference/pipeline/*.py /opt/busbar/pipeline/
COPY --from=build /runtime /opt/java
COPY --from=build /source/inference/target/translator.jar /opt/busbar/translator.jar
# Whoever it runs as may write to /tmp alone. ONNX Runtime would count its users over HTTPS.
ENV PYTHONPATH=/opt/busbar/pipeline:/opt/busbar/python HOME=/tmp DJL_CACHE_DIR=/tmp/djl ORT_DISABLE_TELEMETRY=1
USER 65532:65532
