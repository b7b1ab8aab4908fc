//go:build !(linux || darwin || freebsd)

package bif

import (
	"io/fs"
	"os"
)

func platformStat(name string, info fs.FileInfo) fileStat {
	mode := uint32(info.Mode().Perm())
	if info.IsDir() {
		mode |= 0o040000
	} else if info.Mode().IsRegular() {
		mode |= 0o100000
	}
	f, err := os.Open(name)
	if err == nil {
		f.Close()
	}
	return fileStat{
		atime: info.ModTime(), ctime: info.ModTime(), mode: mode, links: 1,
		readable: err == nil, writable: mode&0o200 != 0,
	}
}
