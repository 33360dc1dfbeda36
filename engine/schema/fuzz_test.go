package schema

import (
	"strings"
	"testing"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// readAll reads every field of every event; nothing may panic.
func readAll(e event.Event) {
	v, ok := e.Fields.(event.Viewer)
	if !ok {
		return
	}
	for _, view := range []string{ast.ViewECS, ast.ViewCIM} {
		f := v.View(view)
		for name := range f.(event.Lister).Names() {
			f.Field(name)
		}
	}
}

func FuzzParseXML(f *testing.F) {
	f.Add("<Event><System><EventID>1</EventID></System><EventData><Data Name='Image'>a</Data></EventData></Event>")
	s := Windows()
	f.Fuzz(func(t *testing.T, text string) {
		for e := range s.ParseXML(strings.NewReader(text)) {
			readAll(e)
		}
	})
}

func FuzzParseNDJSON(f *testing.F) {
	f.Add(`{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","CommandLine":"a \"b"}`)
	s := Windows()
	f.Fuzz(func(t *testing.T, text string) {
		for e := range s.ParseNDJSON(strings.NewReader(text)) {
			readAll(e)
		}
	})
}
