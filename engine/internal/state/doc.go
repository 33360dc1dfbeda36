// Package state writes down what an engine holds, and reads it again: numbers
// as varints, texts with their lengths, and values with a byte for their kind.
// The bytes depend on nothing but what is written, so that they are the same
// on every machine. A [Reader] trusts nothing that it reads.
package state
