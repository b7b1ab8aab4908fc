//go:build !linux

package vm

func wakeMonitor() {}
