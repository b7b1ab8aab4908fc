package vm

import "ersh/runtime/term"

// suspendState is how often a process has suspended another.
type suspendState struct {
	pid   *term.Pid
	count int
}

// resumeSuspended takes n suspensions by `by` back.
func (vm *VM) resumeSuspended(w *worker, pid, by *term.Pid, n int) {
	if t := vm.lookup(pid); t != nil {
		key := vm.pidKey(by)
		t.postSignal(&tellSignal{func(t *Process) {
			if t.more == nil {
				return
			}
			if c := t.more.suspenders.get(key); c != nil {
				if *c -= n; *c <= 0 {
					t.more.suspenders.remove(key)
				}
			}
		}}, w)
	}
}
