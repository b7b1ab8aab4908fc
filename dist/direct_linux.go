package dist

import (
	"syscall"
	"unsafe"
)

// rawRead and rawWrite are system calls that Go's scheduler is not told of.
// On a descriptor that never waits they may be, and for messages that come one
// by one they should be: a call that it is told of wakes the runtime's monitor
// thread whenever the program was idle before, and that thread then looks
// every 20 µs what has become of it. That took a fifth of a remote call's
// processor time. The scheduler's workers see to it that the monitor runs when
// there is work for longer (vm.worker.park).
func rawRead(fd uintptr, b []byte) (int, error)  { return raw(syscall.SYS_READ, fd, b) }
func rawWrite(fd uintptr, b []byte) (int, error) { return raw(syscall.SYS_WRITE, fd, b) }

// rawReadBoth fills a and then b.
func rawReadBoth(fd uintptr, a, b []byte) (int, error) {
	vec := [2]syscall.Iovec{{Base: unsafe.SliceData(a)}, {Base: unsafe.SliceData(b)}}
	vec[0].SetLen(len(a))
	vec[1].SetLen(len(b))
	n, _, errno := syscall.RawSyscall(syscall.SYS_READV, fd, uintptr(unsafe.Pointer(&vec)), uintptr(len(vec)))
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

func raw(call, fd uintptr, b []byte) (int, error) {
	n, _, errno := syscall.RawSyscall(call, fd, uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}
