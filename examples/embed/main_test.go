package main

// Example runs the program as it stands.
func Example() {
	main()
	// Output: 12:00:30 Office calls out on a
}
