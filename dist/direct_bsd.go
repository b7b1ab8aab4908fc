//go:build unix && !linux

package dist

import "syscall"

func rawRead(fd uintptr, b []byte) (int, error)  { return syscall.Read(int(fd), b) }
func rawWrite(fd uintptr, b []byte) (int, error) { return syscall.Write(int(fd), b) }

// rawReadBoth leaves b for another time.
func rawReadBoth(fd uintptr, a, _ []byte) (int, error) { return rawRead(fd, a) }
