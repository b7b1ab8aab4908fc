//go:build !unix

package repl

// suspend does nothing: there is no way to continue.
func suspend() {}
