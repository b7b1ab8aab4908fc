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

//go:embed core.txt
var core string

// Core names the modules that the node itself consists of. No directory of the
// code path replaces them, as none replaces those that erl has loaded when it
// starts; the library's other modules give way to a directory in front.
func Core() []string { return strings.Fields(core) }
