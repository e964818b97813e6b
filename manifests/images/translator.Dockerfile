# A translator with the model of one pair in it. Built from the repository's root:
#
#   docker build -f manifests/images/translator.Dockerfile --build-arg PAIR=en-de -t busbar/translator-en-de:0.1.0 .
#
# For GPUs add: --build-arg PROFILE=-Pgpu --build-arg BASE=nvidia/cuda:13.0.1-cudnn-runtime-ubuntu24.04
# MODELS is the folder in the repository that holds the pair's model folder.
ARG BUILDER=maven:3.9-eclipse-temurin-25
ARG BASE=debian:bookworm-slim

FROM ${BUILDER} AS build
ARG PROFILE=
WORKDIR /source
COPY . .
RUN mvn -B -ntp -q -DskipTests ${PROFILE} -pl inference -am package
RUN manifests/images/runtime inference/target/translator.jar /runtime

FROM ${BASE} AS run
ARG PAIR
ARG MODELS=inference/demo-model
# ONNX Runtime is written in C++.
RUN [ -e /usr/lib/*/libstdc++.so.6 ] || { apt-get update && apt-get install -y --no-install-recommends libstdc++6 && rm -rf /var/lib/apt/lists/*; }
COPY --from=build /runtime /opt/java
COPY --from=build /source/inference/target/translator.jar /opt/busbar/translator.jar
COPY ${MODELS}/${PAIR} /models/${PAIR}
# ONNX Runtime would count its users over HTTPS, and crashes where it finds neither a machine id nor a shell.
ENV ORT_DISABLE_TELEMETRY=1
USER 65532:65532
ENTRYPOINT ["/opt/java/bin/java", "-jar", "/opt/busbar/translator.jar"]
