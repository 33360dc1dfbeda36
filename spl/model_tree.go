package spl

import (
	"errors"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// modelNode is a dataset of a compiled model, or with an empty path the model
// itself.
type modelNode struct {
	path     []string // lineage, root first
	parent   *modelNode
	children []*modelNode
	where    ast.Expr // of this node alone; nil for all
	fields   []modelField

	bare, full func() *ast.Dataset
}

// modelField is a field that a node calculates.
type modelField struct {
	name  string
	value ast.Expr
	plain bool // the event's own field
}

// compile parses the model's texts. It runs once; what it finds wrong is in
// m.err.
func (m *Model) compile() {
	m.compiled.Do(func() {
		c := modelCompiler{m: m}
		m.tree = c.node(nil, &ModelDataset{Name: m.Name, Children: m.Datasets}, 0)
		m.err = errors.Join(c.errs...)
	})
}

type modelCompiler struct {
	m     *Model
	count int
	errs  []error
}

func (c *modelCompiler) node(parent *modelNode, d *ModelDataset, depth int) *modelNode {
	n := &modelNode{parent: parent}
	if parent != nil {
		n.path = append(slices.Clone(parent.path), d.Name)
		n.where = c.condition(d)
		n.fields = c.fields(d)
	}
	n.bare = sync.OnceValue(func() *ast.Dataset { return n.dataset(c.m.Name, true) })
	n.full = sync.OnceValue(func() *ast.Dataset { return n.dataset(c.m.Name, false) })
	for _, child := range d.Children {
		c.count++
		switch {
		case child.Name == "" || strings.ContainsAny(child.Name, ". \t\n"):
			c.errs = append(c.errs, c.m.errorf(d, "expected a dataset's name without dots and blanks, found %q", child.Name))
		case depth > maxModelDepth:
			c.errs = append(c.errs, c.m.errorf(child, "datasets are nested more than %d deep", maxModelDepth))
		case c.count > maxModelDatasets:
			c.errs = append(c.errs, c.m.errorf(child, "the model has more than %d datasets", maxModelDatasets))
		default:
			n.children = append(n.children, c.node(n, child, depth+1))
			continue
		}
		return n
	}
	return n
}

func (c *modelCompiler) condition(d *ModelDataset) ast.Expr {
	if strings.TrimSpace(d.Constraint) == "" {
		return nil
	}
	e, err := parseSearchExpr(d.Constraint)
	if err != nil {
		c.errs = append(c.errs, c.m.errorf(d, "constraint: %v", err))
	}
	return e
}

// vendorProduct is how the Common Information Model names the product that an
// event is of.
const vendorProduct = `case(isnotnull(vendor_product), vendor_product,
	isnotnull(vendor) AND vendor!="unknown" AND isnotnull(product) AND product!="unknown", vendor." ".product,
	isnotnull(vendor) AND vendor!="unknown", vendor." unknown",
	isnotnull(product) AND product!="unknown", "unknown ".product,
	isnotnull(sourcetype), sourcetype,
	true(), "unknown")`

// fields parses a dataset's calculations. Of several for one field, the last
// counts, so that an extension can replace what is there.
func (c *modelCompiler) fields(d *ModelDataset) []modelField {
	all := d.calculated()
	fields := make([]modelField, 0, len(all))
	at := make(map[string]int, len(all))
	for _, f := range all {
		if f.Name == "" || strings.Contains(f.Name, "'") {
			c.errs = append(c.errs, c.m.errorf(d, "expected a field's name, found %q", f.Name))
			continue
		}
		value, err := parseEvalExpr(f.Eval)
		if err != nil {
			c.errs = append(c.errs, c.m.errorf(d, "field %s: %v", f.Name, err))
			continue
		}
		field := modelField{f.Name, value, f.Eval == "'"+f.Name+"'"}
		if i, ok := at[f.Name]; ok {
			fields[i] = field
			continue
		}
		at[f.Name] = len(fields)
		fields = append(fields, field)
	}
	return fields
}

// calculated are all of a dataset's fields that differ from the event's, or
// that its parent lacks.
func (d *ModelDataset) calculated() []CalculatedField {
	var all []CalculatedField
	for _, f := range d.Fields {
		all = append(all, CalculatedField{f, "'" + f + "'"})
	}
	for _, f := range d.Unknown {
		all = append(all, CalculatedField{f, `if(isnull('` + f + `') OR '` + f + `'="", "unknown", '` + f + `')`})
	}
	for _, f := range d.UnknownOrDash {
		all = append(all, CalculatedField{f, `if(isnull('` + f + `') OR '` + f + `'="" OR '` + f + `'="-", "unknown", '` + f + `')`})
	}
	if d.VendorProduct {
		all = append(all, CalculatedField{"vendor_product", vendorProduct})
	}
	return append(all, d.Calculated...)
}

// dataset returns the dataset at a path below the model: a lineage, or the
// end of one, such as a child's name alone. An empty path is the model's only
// root, or all of them together.
func (m *Model) dataset(path string, bare bool) (*ast.Dataset, error) {
	m.compile()
	if m.err != nil {
		return nil, m.err
	}
	n := m.tree
	if path != "" {
		if n = m.tree.find(path); n == nil {
			return nil, errorText("data model %s has no dataset %q%s", m.Name, path, syntax.Suggest(path, m.tree.names()))
		}
	} else if len(n.children) == 1 {
		n = n.children[0]
	}
	if bare {
		return n.bare(), nil
	}
	return n.full(), nil
}

// find looks for the node whose lineage is path, and else for the first whose
// lineage ends with it.
func (n *modelNode) find(path string) *modelNode {
	var ending *modelNode
	for _, d := range n.below() {
		lineage := strings.Join(d.path, ".")
		if lineage == path {
			return d
		}
		if ending == nil && strings.HasSuffix(lineage, "."+path) {
			ending = d
		}
	}
	return ending
}

func (n *modelNode) names() []string {
	var names []string
	for _, d := range n.below() {
		names = append(names, strings.Join(d.path, "."), d.path[len(d.path)-1])
	}
	return names
}

// below are the nodes under n, parents before their children.
func (n *modelNode) below() []*modelNode {
	var all []*modelNode
	for _, c := range n.children {
		all = append(append(all, c), c.below()...)
	}
	return all
}

// dataset makes what a search is told of the node.
func (n *modelNode) dataset(model string, bare bool) *ast.Dataset {
	d := &ast.Dataset{Model: model, Path: n.path, Constraint: n.constraint()}
	for _, c := range n.children {
		if bare {
			d.Nodes = append(d.Nodes, c.bare())
		} else {
			d.Nodes = append(d.Nodes, c.full())
		}
	}
	below := n.below()
	d.Fields = map[string]ast.Expr{nodeName: n.nodeNames(below)}
	if !bare {
		for a := n; a != nil; a = a.parent {
			a.calculate(d.Fields, nil)
		}
		for _, c := range below {
			c.calculate(d.Fields, c.membership(n))
		}
	}
	for a := n; a != nil && len(a.path) > 0; a = a.parent {
		d.Prefixes = append(d.Prefixes, a.prefix())
	}
	for _, c := range below {
		d.Prefixes = append(d.Prefixes, c.prefix())
	}
	sort.SliceStable(d.Prefixes, func(i, j int) bool { return len(d.Prefixes[i]) > len(d.Prefixes[j]) })
	return d
}

func (n *modelNode) prefix() string { return strings.Join(n.path, ".") + "." }

// constraint is what all of the lineage demands, and of a model as a whole
// what one of its roots does.
func (n *modelNode) constraint() ast.Expr {
	if len(n.path) > 0 {
		return conjunction(n.lineage(nil))
	}
	var any []ast.Expr
	for _, c := range n.children {
		if c.where == nil {
			return nil
		}
		any = append(any, c.where)
	}
	return joined(ast.Or, any)
}

// lineage are the conditions of n and its ancestors below top, top's own not
// among them.
func (n *modelNode) lineage(top *modelNode) []ast.Expr {
	if n == nil || n == top {
		return nil
	}
	all := n.parent.lineage(top)
	if n.where != nil {
		all = append(all, n.where)
	}
	return all
}

func conjunction(list []ast.Expr) ast.Expr { return joined(ast.And, list) }

func joined(op ast.Op, list []ast.Expr) ast.Expr {
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	return &ast.Logic{Op: op, List: list}
}

// nodeName is the field that holds the lineages of all nodes that an event
// belongs to. Searches ask it for a child of the dataset that they read.
const nodeName = "nodename"

// nodeNames yields the field nodename of n's events: the lineage of n and of
// each ancestor, and those of the nodes below that the event belongs to.
//
// Here, of an event without a tag, what does not concern tags is asked all
// the same: nobody who looks for failed logons wants every logon, whatever
// tells them apart.
func (n *modelNode) nodeNames(below []*modelNode) ast.Expr {
	names := &ast.Call{Lib: "spl", Name: "mvappend"}
	for i := range n.path {
		names.Args = append(names.Args, &ast.Literal{Value: strings.Join(n.path[:i+1], ".")})
	}
	for _, c := range below {
		var name ast.Expr = &ast.Literal{Value: strings.Join(c.path, ".")}
		if demands := untagged(conjunction(c.lineage(n))); demands != nil {
			name = &ast.Call{Lib: "spl", Name: "if", Args: []ast.Expr{demands, name, &ast.Literal{}}}
		}
		names.Args = append(names.Args, name)
	}
	if len(names.Args) == 1 {
		return names.Args[0]
	}
	return names
}

// untagged lets events without a tag meet what a condition demands of tags.
func untagged(e ast.Expr) ast.Expr {
	switch e := e.(type) {
	case *ast.Match:
		if f, ok := e.X.(*ast.Field); ok && f.Name == "tag" {
			return &ast.Logic{Op: ast.Or, List: []ast.Expr{&ast.IsNull{X: f}, e}}
		}
	case *ast.Logic:
		list := make([]ast.Expr, len(e.List))
		for i, x := range e.List {
			list[i] = untagged(x)
		}
		return &ast.Logic{Off: e.Off, Op: e.Op, List: list}
	}
	return e
}

// membership is true of the events of top that belong to n, and nil if all
// do. An event without a tag belongs to every dataset.
func (n *modelNode) membership(top *modelNode) ast.Expr {
	demands := conjunction(n.lineage(top))
	if demands == nil {
		return nil
	}
	return &ast.Logic{Op: ast.Or, List: []ast.Expr{&ast.IsNull{X: &ast.Field{Name: "tag"}}, demands}}
}

// calculate adds the node's fields under their prefixed names. Where member
// is given, they are null of the events that do not meet it.
func (n *modelNode) calculate(fields map[string]ast.Expr, member ast.Expr) {
	for _, f := range n.fields {
		value := f.value
		if member == nil && f.plain {
			continue // what a prefixed name reads anyway
		}
		if member != nil {
			value = &ast.Call{Lib: "spl", Name: "if", Args: []ast.Expr{member, value, &ast.Literal{}}}
		}
		fields[n.prefix()+f.name] = value
	}
}
