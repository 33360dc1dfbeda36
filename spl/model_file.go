package spl

import (
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

// ParseModel reads a data model from YAML or JSON. The name is for errors.
//
//	model: Endpoint
//	extends: true              # keep what the built-in model of that name has
//	datasets:
//	  - name: Processes
//	    where: tag=process tag=report      # search text
//	    unknown: [dest, user]              # "unknown" where missing or empty
//	    unknown_or_dash: [status]          # also where "-"
//	    vendor_product: true               # made of vendor and product
//	    calculated:
//	      process_name: lower(process_name) # eval text over the event's fields
//	    fields: [process_id]               # as in the event
//	    children:
//	      - name: Signed_Processes
//	        where: signed=true
//
// It also reads the JSON files of a Splunk app's data/models, of which it
// takes constraints and eval expressions; there, a calculation may build on
// another one, and here it sees the event's fields. Roots that are searches
// with pipes, or transactions, are left out.
//
// The model is nil if it has no name. The error joins what is wrong.
func ParseModel(name string, data []byte) (*Model, error) {
	f, err := readYAML(name, data)
	if err != nil {
		return nil, err
	}
	m := f.model()
	if m == nil {
		return nil, f.err()
	}
	if f.flag(f.root, "extends", false) {
		f.extend(m)
	}
	return m, f.checked(m)
}

// model reads the file as a model, without what it extends; nil if it names
// none.
func (f *yamlFile) model() *Model {
	m := &Model{Name: f.text(f.root, "model")}
	if splunk := f.text(f.root, "modelName"); splunk != "" {
		m.Name, m.Datasets = splunk, f.objects()
	} else {
		r := modelReader{yamlFile: f}
		m.Datasets = r.datasets(f.root, "datasets")
	}
	if m.Name == "" {
		f.errorf(f.root, "expected the name of a model")
		return nil
	}
	return m
}

// checked compiles the model, unless its file has errors of its own.
func (f *yamlFile) checked(m *Model) error {
	if len(f.errs) == 0 {
		if err := m.check(); err != nil {
			f.errorf(f.root, "%v", err)
		}
	}
	return f.err()
}

func (f *yamlFile) extend(m *Model) {
	base, ok := BuiltinModel(m.Name)
	if !ok {
		f.errorf(entry(f.root, "extends"), "there is no built-in data model %q to extend", m.Name)
		return
	}
	m.merge(base)
}

// modelReader reads the datasets of a file, of which it counts: with anchors,
// a short file may spell out very many.
type modelReader struct {
	*yamlFile
	count int
}

// datasets reads the datasets at a key.
func (f *modelReader) datasets(n *yaml.Node, key string) []*ModelDataset {
	var list []*ModelDataset
	for _, n := range f.items(n, key) {
		if f.count++; f.count > maxModelDatasets {
			f.errorf(n, "the model has more than %d datasets", maxModelDatasets)
			break
		}
		d := &ModelDataset{
			Name:          f.text(n, "name"),
			Constraint:    f.text(n, "where"),
			Unknown:       f.texts(n, "unknown"),
			UnknownOrDash: f.texts(n, "unknown_or_dash"),
			VendorProduct: f.flag(n, "vendor_product", false),
			Fields:        f.texts(n, "fields"),
			Children:      f.datasets(n, "children"),
		}
		for field, value := range pairs(entry(n, "calculated")) {
			d.Calculated = append(d.Calculated, CalculatedField{field, f.scalar(value, field)})
		}
		if d.Name == "" {
			f.errorf(n, "expected a dataset's name")
		}
		list = append(list, d)
	}
	return list
}

// objects reads the datasets of Splunk's own form, which lists children
// beside their parents.
func (f *yamlFile) objects() []*ModelDataset {
	var roots []*ModelDataset
	byName := map[string]*ModelDataset{}
	for _, n := range f.items(f.root, "objects") {
		d := f.object(n)
		parent := f.text(n, "parentName")
		switch parent {
		case "BaseEvent":
			roots = append(roots, d)
		case "BaseSearch":
			if d.Constraint = f.text(n, "baseSearch"); strings.Contains(d.Constraint, "|") {
				continue
			}
			roots = append(roots, d)
		case "BaseTransaction":
			continue
		default:
			p := byName[parent]
			if p == nil {
				continue // of a root that is left out
			}
			p.Children = append(p.Children, d)
		}
		byName[d.Name] = d
	}
	return roots
}

func (f *yamlFile) object(n *yaml.Node) *ModelDataset {
	d := &ModelDataset{Name: f.text(n, "objectName")}
	var constraints []string
	for _, c := range f.items(n, "constraints") {
		constraints = append(constraints, "("+f.text(c, "search")+")")
	}
	d.Constraint = strings.Join(constraints, " ")
	for _, field := range f.items(n, "fields") {
		d.Fields = append(d.Fields, f.text(field, "fieldName"))
	}
	for _, c := range f.items(n, "calculations") {
		if !strings.EqualFold(f.text(c, "calculationType"), "Eval") {
			continue
		}
		for _, out := range f.items(c, "outputFields") {
			d.Calculated = append(d.Calculated, CalculatedField{f.text(out, "fieldName"), f.text(c, "expression")})
		}
	}
	return d
}

// builtins are the models in the folder data/models, each read when it is
// first asked for. A file is named after its model.
var builtins = sync.OnceValue(func() map[string]func() (*Model, error) {
	entries, err := data.ReadDir(modelFolder)
	if err != nil {
		panic(err) // the folder is part of the program
	}
	all := map[string]func() (*Model, error){}
	for _, e := range entries {
		all[stem(e.Name())] = sync.OnceValues(func() (*Model, error) {
			text, err := data.ReadFile(modelFolder + "/" + e.Name())
			if err != nil {
				return nil, err
			}
			f, err := readYAML(e.Name(), text)
			if err != nil {
				return nil, err
			}
			m := f.model()
			return m, f.checked(m)
		})
	}
	return all
})

const modelFolder = "data/models"

func builtinModel(name string) (*Model, bool, error) {
	load, ok := builtins()[name]
	if !ok {
		return nil, false, nil
	}
	m, err := load()
	return m, true, err
}

func builtinModelNames() []string {
	var names []string
	for name := range builtins() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
