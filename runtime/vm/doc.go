// Package vm runs BEAM code: loader, interpreter, processes, scheduler,
// signals, timers and the code server of one node.
//
// A [VM] is one node. Its processes are [Process] structs, each with a stack
// of its own, run by a few scheduler goroutines that take them from run queues
// for 4,000 reductions a turn. Whatever reaches a process from outside
// (messages, exits, links, monitors) is a [Signal] in its inbox; the process
// itself handles its signals when it runs, so that the state of a process
// has one owner at any time and signals between two processes keep their order.
//
//	part             files                               subject
//	code             loader*.go, module.go, code*.go     .beam -> internal instructions, code server
//	interpreter      interp.go, exec.go, op*.go,         running a process until it yields
//	                 bits*.go, guard.go, raise.go
//	processes        process.go, proctable.go, table.go  the struct, finding it, its tables
//	                 mailbox.go, send.go, handle.go      messages and other signals
//	                 spawn.go, link.go, monitor.go, alias.go, exit.go, registry.go,
//	                 dictionary.go, info.go
//	scheduling       scheduler.go, timer.go, suspend.go  run queues, priorities, timers
//	outside world    native.go, distribution.go          Go functions as processes, foreign nodes
//	functions in Go  bif.go                              the table that package bif fills
package vm
