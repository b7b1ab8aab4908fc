// Package kvs holds the chapter's name server, in Erlang.
package kvs

import _ "embed"

// Source is kvs.erl, for those who want to read or change it: the compiled
// module is part of the library.
//
//go:embed kvs.erl
var Source string
