package pipeline_test

import "testing"

func TestTags(t *testing.T) {
	check(t, logins, []spec{
		{"of each field", "id=1 | tags | fields tag::*", []string{"tag::host=lab|old tag::user=staff _time=100"}},
		{"of one", "id=2 | tags user | fields tag::*", []string{"tag::user=staff _time=160"}},
		{"of all in one field", "id=1 | tags outputfield=t | table t", []string{"t=lab|old|staff"}},
		{"with names", "id=1 | tags outputfield=t inclname=t user | table t", []string{"t=user::staff"}},
		{"with names and values", "id=1 | tags outputfield=t inclname=t inclvalue=t user | table t", []string{"t=user::ann::staff"}},
		{"some alone", "id=1 | tags allowed_tags=old | fields tag::*", []string{"tag::host=old _time=100"}},
		{"none", "id=4 | tags host | table id tag::host", []string{"id=4"}},
	})
}

func TestTyper(t *testing.T) {
	check(t, logins, []spec{
		{"by the searches of the types", "id=1 OR id=4 | typer | table id eventtype", []string{"id=4 eventtype=hosted", "id=1 eventtype=ann|hosted"}},
		{"beside those that are there", `id=1 | eval eventtype="own" | typer | table eventtype`, []string{"eventtype=ann|hosted|own"}},
	})
}
