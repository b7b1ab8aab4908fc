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
	"strings"
)

//go:generate go run ersh/internal/mklib

//go:embed all:ebin all:include
var files embed.FS

// FS holds the compiled modules as NAME.beam in its root, and the header files
// in the folder include.
func FS() fs.FS { return library{} }

type library struct{}

// Open is fs.FS's.
func (library) Open(name string) (fs.File, error) {
	if name == "include" || strings.HasPrefix(name, "include/") {
		return files.Open(name)
	}
	if name == "." {
		return files.Open("ebin")
	}
	return files.Open("ebin/" + name)
}
