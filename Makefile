# Every verb of the project. `make` lists them.
SHELL := /bin/bash
MVN ?= mvn -B -ntp -Dstyle.color=never
.DEFAULT_GOAL := help

.PHONY: help tools build quick test demo bench fmt control-plane neighbours real-node e2e-node e2e-stack it translate-demo pipeline-demo

help: ## list the verbs
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

tools: ## check for JDK 25, Maven and Go, and install what a package manager offers
	@.ci/tools

build: tools ## build the jars
	$(MVN) -q -DskipTests package

quick: tools ## unit tests, in a minute
	$(MVN) test $(shell .ci/without-data)

test: tools control-plane neighbours real-node ## everything, end to end with the real control plane included
	$(MVN) verify $(shell .ci/without-data)

demo: tools ## serve the bundled cluster and place a handful of translator pods
	@$(MVN) -q -DskipTests -pl extender/app -am package
	@$$(.ci/jdk25)/bin/java -jar extender/app/target/busbar.jar demo

bench: tools ## benchmarks
	@$(MVN) -q -DskipTests -pl extender/app,extender/benchmarks -am package
	@$$(.ci/jdk25)/bin/java -cp extender/benchmarks/target/classes:extender/app/target/busbar.jar dev.busbar.benchmarks.WireBenchmark

fmt: tools ## format the Java sources
	@.ci/format

control-plane: tools ## build and cache the real control plane; last line = its folder
	@test-clusters/control-plane/build

neighbours: tools ## build and cache KEDA and Argo Rollouts for the tests with the real ones
	@test-clusters/neighbours/build keda rollouts

real-node: tools ## get what a real node needs where that can be; says what is in the way
	@.ci/real-node --install || true

e2e-node: tools control-plane ## place pods on real nodes: kubelet, containerd, running containers (Linux, root)
	@.ci/real-node --install
	@$(MVN) -pl test-clusters/e2e-node -am -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false -Dit.test='dev.busbar.testclusters.e2enode.*IT' -Dfailsafe.failIfNoSpecifiedTests=false verify

e2e-stack: tools control-plane ## run manifests/base in containers on a real node: scheduler, agent, translators (Linux, root)
	@.ci/real-node --install
	@$(MVN) -pl test-clusters/e2e-node -am -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false -Dit.test='StackIT,ImagesIT' -Dfailsafe.failIfNoSpecifiedTests=false verify

it: tools control-plane ## one test with real processes, named by TEST: make it TEST=TopologyIT
	@[ -n "$(TEST)" ] || { echo "TEST is not set." >&2; echo "Maybe: make it TEST=TopologyIT" >&2; exit 2; }
	$(MVN) -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false -Dit.test='$(TEST)' -Dfailsafe.failIfNoSpecifiedTests=false verify

translate-demo: tools ## start the translator on the demo model and translate a few sentences
	@[ -f inference/target/translator.jar ] || $(MVN) -q -DskipTests -pl inference -am package
	@inference/demo

pipeline-demo: tools ## run the Kubeflow pipeline on the demo model, each step a process
	@[ -f inference/target/translator.jar ] || $(MVN) -q -DskipTests -pl inference -am package
	@inference/pipeline/demo
