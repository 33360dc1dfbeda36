package sample

import "github.com/spoor-lang/spoor/ast"

// until asks that no event but the last one is one of until.
func (sc *scene) until(st *ast.Sequence) {
	ev := &st.Until.Event
	end := append(sc.implied(ev), conjuncts(ev.Where)...)
	for _, e := range end {
		for n := range ast.Preorder(e) {
			if f, ok := n.(*ast.Field); ok && f.Of != "" {
				return // it depends on the events that it would end
			}
		}
	}
	for _, a := range sc.acts {
		if a.missing || a.step < 0 || a.step == sc.last() && a.runs == 1 {
			continue
		}
		all := make([]ast.Expr, len(end))
		for i, e := range end {
			all[i] = sc.rename(e, a.prefix, nil)
		}
		sc.spare = append(sc.spare, goal{&ast.Logic{Off: ev.Off, Op: ast.And, List: all}, false})
	}
}

// sparing looks for another hit, whose events do not end their own sequence.
func (p *play) sparing() bool {
	if len(p.sc.spare) == 0 {
		return false
	}
	p.sc.rules, p.sc.spared = append(p.sc.rules, p.sc.spare...), true
	vals, err := p.solve(p.sc.goals(-1), &solver{compiler: p.c})
	if err != nil {
		return false
	}
	p.vals, p.hit = vals, p.sc.events(vals, -1)
	return p.proved(p.hit) == nil
}
