// Peak loads all rules of the corpora below SPOOR_SHARED into an engine, and
// prints the most memory that this took from the system, in kB. It links the
// library alone, and so takes what an embedder's program takes more.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/internal/bench"
)

func main() {
	rules, err := bench.Rules(os.DirFS(os.Getenv("SPOOR_SHARED")))
	if err == nil && len(rules) == 0 {
		err = fmt.Errorf("expected rules below SPOOR_SHARED, found none")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "peak:", err)
		os.Exit(1)
	}
	e, _ := engine.New(rules) // the few rules that nothing can run are left out
	rules = nil
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		fmt.Fprintln(os.Stderr, "peak:", err)
		os.Exit(1)
	}
	for line := range strings.Lines(string(status)) {
		if kb, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			fmt.Println(strings.TrimSuffix(strings.TrimSpace(kb), " kB"))
		}
	}
	runtime.KeepAlive(e)
}
