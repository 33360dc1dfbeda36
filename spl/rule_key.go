package spl

import (
	"fmt"
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
	"go.yaml.in/yaml/v4"
)

// The keys that a detection may have, those among its tags, and those of its
// risk: what is read here, and what is for people and for the build of a
// content pack. Without tags, their keys are the detection's.
var (
	detectionKeys = []string{
		"author", "baselines", "category", "creation_date", "data_source", "datamodel", "date", "deployment", "description",
		"drilldown_searches", "enabled_by_default", "finding", "how_to_implement", "id", "intermediate_findings",
		"known_false_positives", "modification_date", "name", "notes", "rba", "references", "scheduling", "search",
		"status", "tags", "tests", "threat_objects", "throttling", "type", "version",
	}
	tagKeys = []string{
		"analytic_story", "asset_type", "atomic_guid", "cis20", "confidence", "context", "cve", "dataset", "group",
		"impact", "kill_chain_phases", "manual_test", "message", "mitre_attack_id", "nist", "observable", "product",
		"required_fields", "risk_score", "security_domain", "supported_tas", "throttling",
	}
	rbaKeys        = []string{"message", "risk_objects", "threat_objects"}
	findingKeys    = []string{"entity", "title"}
	entitiesKeys   = []string{"entities"}
	deploymentKeys = []string{"alert_action", "author", "date", "description", "id", "name", "scheduling", "tags", "type"}
)

// otherKeys are what people call keys that have another name here.
var otherKeys = map[string]string{
	"suppress": "tags.throttling", "suppression": "tags.throttling",
}

// notes tell of what the file asks for and its rule does not do.
func (f *yamlFile) notes() []ast.Note {
	var list []ast.Note
	own := detectionKeys
	if entry(f.root, "tags") == nil {
		own = slices.Concat(detectionKeys, tagKeys)
	}
	for _, part := range []struct {
		of    string
		n     *yaml.Node
		known []string
	}{
		{"the detection", f.root, own},
		{"tags", entry(f.root, "tags"), tagKeys},
		{"rba", entry(f.root, "rba"), rbaKeys},
		{"finding", entry(f.root, "finding"), findingKeys},
		{"intermediate_findings", entry(f.root, "intermediate_findings"), entitiesKeys},
		{"deployment", entry(f.root, "deployment"), deploymentKeys},
	} {
		if part.n == nil || part.n.Kind != yaml.MappingNode {
			continue
		}
		for i := 0; i+1 < len(part.n.Content); i += 2 {
			key := part.n.Content[i]
			if slices.Contains(part.known, key.Value) {
				continue
			}
			hint := syntax.Suggest(key.Value, part.known)
			if other, ok := otherKeys[key.Value]; ok {
				hint = ": use " + other
			}
			list = append(list, ast.Note{Off: f.at(key), Mistake: true, Text: fmt.Sprintf(
				"the key %q of %s is not known and has no effect%s", key.Value, part.of, hint)})
		}
	}
	if n := entry(entry(f.root, "deployment"), "alert_action"); n != nil {
		list = append(list, ast.Note{Off: f.at(n), Text: "the alert_action of the deployment is left to whoever takes the alerts"})
	}
	return list
}
