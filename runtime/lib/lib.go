// Package lib embeds the library modules that are written in Erlang. Each
// NAME.erl in this folder is compiled to ebin/NAME.beam by
//
//	go generate ./runtime/lib
//
// so that ersh starts without reading or compiling library source.
package lib

import (
	"embed"
	"io/fs"
)

//go:generate go run ersh/internal/mklib

//go:embed all:ebin
var ebin embed.FS

// FS holds the compiled modules as NAME.beam in its root.
func FS() fs.FS {
	sub, err := fs.Sub(ebin, "ebin")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}
