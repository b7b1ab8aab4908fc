package compile

import (
	"strings"

	"ersh/parser"
)

// autoBIF reports whether a function of module erlang can be called without
// its name.
func autoBIF(k fa) bool { return parser.AutoImported(k.name, k.arity) }

// isAutoBIF reports whether an unqualified call means a function of module
// erlang: it is one, and the module neither defines, imports nor excludes it.
func (m *mod) isAutoBIF(name string, arity int) bool {
	k := fa{name, arity}
	if !autoBIF(k) || m.noAutos || m.noAuto[k] {
		return false
	}
	if m.defined[k] != nil || m.imports[k] != "" {
		return false
	}
	return true
}

// guardBIFs are the functions allowed in guards.
var guardBIFs = func() map[fa]bool {
	m := map[fa]bool{}
	for _, s := range strings.Fields(`abs/1 binary_part/2 binary_part/3 bit_size/1 byte_size/1 ceil/1 element/2 float/1
		floor/1 hd/1 is_atom/1 is_binary/1 is_bitstring/1 is_boolean/1 is_float/1 is_function/1 is_function/2
		is_integer/1 is_integer/3 is_list/1 is_map/1 is_map_key/2 is_number/1 is_pid/1 is_port/1 is_record/1 is_record/2
		is_record/3 is_reference/1 is_tuple/1 length/1 map_get/2 map_size/1 max/2 min/2 node/0 node/1 round/1
		self/0 size/1 tl/1 trunc/1 tuple_size/1`) {
		name, arity, _ := strings.Cut(s, "/")
		m[fa{name, int(arity[0] - '0')}] = true
	}
	return m
}()
