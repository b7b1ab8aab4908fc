package vm

import "syscall"

// wakeMonitor wakes the Go runtime's monitor thread, which sleeps while nothing
// runs and is to see to it that connections are served though all cores are
// busy. Any system call that the runtime knows of does; connections are read by
// some that it does not know of.
func wakeMonitor() { syscall.Syscall(syscall.SYS_GETPID, 0, 0, 0) }
