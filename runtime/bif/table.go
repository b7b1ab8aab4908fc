package bif

import (
	"slices"

	"ersh/runtime/vm"
)

// Table lists every function of this package.
func Table() []vm.BIF {
	table := slices.Concat(
		erlangConvert,
		erlangNumber,
		erlangIdentifier,
		erlangBinary,
		erlangTuple,
		erlangType,
		erlangOperator,
		erlangExternal,
		erlangHash,
		erlangTime,
		erlangRaise,
		erlangSystem,
		erlangProcess,
		erlangTimer,
		erlangNode,
		distBIFs,
		erlangDist,
		persistentTerm,
		atomics,
		code,
		compiler,
		shellEval,
		erlPP,
		erlScan,
		erlParse,
		erlangCode,
		listOperators,
		listsBIFs,
		listsAhead,
		mapsBIFs,
		mapWalks,
		mathBIFs,
		binaryBIFs,
		unicodeBIFs,
		unicodeCategoryBIFs,
		stringBIFs,
		stringNumbers,
		stringPlain,
		erlangDisplay,
		osFunctions,
		primFile,
		primFileHandle,
		cryptoFunctions,
		etsBIFs,
		reBIFs,
		zlibBIFs,
		erlangCompat,
	)
	for i := range table {
		b := &table[i]
		if slices.Contains(long[b.Module], b.Name) {
			b.Fn = vm.Long(b.Fn)
		}
	}
	return table
}

// long are the functions that may take long over large arguments, and touch
// nothing else; see vm.Long.
var long = map[string][]string{
	"binary": {"bin_to_list", "copy", "decode_hex", "encode_hex", "list_to_bin", "match", "matches", "split"},
	"crypto": {"exor", "hash", "mac"},
	"erlang": {"--", "adler32", "binary_to_integer", "binary_to_list", "binary_to_term", "bitstring_to_list", "crc32", "external_size",
		"iolist_size", "iolist_to_binary", "iolist_to_iovec", "list_to_binary", "list_to_bitstring", "list_to_tuple",
		"md5", "md5_update", "phash", "phash2", "term_to_binary", "term_to_iovec", "tuple_to_list"},
	"erts_internal": {"walk_map"},
	"lists":         {"keysort", "sort", "ukeysort", "usort"},
	"maps":          {"from_keys", "from_list", "merge"},
	"re":            {"run"},
	"unicode":       {"characters_to_binary", "characters_to_list"},
}
