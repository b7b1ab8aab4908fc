// Package bif holds the functions that are implemented in Go, one file per
// Erlang module; the module erlang, which is large, has one file per subject
// (erlang_*.go). [Table] lists them all for the VM.
//
// A function checks its arguments itself and returns the exception that erl
// raises; the explanation of the arguments ("argument 1: not a list") is made
// by erl_erts_errors and its kin, from the arguments, when somebody prints it.
package bif
