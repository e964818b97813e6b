// Reads kind configurations with kind's own parser and checks, which are internal to kind; ../parse therefore builds this
// file as if it lay in kind's module.
package main

import (
	"fmt"
	"os"

	"sigs.k8s.io/kind/pkg/internal/apis/config/encoding"
)

func main() {
	failed := false
	for _, file := range os.Args[1:] {
		cluster, err := encoding.Load(file)
		if err == nil {
			err = cluster.Validate()
		}
		if err != nil {
			failed = true
			fmt.Fprintf(os.Stderr, "%s: %v\n", file, err)
			continue
		}
		fmt.Printf("%s: cluster %s with %d nodes\n", file, cluster.Name, len(cluster.Nodes))
	}
	if failed {
		os.Exit(1)
	}
}
