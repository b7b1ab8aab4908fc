//go:build unix

package main

import "syscall"

func init() { signals[syscall.SIGUSR1] = "sigusr1" }
