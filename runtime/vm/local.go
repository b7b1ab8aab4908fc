package vm

// Local gives what a package keeps for this VM under key, which should be of
// an unexported type of that package's own; fresh makes it at first use.
func (vm *VM) Local(key any, fresh func() any) any {
	if v, ok := vm.locals.Load(key); ok {
		return v
	}
	v, _ := vm.locals.LoadOrStore(key, fresh())
	return v
}
