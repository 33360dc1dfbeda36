package bench

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/expr-lang/expr/vm"
	"github.com/google/cel-go/cel"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/eql"
)

// processEvent is an event of 25 fields and some thousand bytes.
func processEvent(i int, image, line string) engine.Map {
	m := engine.Map{
		"event.category": "process", "event.type": "start", "host.name": fmt.Sprintf("host-%d", i%17),
		"process.name": image, "process.executable": `C:\Windows\System32\` + image, "process.command_line": line,
		"process.parent.name": "services.exe", "user.name": "SYSTEM", "process.pid": 4000 + i,
	}
	for j := range 16 {
		m[fmt.Sprintf("other.field%d", j)] = fmt.Sprintf("value %d of the event with the number %d", j, i)
	}
	return m
}

// flatten gives an event names that all languages can write, beside its own.
func flatten(m engine.Map) map[string]any {
	flat := map[string]any{
		"category": m["event.category"], "name": m["process.name"], "line": m["process.command_line"],
		"parent": m["process.parent.name"], "path": m["process.executable"], "user": m["user.name"],
	}
	for k, v := range m {
		if strings.HasPrefix(k, "other.") {
			flat[k] = v
		}
	}
	return flat
}

// madeEvents are 200 events, of which two meet a rule.
func madeEvents(rules int) []engine.Event {
	evs := make([]engine.Event, 200)
	for i := range evs {
		m := processEvent(i, "svchost.exe", `C:\Windows\system32\svchost.exe -k netsvcs -p -s Schedule --session `+strconv.Itoa(i*7919))
		if i%100 == 50 {
			k := rules / 2 &^ 3
			m["process.name"], m["process.command_line"] = fmt.Sprintf("TOOL%d.exe", k), fmt.Sprintf("tool -r:HOST%d cmd", k)
		}
		evs[i] = engine.Event{ID: strconv.Itoa(i), Time: time.Unix(int64(i), 0), Fields: m}
	}
	return evs
}

// madeRule is a rule in the languages of all.
type madeRule struct{ eql, expr, cel string }

// remote is the shape of a rule on a name and an argument.
func remote(i int) madeRule {
	return madeRule{
		fmt.Sprintf(`process.name : "tool%d.exe" and process.command_line : "*-r:host%d *"`, i, i),
		fmt.Sprintf(`lower(name) == "tool%d.exe" && lower(line) contains "-r:host%d "`, i, i),
		fmt.Sprintf(`name.lowerAscii() == "tool%d.exe" && line.lowerAscii().contains("-r:host%d ")`, i, i),
	}
}

// shapes are rules on exact values, and mixed ones: of these a quarter each has
// an exact value, one of three parts, two parts and an exception, and a parent and
// an ending.
var shapes = map[string]func(i int) madeRule{
	"exact": remote,
	"mixed": func(i int) madeRule {
		switch i % 4 {
		case 0:
			return remote(i)
		case 1:
			return madeRule{
				fmt.Sprintf(`process.command_line : ("*alpha%d-x*", "*beta%d-x*", "*gamma%d-x*")`, i, i, i),
				fmt.Sprintf(`any(["alpha%d-x", "beta%d-x", "gamma%d-x"], lower(line) contains #)`, i, i, i),
				fmt.Sprintf(`["alpha%d-x", "beta%d-x", "gamma%d-x"].exists(p, line.lowerAscii().contains(p))`, i, i, i),
			}
		case 2:
			return madeRule{
				fmt.Sprintf(`process.command_line : "*left%d-y*" and process.command_line : "*right%d-y*" and not user.name : "u%d"`, i, i, i),
				fmt.Sprintf(`lower(line) contains "left%d-y" && lower(line) contains "right%d-y" && lower(user) != "u%d"`, i, i, i),
				fmt.Sprintf(`line.lowerAscii().contains("left%d-y") && line.lowerAscii().contains("right%d-y") && user.lowerAscii() != "u%d"`, i, i, i),
			}
		}
		return madeRule{
			fmt.Sprintf(`process.parent.name : "parent%d.exe" and process.executable : "*\\child%d.exe"`, i, i),
			fmt.Sprintf(`lower(parent) == "parent%d.exe" && lower(path) endsWith "\\child%d.exe"`, i, i),
			fmt.Sprintf(`parent.lowerAscii() == "parent%d.exe" && path.lowerAscii().endsWith("\\child%d.exe")`, i, i),
		}
	},
}

// BenchmarkRules asks many rules of an event. One event in a hundred meets one.
func BenchmarkRules(b *testing.B) {
	for _, shape := range []string{"exact", "mixed"} {
		for _, n := range []int{1, 10, 100, 1000, 5000} {
			evs := madeEvents(n)
			e := madeEngine(b, n, shapes[shape])
			name := shape + "/rules=" + strconv.Itoa(n) + "/by="
			b.Run(name+"spoor", func(b *testing.B) {
				play(b, e, evs)
			})
			if n > 1000 { // the others grow in step with the rules
				continue
			}
			flat := make([]map[string]any, len(evs))
			for i := range evs {
				flat[i] = flatten(evs[i].Fields.(engine.Map))
			}
			b.Run(name+"expr", func(b *testing.B) {
				var programs []*vm.Program
				for i := range n {
					programs = append(programs, exprProgram(b, shapes[shape](i).expr))
				}
				var machine vm.VM
				b.ResetTimer()
				each(b, func(i int) {
					for _, p := range programs {
						if _, err := machine.Run(p, flat[i%len(flat)]); err != nil {
							b.Fatal(err)
						}
					}
				})
			})
			b.Run(name+"cel", func(b *testing.B) {
				var programs []cel.Program
				for i := range n {
					programs = append(programs, celProgram(b, shapes[shape](i).cel))
				}
				b.ResetTimer()
				each(b, func(i int) {
					for _, p := range programs {
						celAsk(b, p, flat[i%len(flat)])
					}
				})
			})
		}
	}
}

func madeEngine(b *testing.B, n int, shape func(i int) madeRule) *engine.Engine {
	rules := make([]*ast.Rule, n)
	for i := range rules {
		q, err := eql.Parse("made", "process where "+shape(i).eql)
		if err != nil {
			b.Fatal(err)
		}
		rules[i] = &ast.Rule{ID: strconv.Itoa(i), Name: strconv.Itoa(i), Query: q}
	}
	e, err := engine.New(rules)
	if err != nil {
		b.Fatal(err)
	}
	return e
}

// BenchmarkList grows one list of names.
func BenchmarkList(b *testing.B) {
	for _, n := range []int{10, 100, 1000, 10000} {
		e := madeEngine(b, 1, func(int) madeRule {
			names := make([]string, n)
			for i := range names {
				names[i] = fmt.Sprintf(`"tool%d.com"`, i)
			}
			return madeRule{eql: "process.name in~ (" + strings.Join(names, ", ") + ")"}
		})
		evs := madeEvents(n)
		b.Run("members="+strconv.Itoa(n)+"/by=spoor", func(b *testing.B) {
			play(b, e, evs)
		})
	}
}
