// Command ersh is the Erlang shell.
package main

func main() {}
