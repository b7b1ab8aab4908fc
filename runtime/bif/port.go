package bif

import (
	"strings"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// erlangPort holds the functions of module erlang about ports; what ports are
// is in package vm, programs as ports in port_spawn.go.
var erlangPort = processRows(map[string]vm.Func{
	"open_port/2":     openPort,
	"port_command/2":  portCommand,
	"port_command/3":  portCommand,
	"port_close/1":    portClose,
	"port_connect/2":  portConnect,
	"port_control/3":  portControl,
	"port_call/2":     portControl,
	"port_call/3":     portControl,
	"port_info/1":     portInfo,
	"port_info/2":     portInfo,
	"port_set_data/2": portSetData,
	"port_get_data/1": portGetData,
	"ports/0":         ports,
})

func ports(p *vm.Process, _ []term.Term) (term.Term, error) {
	var out []term.Term
	for _, id := range p.VM().Ports() {
		out = append(out, id)
	}
	return term.List(out...), nil
}

// portArg is the open port that an argument means.
func portArg(p *vm.Process, t term.Term) (*vm.Port, bool) {
	port := p.VM().Port(t)
	return port, port != nil
}

var aForce = term.A("force")

func portCommand(p *vm.Process, args []term.Term) (term.Term, error) {
	nosuspend, force := false, false
	if len(args) == 3 {
		opts, ok := term.Slice(args[2])
		for _, o := range opts {
			switch o {
			case aForce:
				force = true
			case aNosuspend:
				nosuspend = true
			default:
				ok = false
			}
		}
		if !ok {
			return nil, vm.BadargCause(aBadopt)
		}
	}
	port, ok := portArg(p, args[0])
	data, ok1 := term.IOData(args[1])
	if ok && !ok1 {
		port.BadValue(p)
	}
	if !ok || !ok1 {
		return nil, vm.Badarg
	}
	if force {
		return nil, vm.Notsup
	}
	return port.Command(p, data, nosuspend)
}

func portClose(p *vm.Process, args []term.Term) (term.Term, error) {
	port, ok := portArg(p, args[0])
	if !ok || !port.Close() {
		return nil, vm.Badarg
	}
	return term.True, nil
}

func portConnect(p *vm.Process, args []term.Term) (term.Term, error) {
	port, ok := portArg(p, args[0])
	pid, ok1 := args[1].(*term.Pid)
	if !ok || !ok1 || !port.Connect(pid) {
		return nil, vm.Badarg
	}
	return term.True, nil
}

// No driver here takes port_control or port_call.
func portControl(*vm.Process, []term.Term) (term.Term, error) { return nil, vm.Badarg }

func portInfo(p *vm.Process, args []term.Term) (term.Term, error) {
	switch t := args[0].(type) {
	case term.Atom:
	case *term.Port:
		if !p.VM().IsLocalPort(t) {
			return nil, vm.Badarg
		}
	default:
		return nil, vm.Badarg
	}
	port, ok := portArg(p, args[0])
	if !ok {
		return term.Undefined, nil
	}
	if len(args) == 1 {
		return port.Info(nil)
	}
	return port.Info(args[1])
}

func portSetData(p *vm.Process, args []term.Term) (term.Term, error) {
	port, ok := portArg(p, args[0])
	if !ok || !port.SetData(args[1]) {
		return nil, vm.Badarg
	}
	return term.True, nil
}

func portGetData(p *vm.Process, args []term.Term) (term.Term, error) {
	if port, ok := portArg(p, args[0]); ok {
		if v, ok := port.Data(); ok {
			return v, nil
		}
	}
	return nil, vm.Badarg
}

// portOptions are those of open_port.
type portOptions struct {
	packet     int // bytes of the length before each message; 0 for none
	line       int // longest line, where lines are wanted
	exitStatus bool
	eof        bool
	binary     bool
	noStdio    bool
	stderr     bool // to standard output
	in, out    bool
	cd         string
	env        []string // NAME=VALUE, or NAME to unset it
	args       []string
	arg0       string
	hasArg0    bool
	hasArgs    bool
}

var (
	aPacket     = term.A("packet")
	aExitStatus = term.A("exit_status")
	aCd         = term.A("cd")
	aArgs       = term.A("args")
	aArg0       = term.A("arg0")
)

func parsePortOptions(t term.Term) (o portOptions, ok bool) {
	list, ok := term.Slice(t)
	if !ok {
		return o, false
	}
	packets, lines := false, false
	for _, t := range list {
		switch t := t.(type) {
		case term.Atom:
			switch t.Name() {
			case "stream":
				packets = false
				o.packet = 0
			case "use_stdio":
				o.noStdio = false
			case "nouse_stdio":
				o.noStdio = true
			case "stderr_to_stdout":
				o.stderr = true
			case "exit_status":
				o.exitStatus = true
			case "eof":
				o.eof = true
			case "binary":
				o.binary = true
			case "in":
				o.in = true
			case "out":
				o.out = true
			case "hide", "overlapped_io":
			default:
				return o, false
			}
		case *term.Tuple:
			if t.Len() != 2 || !o.set(t.Elems[0], t.Elems[1]) {
				return o, false
			}
			packets = packets || t.Elems[0] == aPacket
			lines = lines || t.Elems[0] == aLine
		default:
			return o, false
		}
	}
	if !o.in && !o.out {
		o.in, o.out = true, true
	}
	return o, !packets || !lines
}

// set sets an option that has a value.
func (o *portOptions) set(name, v term.Term) (ok bool) {
	switch name {
	case aPacket:
		n, _ := smallInt(v, 1, 4)
		o.packet = int(n)
		return n == 1 || n == 2 || n == 4
	case aLine:
		o.line, ok = natural(v)
		return ok && o.line > 0
	case aCd:
		o.cd, ok = fileName(v)
		return ok
	case aArgs:
		list, ok := term.Slice(v)
		o.hasArgs = true
		o.args = nil
		for _, a := range list {
			s, isName := fileName(a)
			ok = ok && isName
			o.args = append(o.args, s)
		}
		return ok
	case aArg0:
		o.hasArg0 = true
		o.arg0, ok = fileName(v)
		return ok
	case aEnv:
		list, ok := term.Slice(v)
		for _, t := range list {
			entry, isVar := envEntry(t)
			ok = ok && isVar
			o.env = append(o.env, entry)
		}
		return ok
	case term.A("parallelism"):
		return v == term.True || v == term.False
	case term.A("busy_limits_port"), term.A("busy_limits_msgq"):
		if v == term.A("disabled") {
			return true
		}
		t, ok := v.(*term.Tuple)
		if !ok || t.Len() != 2 {
			return false
		}
		_, ok = natural(t.Elems[0])
		_, ok1 := natural(t.Elems[1])
		return ok && ok1
	}
	return false
}

// envEntry is {Name, Value}, or {Name, false} for a variable to be unset.
func envEntry(t term.Term) (string, bool) {
	e, ok := t.(*term.Tuple)
	if !ok || e.Len() != 2 {
		return "", false
	}
	name, ok := term.GoString(e.Elems[0])
	if !ok || strings.ContainsAny(name, "=\x00") {
		return "", false
	}
	if e.Elems[1] == term.False {
		return name, true
	}
	value, ok := term.GoString(e.Elems[1])
	return name + "=" + value, ok && !strings.ContainsRune(value, 0)
}

var (
	aSpawn           = term.A("spawn")
	aSpawnExecutable = term.A("spawn_executable")
	aFd              = term.A("fd")
)

func openPort(p *vm.Process, args []term.Term) (term.Term, error) {
	what, ok := args[0].(*term.Tuple)
	if !ok || what.Len() < 2 {
		return nil, vm.Badarg
	}
	o, ok := parsePortOptions(args[1])
	if !ok {
		return nil, vm.BadargCause(aBadopt)
	}
	if (o.hasArgs || o.hasArg0) && what.Elems[0] != aSpawnExecutable {
		return nil, vm.Badarg
	}
	switch {
	case what.Elems[0] == aSpawn && what.Len() == 2:
		command, ok := fileName(what.Elems[1])
		if !ok || command == "" {
			return nil, vm.Badarg
		}
		return openProgram(p, command, shellCommand(command), o)
	case what.Elems[0] == aSpawnExecutable && what.Len() == 2:
		file, ok := fileName(what.Elems[1])
		if !ok || file == "" {
			return nil, vm.Badarg
		}
		return openExecutable(p, file, o)
	case what.Elems[0] == aFd && what.Len() == 3:
		in, ok := natural(what.Elems[1])
		out, ok1 := natural(what.Elems[2])
		if !ok || !ok1 {
			return nil, vm.Badarg
		}
		return openFds(p, in, out, o)
	}
	return nil, vm.Badarg
}
