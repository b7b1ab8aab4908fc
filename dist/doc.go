// Package dist makes a VM a node of a cluster: it speaks the Erlang
// distribution protocol, as nodes of OTP 25 to 29 do.
//
//	epmd/         the port mapper: client and server
//	name.go       node names, short and long
//	cookie.go     who may connect
//	flags.go      what two nodes agree on
//	handshake.go  the way to a connection
//	conn.go       a connection: its queue and writer
//	read.go       its reader
//	direct_*.go   system calls that cost little
//	atomcache.go  the atoms that a connection's two ends both know
//	evaluator.go  funs typed in a shell, as a peer's release knows them
//	frame.go      headers and fragments
//	control.go    the signals' form on the wire
//	node.go       the node: whom it is connected with, connecting and accepting
//	monitor.go    net_kernel:monitor_nodes
//	bifs.go       what net_kernel and auth call
//
// docs/distribution.md says what is implemented, and what the limits are.
//
// Nothing that a peer sends is trusted: every reader checks, has limits, and
// gives an error that ends that peer's connection and nothing else.
package dist
