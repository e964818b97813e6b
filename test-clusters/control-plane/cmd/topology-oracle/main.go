// Asks the kubelet's own topology manager policies: one case per line in, as JSON, one answer per line out.
//
//	{"policy":"restricted","resources":[{"total":[4,4],"free":[1,3],"asked":2}]}
//	{"admit":true,"mask":2}
//
// Hints are made as the kubelet's device and CPU managers make them: each set of NUMA nodes with enough free, preferred
// where no smaller set could hold the amount on the empty machine. A mask of 0 means no NUMA node in particular.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/kubelet/cm/topologymanager"
	"k8s.io/kubernetes/pkg/kubelet/cm/topologymanager/bitmask"
)

type resource struct {
	Total []int64 `json:"total"`
	Free  []int64 `json:"free"`
	Asked int64   `json:"asked"`
}

type question struct {
	Policy    string     `json:"policy"`
	Resources []resource `json:"resources"`
}

type answer struct {
	Admit bool   `json:"admit"`
	Mask  uint64 `json:"mask"`
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		var asked question
		if err := json.Unmarshal(in.Bytes(), &asked); err != nil {
			fail(fmt.Errorf("%s: %w", in.Text(), err))
		}
		line, err := json.Marshal(ask(asked))
		if err != nil {
			fail(err)
		}
		fmt.Fprintln(out, string(line))
	}
	if err := in.Err(); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func ask(asked question) answer {
	nodes := make([]int, len(asked.Resources[0].Total))
	for i := range nodes {
		nodes[i] = i
	}
	info := &topologymanager.NUMAInfo{Nodes: nodes}
	var hints []map[string][]topologymanager.TopologyHint
	for i, each := range asked.Resources {
		hints = append(hints, map[string][]topologymanager.TopologyHint{strconv.Itoa(i): hintsFor(nodes, each)})
	}
	hint, admit := policy(asked.Policy, info).Merge(klog.Background(), hints)
	var mask uint64
	if hint.NUMANodeAffinity != nil {
		for _, bit := range hint.NUMANodeAffinity.GetBits() {
			mask |= 1 << bit
		}
	}
	return answer{admit, mask}
}

func policy(name string, info *topologymanager.NUMAInfo) topologymanager.Policy {
	switch name {
	case topologymanager.PolicyNone:
		return topologymanager.NewNonePolicy()
	case topologymanager.PolicyBestEffort:
		return topologymanager.NewBestEffortPolicy(info, topologymanager.PolicyOptions{})
	case topologymanager.PolicyRestricted:
		return topologymanager.NewRestrictedPolicy(info, topologymanager.PolicyOptions{})
	case topologymanager.PolicySingleNumaNode:
		return topologymanager.NewSingleNumaNodePolicy(info, topologymanager.PolicyOptions{})
	}
	fail(fmt.Errorf("there is no policy %q", name))
	return nil
}

func hintsFor(nodes []int, of resource) []topologymanager.TopologyHint {
	least := len(nodes)
	hints := []topologymanager.TopologyHint{}
	bitmask.IterateBitMasks(nodes, func(mask bitmask.BitMask) {
		if sum(of.Total, mask) >= of.Asked {
			least = min(least, mask.Count())
		}
		if sum(of.Free, mask) >= of.Asked {
			hints = append(hints, topologymanager.TopologyHint{NUMANodeAffinity: mask})
		}
	})
	for i := range hints {
		hints[i].Preferred = hints[i].NUMANodeAffinity.Count() == least
	}
	return hints
}

func sum(amounts []int64, mask bitmask.BitMask) int64 {
	var sum int64
	for _, node := range mask.GetBits() {
		sum += amounts[node]
	}
	return sum
}
