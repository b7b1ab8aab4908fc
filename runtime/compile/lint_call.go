package compile

import (
	"slices"
	"strconv"
	"strings"

	"ersh/parser"
)

func itoa(n int) string { return strconv.Itoa(n) }

// call checks a call and what is called.
func (l *linter) call(e *parser.Call, s *scope) {
	n := len(e.Args)
	switch f := e.Fun.(type) {
	case *parser.Atom:
		k := fa{f.Name, n}
		if k == (fa{"record_info", 2}) && l.defined[k] == nil {
			l.recordInfoCall(e, s)
			return
		}
		if k == (fa{"is_record", 2}) && l.defined[k] == nil && l.imports[k] == "" && l.isRecord(e) {
			l.expr(e.Args[0], s)
			return
		}
		l.parts(s, "call", e.Pos, e.Args...)
		l.callTo(k, e.Anno)
		return
	case *parser.Remote:
		if isErlang(f, "is_record") && n == 2 && l.isRecord(e) {
			l.expr(e.Args[0], s)
			return
		}
		l.parts(s, "call", e.Pos, append([]parser.Expr{f.Module, f.Name}, e.Args...)...)
		m, ok1 := f.Module.(*parser.Atom)
		name, ok2 := f.Name.(*parser.Atom)
		if ok1 && ok2 {
			l.remoteCall(m.Name, fa{name.Name, n}, e)
		}
		return
	case *parser.Integer, *parser.Float, *parser.Char, *parser.String, *parser.Nil, *parser.Cons, *parser.Tuple, *parser.Comp:
		pair, isTuple := f.(*parser.Tuple)
		comp, isComp := f.(*parser.Comp)
		if !l.shell && !(isTuple && len(pair.Elems) == 2) && !(isComp && comp.Kind != parser.ListKind) {
			l.warn("invalid_call", e.Anno, "invalid_call", "invalid function call")
		}
	}
	l.parts(s, "call", e.Pos, append([]parser.Expr{e.Fun}, e.Args...)...)
}

// isErlang reports whether a remote name is that of a function of module erlang.
func isErlang(r *parser.Remote, name string) bool {
	m, ok1 := r.Module.(*parser.Atom)
	f, ok2 := r.Name.(*parser.Atom)
	return ok1 && ok2 && m.Name == "erlang" && f.Name == name
}

// isRecord looks at a call of is_record/2, and reports whether it is a test for a record of a name.
func (l *linter) isRecord(e *parser.Call) bool {
	name, ok := e.Args[1].(*parser.Atom)
	if ok {
		l.recordKnown(name.Name, name.Anno)
	}
	return ok
}

func (l *linter) remoteCall(module string, k fa, e *parser.Call) {
	if module == "erlang" && k.name == "load_nif" {
		l.loadsNIF = true
	}
	if l.shell {
		return
	}
	if module == l.mod {
		l.ownRemote(k, e.Anno)
		return
	}
	l.obsolete(module, k, e.Anno)
	if (module == "io" || module == "io_lib") && (k.name == "format" || k.name == "fwrite") {
		l.formatCall(e)
	}
}

// ownRemote notes that the module reaches for a function of its own as for another module's.
func (l *linter) ownRemote(k fa, a parser.Anno) {
	l.remotes = append(l.remotes, placedCall{k, a, l.file})
}

// checkRemotes warns of functions that are reached for so and are not exported.
func (l *linter) checkRemotes() {
	for _, c := range l.remotes {
		if !l.exports[c.fa] && !l.exportAll && c.fa != (fa{"module_info", 0}) && c.fa != (fa{"module_info", 1}) {
			l.file = c.file
			l.warn("unexported_function", c.pos, desc("unexported_function", desc(l.mod, c.name, c.arity)),
				"function %s:%s is not exported", parser.QuoteAtom(l.mod), c.fa)
		}
	}
	l.file = l.main
}

// callTo checks a function named without its module.
func (l *linter) callTo(k fa, a parser.Anno) {
	if l.shell {
		return
	}
	switch {
	case l.defined[k] != nil:
		if autoBIF(k) && !l.noAuto[k] && !l.noAutos {
			l.warn("bif_clash", a, desc("call_to_redefined_bif", k.desc()),
				"ambiguous call of overridden auto-imported BIF %s --\nuse erlang:%s or \"-compile({no_auto_import,[%s]}).\" to resolve name clash", k, k, k)
		}
		l.calls[l.current] = append(l.calls[l.current], k)
	case l.imports[k] != "":
		l.importUsed[k] = true
		l.obsolete(l.imports[k], k, a)
	case k == fa{"module_info", 0} || k == fa{"module_info", 1} || k == fa{"record_info", 2}:
	case autoBIF(k) && !l.noAuto[k] && !l.noAutos:
		l.obsolete("erlang", k, a)
		if k.name == "load_nif" {
			l.loadsNIF = true
		}
	default:
		l.undefined = append(l.undefined, placedCall{k, a, l.file})
	}
}

// behaviourCallbacks are the callbacks of OTP's behaviours; those after the
// bar are optional.
var behaviourCallbacks = map[string][2]string{
	"gen_server":            {"init/1 handle_call/3 handle_cast/2", "handle_info/2 handle_continue/2 terminate/2 code_change/3 format_status/1 format_status/2"},
	"gen_statem":            {"init/1 callback_mode/0", "StateName/3 handle_event/4 terminate/3 code_change/4 format_status/1 format_status/2"},
	"gen_event":             {"init/1 handle_event/2 handle_call/2", "handle_info/2 terminate/2 code_change/3 format_status/1 format_status/2"},
	"gen_fsm":               {"init/1 handle_event/3 handle_sync_event/4", "StateName/2 StateName/3 handle_info/3 terminate/3 code_change/4 format_status/2"},
	"supervisor":            {"init/1", ""},
	"supervisor_bridge":     {"init/1 terminate/2", ""},
	"application":           {"start/2 stop/1", "config_change/3 prep_stop/1 start_phase/3"},
	"logger_handler":        {"log/2", "adding_handler/1 changing_config/3 filter_config/1 removing_handler/1"},
	"sys":                   {"system_code_change/4 system_continue/3 system_get_state/1 system_replace_state/2 system_terminate/4", ""},
	"ssl_crl_cache_api":     {"lookup/3 select/2 fresh_crl/2", "lookup/2"},
	"ssl_session_cache_api": {"init/1 terminate/1 lookup/2 update/3 delete/2 size/1", "select_session/2 foldl/3"},
	"eunit_listener":        {"init/1 handle_begin/3 handle_end/3 handle_cancel/3 terminate/2", ""},
	"inets_service":         {"start_standalone/1 start_service/1 stop_service/1 services/0 service_info/1", ""},
	"erl_tracer":            {"enabled/3 enabled_running_procs/3 trace/5 trace_running_procs/5", "enabled_call/3 enabled_garbage_collection/3 enabled_ports/3 enabled_procs/3 enabled_receive/3 enabled_running_ports/3 enabled_send/3 trace_call/5 trace_garbage_collection/5 trace_ports/5 trace_procs/5 trace_receive/5 trace_running_ports/5 trace_send/5"},
}

func sortedFunctions(set map[fa]bool) []fa {
	out := make([]fa, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b fa) int {
		if a.name != b.name {
			if a.name < b.name {
				return -1
			}
			return 1
		}
		return a.arity - b.arity
	})
	return out
}

// gensFSM warns of all callbacks of gen_fsm, which is deprecated as a whole.
func (l *linter) gensFSM(b behaviour, callbacks map[fa]bool) {
	use := "use the 'gen_statem' module instead"
	for _, k := range sortedFunctions(callbacks) {
		if l.defined[k] != nil && (l.exports[k] || l.exportAll) {
			l.warn("deprecated_callback", b.pos, desc("deprecated_callback", desc(b.name, k.name, k.arity), parser.Chars(use)),
				"the callback gen_fsm:%s(%s) is deprecated; %s", k.name, strings.TrimSuffix(strings.Repeat("_,", k.arity), ","), use)
		}
	}
}

// checkBehaviours reports callbacks that are missing, or that two behaviours
// ask for.
func (l *linter) checkBehaviours() {
	if l.off["behaviours"] {
		return
	}
	first := map[fa]behaviour{}
	for _, b := range l.callbacks {
		l.file = b.file
		table, ok := behaviourCallbacks[b.name]
		if own, known := l.required[b.name]; known {
			table, ok = [2]string{strings.Join(own, " ")}, true
		}
		if !ok {
			l.warn("undefined_behaviour", b.pos, desc("undefined_behaviour", b.name), "behaviour %s undefined", parser.QuoteAtom(b.name))
			continue
		}
		if old := (fa{"format_status", 2}); strings.HasPrefix(b.name, "gen_") && l.defined[old] != nil &&
			strings.Contains(table[1], "format_status/2") && b.name != "gen_fsm" {
			l.warn("deprecated_callback", b.pos, desc("deprecated_callback", desc(b.name, old.name, old.arity), parser.Chars("use format_status/1 instead")),
				"the callback %s:format_status(_,_) is deprecated; use format_status/1 instead", b.name)
		}
		required := functionSet(table[0])
		if b.name == "gen_fsm" {
			l.gensFSM(b, functionSet(table[0]+" "+table[1]))
		}
		for _, k := range sortedFunctions(required) {
			if !l.exports[k] && !(l.exportAll && l.defined[k] != nil) {
				l.warn("undefined_behaviour_func", b.pos, desc("undefined_behaviour_func", k.desc(), b.name),
					"undefined callback function %s (behaviour '%s')", k, b.name)
			}
			if other, dup := first[k]; dup {
				l.warn("conflicting_behaviours", b.pos,
					desc("conflicting_behaviours", k.desc(), b.name, desc(int(other.pos.Line), int(other.pos.Col)), other.name),
					"conflicting behaviours -- callback %s required by both '%s' and '%s' (line %d, column %d)",
					k, b.name, other.name, other.pos.Line, other.pos.Col)
			} else {
				first[k] = b
			}
		}
	}
	l.file = l.main
}
