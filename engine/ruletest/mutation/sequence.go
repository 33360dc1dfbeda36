package mutation

import (
	"fmt"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
)

func (m *maker) sequence(st *ast.Sequence) {
	m.span("maxspan", st, &st.Maxspan)
	m.keys(st.Steps, &st.Shared, st.Until)
	m.steps(&st.Steps)
	for i := 1; i < len(st.Steps); i++ {
		list := append([]ast.Step(nil), st.Steps...)
		list[i-1], list[i] = list[i], list[i-1]
		m.try(Change, st.Steps[i].Pos(), fmt.Sprintf("step %d before step %d", i+1, i), set(&st.Steps, list))
	}
	m.until(&st.Until)
}

func (m *maker) sample(st *ast.Sample) {
	m.keys(st.Steps, &st.Shared, nil)
	m.steps(&st.Steps)
}

func (m *maker) combine(st *ast.Combine) {
	m.keys(st.Steps, &st.Shared, st.Until)
	m.steps(&st.Steps)
	m.until(&st.Until)
}

// span doubles and halves a length of time.
func (m *maker) span(name string, n ast.Node, at *time.Duration) {
	if *at > 0 {
		for _, to := range [...]time.Duration{2 * *at, *at / 2} {
			m.try(Change, n.Pos(), fmt.Sprintf("%s=%s for %s", name, short(to), short(*at)), set(at, to))
		}
	}
}

// short writes a length of time as rules do: 5m, not 5m0s.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// keys drops each key, from all steps.
func (m *maker) keys(steps []ast.Step, shared *int, until *ast.Step) {
	if len(steps) == 0 {
		return
	}
	all := make([]*ast.Step, 0, len(steps)+1)
	for i := range steps {
		all = append(all, &steps[i])
	}
	if until != nil {
		all = append(all, until)
	}
	for k := range steps[0].By {
		key := steps[0].By[k]
		m.try(Predicate, key.Pos(), "drop by "+m.textOf(key), func() func() {
			var undo []func()
			for _, s := range all {
				if k < len(s.By) {
					undo = append(undo, set(&s.By, without(s.By, k))())
				}
			}
			if k < *shared {
				undo = append(undo, set(shared, *shared-1)())
			}
			return func() {
				for _, u := range undo {
					u()
				}
			}
		})
	}
}

func (m *maker) steps(list *[]ast.Step) {
	for i := range *list {
		s := &(*list)[i]
		m.try(Step, s.Pos(), fmt.Sprintf("drop step %d", i+1), set(list, without(*list, i)))
		m.step(s)
	}
}

func (m *maker) step(s *ast.Step) {
	if s.Runs > 1 {
		m.try(Change, s.Pos(), fmt.Sprintf("runs=%d for %d", s.Runs-1, s.Runs), set(&s.Runs, s.Runs-1))
		m.try(Change, s.Pos(), fmt.Sprintf("runs=%d for %d", s.Runs+1, s.Runs), set(&s.Runs, s.Runs+1))
	}
	m.events(&s.Event)
}

func (m *maker) until(at **ast.Step) {
	if *at != nil {
		m.try(Step, (*at).Pos(), "drop until", set(at, nil))
		m.step(*at)
	}
}
