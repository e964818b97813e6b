// Calls Katib's own defaults, validation, trial generator and metrics collector on files; ../ask builds this file as if it
// lay in Katib's module.
package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	configv1beta1 "github.com/kubeflow/katib/pkg/apis/config/v1beta1"
	commonv1beta1 "github.com/kubeflow/katib/pkg/apis/controller/common/v1beta1"
	experimentsv1beta1 "github.com/kubeflow/katib/pkg/apis/controller/experiments/v1beta1"
	"github.com/kubeflow/katib/pkg/controller.v1beta1/experiment/manifest"
	filecollector "github.com/kubeflow/katib/pkg/metricscollector/v1beta1/file-metricscollector"
	"github.com/kubeflow/katib/pkg/webhook/v1beta1/experiment/validator"
	"k8s.io/klog/v2"
	"sigs.k8s.io/yaml"
)

// What Katib is installed with.
//
//go:embed katib-config.yaml
var installed []byte

// configured answers what the controller would read from its configuration in the cluster.
type configured struct {
	manifest.Generator
	config configv1beta1.KatibConfig
}

func (c configured) GetSuggestionConfigData(algorithm string) (configv1beta1.SuggestionConfig, error) {
	for _, known := range c.config.RuntimeConfig.SuggestionConfigs {
		if known.AlgorithmName == algorithm {
			return known, nil
		}
	}
	return configv1beta1.SuggestionConfig{}, fmt.Errorf("Katib is installed without an algorithm %s", algorithm)
}

func (c configured) GetMetricsCollectorConfigData(kind commonv1beta1.CollectorKind) (configv1beta1.MetricsCollectorConfig, error) {
	for _, known := range c.config.RuntimeConfig.MetricsCollectorConfigs {
		if known.CollectorKind == string(kind) {
			return known, nil
		}
	}
	return configv1beta1.MetricsCollectorConfig{}, fmt.Errorf("Katib is installed without a collector %s", kind)
}

func main() {
	if len(os.Args) < 3 {
		fail("usage: ask validate|trial|metrics EXPERIMENT …")
	}
	// The collector logs each line that it reads.
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	var config configv1beta1.KatibConfig
	check(yaml.Unmarshal(installed, &config))
	generator := configured{manifest.New(nil), config}
	experiment := read(os.Args[2])
	switch os.Args[1] {
	case "validate":
		if refused := validator.New(generator).ValidateExperiment(experiment, nil); len(refused) > 0 {
			fail(refused.ToAggregate().Error())
		}
		fmt.Printf("experiment %s: %s %s\n", experiment.Name, experiment.Spec.Objective.Type, experiment.Spec.Objective.ObjectiveMetricName)
	case "trial":
		job, err := generator.GetRunSpecWithHyperParameters(experiment, experiment.Name+"-trial", experiment.Namespace, assignments(os.Args[3:]))
		check(err)
		check(json.NewEncoder(os.Stdout).Encode(job))
	case "metrics":
		collect(experiment, os.Args[3])
	default:
		fail("no verb " + os.Args[1])
	}
}

// read takes no field that Katib does not know.
func read(file string) *experimentsv1beta1.Experiment {
	content, err := os.ReadFile(file)
	check(err)
	experiment := &experimentsv1beta1.Experiment{}
	check(yaml.UnmarshalStrict(content, experiment))
	experiment.SetDefault()
	return experiment
}

func assignments(given []string) []commonv1beta1.ParameterAssignment {
	var all []commonv1beta1.ParameterAssignment
	for _, pair := range given {
		name, value, _ := strings.Cut(pair, "=")
		all = append(all, commonv1beta1.ParameterAssignment{Name: name, Value: value})
	}
	return all
}

func collect(experiment *experimentsv1beta1.Experiment, log string) {
	objective := experiment.Spec.Objective
	names := append([]string{objective.ObjectiveMetricName}, objective.AdditionalMetricNames...)
	var filters []string
	if source := experiment.Spec.MetricsCollectorSpec.Source; source != nil && source.Filter != nil {
		filters = source.Filter.MetricsFormat
	}
	observed, err := filecollector.CollectObservationLog(log, names, filters, commonv1beta1.TextFormat)
	check(err)
	for _, entry := range observed.MetricLogs {
		fmt.Printf("%s %s\n", entry.Metric.Name, entry.Metric.Value)
	}
}

func check(err error) {
	if err != nil {
		fail(err.Error())
	}
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}
