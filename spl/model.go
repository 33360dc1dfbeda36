package spl

import (
	"fmt"
	"sync"
)

// Model is a data model: which events belong to a kind, and how its fields
// are had from them. [ParseModel] reads one; [BuiltinModel] returns a copy of
// one of the Common Information Model's, to be altered.
//
// A Model must not be changed once a search has used it.
type Model struct {
	Name     string
	Datasets []*ModelDataset // the roots

	compiled sync.Once
	tree     *modelNode // the model itself, its roots below
	err      error
}

// ModelDataset is one node of a [Model].
type ModelDataset struct {
	Name string
	// Constraint is search text: which of the parent's events belong to the
	// dataset. Empty means all. It is asked of events that have a tag, and
	// others belong to every dataset.
	Constraint string
	// Unknown are the fields that are "unknown" where they are missing or
	// empty.
	Unknown []string
	// UnknownOrDash are those that are also "unknown" where they are "-".
	UnknownOrDash []string
	// Calculated are the fields that an eval expression yields. It sees the
	// event's own fields, not other calculated ones.
	Calculated []CalculatedField
	// VendorProduct adds the field vendor_product, which is made of vendor
	// and product, or of the source's type.
	VendorProduct bool
	// Fields are those that the dataset adds to its parent's as they are in
	// the event. They matter where a search reads the parent: of the
	// parent's events that do not belong to this dataset, they are null.
	Fields   []string
	Children []*ModelDataset
}

// CalculatedField is a field of a [ModelDataset] and the eval expression that
// yields it.
type CalculatedField struct{ Name, Eval string }

// The limits of a model. The Common Information Model has four levels and
// some thirty datasets; beyond these, every dataset would carry the fields of
// thousands.
const (
	maxModelDepth    = 16
	maxModelDatasets = 1000
)

// BuiltinModel returns a copy of a built-in model, and false if there is none
// of that name.
func BuiltinModel(name string) (*Model, bool) {
	m, ok, err := builtinModel(name)
	if !ok || err != nil {
		return nil, false
	}
	return &Model{Name: m.Name, Datasets: copyDatasets(m.Datasets)}, true
}

func copyDatasets(list []*ModelDataset) []*ModelDataset {
	var copies []*ModelDataset
	for _, d := range list {
		c := *d
		c.Unknown = append([]string(nil), d.Unknown...)
		c.UnknownOrDash = append([]string(nil), d.UnknownOrDash...)
		c.Calculated = append([]CalculatedField(nil), d.Calculated...)
		c.Fields = append([]string(nil), d.Fields...)
		c.Children = copyDatasets(d.Children)
		copies = append(copies, &c)
	}
	return copies
}

// merge lets what m says of a dataset count beside what base says: m's
// constraint, if it has one, and m's fields; base's datasets that m does not
// name stay.
func (m *Model) merge(base *Model) { m.Datasets = mergeDatasets(base.Datasets, m.Datasets) }

func mergeDatasets(base, more []*ModelDataset) []*ModelDataset {
	merged := copyDatasets(base)
	for _, d := range more {
		old := findDataset(merged, d.Name)
		if old == nil {
			merged = append(merged, d)
			continue
		}
		if d.Constraint != "" {
			old.Constraint = d.Constraint
		}
		old.Unknown = append(old.Unknown, d.Unknown...)
		old.UnknownOrDash = append(old.UnknownOrDash, d.UnknownOrDash...)
		old.Calculated = append(old.Calculated, d.Calculated...)
		old.VendorProduct = old.VendorProduct || d.VendorProduct
		old.Fields = append(old.Fields, d.Fields...)
		old.Children = mergeDatasets(old.Children, d.Children)
	}
	return merged
}

func findDataset(list []*ModelDataset, name string) *ModelDataset {
	for _, d := range list {
		if d.Name == name {
			return d
		}
	}
	return nil
}

// check tells what is wrong with the model, dataset by dataset, all of it
// compiled.
func (m *Model) check() error {
	m.compile()
	return m.err
}

func (m *Model) errorf(d *ModelDataset, format string, args ...any) error {
	return fmt.Errorf("data model %s, dataset %s: %s", m.Name, d.Name, fmt.Sprintf(format, args...))
}
