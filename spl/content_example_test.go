package spl_test

import (
	"fmt"
	"testing/fstest"

	"github.com/spoor-lang/spoor/spl"
)

func ExampleLoadContent() {
	c, err := spl.LoadContent(fstest.MapFS{
		"macros/office.yml": {Data: []byte("name: office\ndefinition: parent_process_name IN (winword.exe, excel.exe)\n")},
		"lookups/ports.yml": {Data: []byte("name: ports\nfilename: ports.csv\nmatch_type: WILDCARD(service)\n")},
		"lookups/ports.csv": {Data: []byte("port,service\n22,ssh*\n445,smb*\n")},
		"macros/broken.yml": {Data: []byte("name: broken\n")},
	})
	fmt.Println(c.Macros["office"].Definition)
	fmt.Println(c.Lookups["ports"].Match, c.Lookups["ports"].Table.Columns())
	fmt.Println(err)
	// Output:
	// parent_process_name IN (winword.exe, excel.exe)
	// map[service:WILDCARD] [port service]
	// macros/broken.yml:1:1: expected a definition of macro "broken"
}
