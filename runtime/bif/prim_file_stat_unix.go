//go:build linux || darwin || freebsd

package bif

import (
	"io/fs"
	"syscall"

	"golang.org/x/sys/unix"
)

func platformStat(name string, info fs.FileInfo) fileStat {
	s := fileStat{
		readable: unix.Access(name, unix.R_OK) == nil,
		writable: unix.Access(name, unix.W_OK) == nil,
		atime:    info.ModTime(),
		ctime:    info.ModTime(),
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		s.atime, s.ctime = statTimes(st)
		s.mode, s.links, s.inode = uint32(st.Mode), uint64(st.Nlink), uint64(st.Ino)
		s.uid, s.gid = uint64(st.Uid), uint64(st.Gid)
		s.major, s.minor = uint64(st.Dev), uint64(st.Rdev)
	}
	return s
}
