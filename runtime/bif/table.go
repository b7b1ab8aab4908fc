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
		erlangPort,
		inetBIFs,
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
		traceBIFs,
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
	"binary": {"bin_to_list", "copy", "decode_hex", "decode_unsigned", "encode_hex", "encode_unsigned", "list_to_bin",
		"longest_common_prefix", "longest_common_suffix", "match", "matches", "split"},
	"crypto":   {"exor", "hash", "mac"},
	"erl_scan": {"string_native", "tokens_native"}, "erl_parse": {"parse_exprs", "parse_form"}, "erl_pp": {"text"},
	"erlang": {"--", "adler32", "binary_to_integer", "binary_to_list", "binary_to_term", "bitstring_to_list", "crc32", "external_size",
		"iolist_size", "iolist_to_binary", "iolist_to_iovec", "list_to_binary", "list_to_bitstring", "list_to_float", "list_to_tuple",
		"make_tuple", "md5", "md5_update", "phash", "phash2", "term_to_binary", "term_to_iovec", "tuple_to_list"},
	"erts_debug":    {"flat_size", "size"},
	"erts_internal": {"cmp_term", "walk_map"},
	"lists":         {"keysorted", "sorted", "ukeysorted", "usorted"},
	"maps":          {"from_keys", "from_list", "merge"},
	"re":            {"compile", "run"},
	"string":        {"change", "count", "list_to_float", "list_to_integer", "search"},
	"unicode":       {"bin_is_7bit", "characters_to_binary", "characters_to_list", "nfc", "nfd", "nfkc", "nfkd"},
}
